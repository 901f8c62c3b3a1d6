import { readVariable, type Reading, type ReadRequest } from './readings.ts'
import type { Secret } from './secret.ts'
import type { Origin, Source } from './sources.ts'

/** A source that holds a token. */
export type TokenPlace = {
  /** `environment`, `.env`, `env-file`; with ` → PATH` where a `_FILE` names one. */
  readonly from: string
  readonly origin: Origin
  /** `null` where the text is no token's, or cannot be read. */
  readonly secret: Secret | null
}

/**
 * The source whose token is in use, as it was read, then the weaker ones that hold another text. A weaker one that
 * cannot be read is left out. Reads files; never throws.
 */
export function tokenPlaces(
  readings: readonly Reading[],
  sources: readonly Source[],
  request: ReadRequest,
): readonly TokenPlace[] {
  const inUse = readings.find(({ name }) => name === 'WHATSAPP_TOKEN')
  if (inUse === undefined || inUse.found.kind === 'unset') return []
  const { kind, path } = inUse.found.origin
  const at = sources.findIndex(({ origin }) => origin.kind === kind && origin.path === path)
  const others = sources
    .slice(at + 1)
    .map((source) => ({ source, ...readVariable(inUse.name, [source], request) }))
    .filter(({ found }) => found.kind === 'text' && found.text !== textOf(inUse))
  return [...sources.slice(at, at + 1).map((source) => ({ source, ...inUse })), ...others].map(placeOf)
}

function textOf({ found }: Reading): string | null {
  return found.kind === 'text' ? found.text : null
}

function placeOf({ source: { from, origin }, found, value }: Reading & { readonly source: Source }): TokenPlace {
  // The row of the token reads nothing but a secret.
  const secret = value as Secret | null
  if (found.kind === 'unset' || found.origin.file === undefined) return { from, origin, secret }
  return { from: `${from} → ${found.path ?? 'a file'}`, origin: found.origin, secret }
}
