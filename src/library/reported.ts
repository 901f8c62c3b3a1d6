import { classify } from '../graph/errors.ts'
import type { ErrorClass } from '../verification/causes.ts'
import { readError } from '../graph/wire.ts'
import { parseJson } from '../platform/parse-json.ts'

/** Classes of errors that may be the token's or an asset's end. Throttling and outages are not. */
const WORTH_CHECKING: readonly ErrorClass[] = [
  'credential_expired',
  'credential_revoked',
  'credential_invalid',
  'credential_ended',
  'not_visible',
  'not_permitted',
  'app_blocked',
  'address_denied',
  'locked',
  'unrecognised',
]

/** Where clients put Graph's body: axios, ky and got on `response`, others on the error itself. */
const PLACES: readonly (readonly string[])[] = [
  [],
  ['response', 'data'],
  ['response', 'body'],
  ['data'],
  ['body'],
  ['error'],
  ['cause'],
  ['cause', 'response', 'data'],
]

/** Whether what a backend met is reason enough to verify at once. Takes anything, and never throws. */
export function isWorthChecking(met: unknown): boolean {
  const errors = PLACES.map((place) => readAt(met, place)).flatMap((found) => {
    const body = typeof found === 'string' ? parseJson(found) : found
    // Graph's body, or its error object alone.
    return readError(body, 400) ?? readError({ error: body }, 400) ?? []
  })
  return errors.some((error) => WORTH_CHECKING.includes(classify(error)))
}

function readAt(value: unknown, place: readonly string[]): unknown {
  try {
    return place.reduce<unknown>((at, name) => (at as Record<string, unknown> | null | undefined)?.[name], value)
  } catch {
    return undefined
  }
}
