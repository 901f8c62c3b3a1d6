import type { Fault } from './config.ts'
import { readVariable, type ReadRequest } from './readings.ts'
import { readSources } from './sources.ts'
import type { Value } from './variables.ts'

export type AddressResult =
  | { readonly ok: true; readonly host: string | null; readonly port: number }
  | { readonly ok: false; readonly faults: readonly Fault[] }

/**
 * Where `serve` listens by the same sources, whatever else is wrong in them. A FIFO among them is left to `serve`: each
 * probe would take what another program waits for. Never throws.
 */
export function readAddress(request: ReadRequest): AddressResult {
  const { sources, faults: all } = readSources(request)
  const unread = sources.flatMap(({ unread: pipe }) =>
    pipe === undefined || pipe.name === '--env-file' ? [] : pipe.name,
  )
  const faults = all.filter(({ name }) => !unread.includes(name))
  const [host, port] = (['TOKEN_GUARD_HOST', 'TOKEN_GUARD_PORT'] as const).map((name) =>
    readVariable(name, sources, request),
  )
  const wrong = [...faults, ...[host, port].flatMap((reading) => reading?.fault ?? [])]
  if (wrong.length > 0) return { ok: false, faults: wrong }
  // Read by their own rows.
  return {
    ok: true,
    host: (host?.value ?? null) as Value<'TOKEN_GUARD_HOST'> | null,
    port: port?.value as Value<'TOKEN_GUARD_PORT'>,
  }
}
