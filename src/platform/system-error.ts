/** The system's or the runtime's code of an error (`ENOENT`); `null` where it has none. Messages may hold paths and URLs. */
export function codeOf(error: unknown): string | null {
  const code = (error as { readonly code?: unknown } | null | undefined)?.code
  return typeof code === 'string' ? code : null
}
