import * as z from 'zod'
import type { DeadToken, Expiry, GraphReason, LiveToken, TokenFacts } from '../verification/facts.ts'
import { word, type Clean } from './clean.ts'
import { classify, type ErrorClass, type GraphError } from './errors.ts'

/**
 * Graph's JSON, read: the only place that knows seconds, 0 = never and ids as numbers. Strict on what is judged,
 * tolerant of all else; what does not fit is no answer.
 */

/** Milliseconds in the place of seconds, and other nonsense, lie beyond it. */
const YEAR_2100_SECONDS = 4_102_444_800

const id = z.union([z.string().regex(/^\d{1,32}$/), z.int().nonnegative().transform(String)])
const optionalId = id.nullish().transform((value) => value ?? null)
const seconds = z.int().min(0).max(YEAR_2100_SECONDS)
const optionalWord = z
  .string()
  .nullish()
  .transform((value) => (value == null ? null : word(value)))
const scopeName = z.string().transform((name) => (/^[\w.:-]{1,100}$/.test(name) ? name : 'UNREADABLE'))

const reasonSchema = z.object({ code: z.int(), subcode: z.int().nullish().catch(null), message: z.string().catch('') })

const liveSchema = z.object({
  is_valid: z.literal(true),
  app_id: optionalId,
  user_id: optionalId,
  type: optionalWord,
  scopes: z.array(scopeName),
  granular_scopes: z
    .array(z.object({ scope: scopeName, target_ids: z.array(id).nullish() }))
    .nullish()
    .transform((list) => (list ?? []).map(({ scope, target_ids }) => ({ scope, targetIds: target_ids ?? null }))),
  expires_at: seconds,
  // Warned of, not demanded: absent or odd is "not told".
  data_access_expires_at: seconds.nullish().catch(null),
  issued_at: seconds.nullish().catch(null),
  error: z.null().optional(),
})

/** An app's own token: Graph gives it no scopes that matter and no end. */
const appTokenSchema = z.object({ is_valid: z.literal(true), type: z.literal('APP'), app_id: optionalId })

const deadSchema = z.object({
  is_valid: z.literal(false),
  app_id: optionalId.catch(null),
  user_id: optionalId.catch(null),
  error: reasonSchema.nullish().catch(null),
})

const debugTokenSchema = z.object({ data: z.union([appTokenSchema, liveSchema, deadSchema]) })

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string }

/** The answer to debug_token, or why it is none. */
export function readToken(json: unknown, clean: Clean): Parsed<TokenFacts> {
  const parsed = debugTokenSchema.safeParse(json)
  if (!parsed.success) return { ok: false, problem: `not a debug_token answer (${badPaths(json)})` }
  const { data } = parsed.data
  if (!data.is_valid) return { ok: true, value: deadToken(data, clean) }
  return { ok: true, value: 'scopes' in data ? liveToken(data) : appToken(data) }
}

function liveToken(data: z.output<typeof liveSchema>): LiveToken {
  return {
    about: 'token',
    kind: 'live',
    appId: data.app_id,
    userId: data.user_id,
    type: data.type,
    scopes: data.scopes,
    granularScopes: data.granular_scopes,
    expiresAt: expiry(data.expires_at),
    dataAccessExpiresAt: expiry(data.data_access_expires_at),
    issuedAtMs: data.issued_at == null ? null : data.issued_at * 1000,
  }
}

function appToken({ app_id }: z.output<typeof appTokenSchema>): LiveToken {
  const nothing = {
    userId: null,
    scopes: [],
    granularScopes: [],
    expiresAt: null,
    dataAccessExpiresAt: null,
    issuedAtMs: null,
  }
  return { about: 'token', kind: 'live', type: 'APP', appId: app_id, ...nothing }
}

function expiry(value: number | null | undefined): Expiry {
  return value == null ? null : value === 0 ? 'never' : value * 1000
}

/** `data.error` always speaks of the inspected token. Without a telling error, what Graph still knows of it tells. */
function deadToken({ error, app_id, user_id }: z.output<typeof deadSchema>, clean: Clean): DeadToken {
  const untold = (app_id ?? user_id) === null ? 'invalid' : 'revoked'
  if (error == null) return { about: 'token', kind: 'dead', cause: untold, reason: null }
  const { code, message } = error
  const subcode = error.subcode ?? null
  const errorClass = classify({ code, subcode, message, isTransient: false, httpStatus: 200 })
  const cause = errorClass === 'credential_ended' ? untold : (causeOf(errorClass) ?? untold)
  return { about: 'token', kind: 'dead', cause, reason: { code, subcode, message: clean(message) } }
}

/** How a class of error ends a token, or `null` where it does not. */
export function causeOf(errorClass: ErrorClass): DeadToken['cause'] | null {
  switch (errorClass) {
    case 'credential_expired':
      return 'expired'
    case 'credential_revoked':
      return 'revoked'
    case 'credential_invalid':
      return 'invalid'
    case 'credential_ended':
      return 'revoked'
    default:
      return null
  }
}

const envelopeSchema = z.object({
  error: z.object({
    code: z.int(),
    error_subcode: z.int().nullish().catch(null),
    message: z.string().catch(''),
    is_transient: z.boolean().nullish().catch(null),
    error_data: z
      .union([z.string(), z.object({ details: z.string() }).transform(({ details }) => details)])
      .nullish()
      .catch(null),
  }),
})

/** Graph's error envelope, or `null` where there is none. */
export function readError(json: unknown, httpStatus: number): GraphError | null {
  const parsed = envelopeSchema.safeParse(json)
  if (!parsed.success) return null
  const { code, error_subcode, message, is_transient, error_data } = parsed.data.error
  const details = error_data == null ? {} : { details: error_data }
  return { code, subcode: error_subcode ?? null, message, ...details, isTransient: is_transient === true, httpStatus }
}

export function reasonOf({ code, subcode, message }: GraphError, clean: Clean): GraphReason {
  return { code, subcode, message: clean(message) }
}

/** Long ids lose digits as JavaScript numbers: they are read as strings. */
export function parseJson(text: string): Parsed<unknown> {
  try {
    const exact = text.replaceAll(/"(?:\\.|[^"\\])*"|-?\d{16,}(?![\d.eE])/g, (part) =>
      part.startsWith('"') ? part : `"${part}"`,
    )
    return { ok: true, value: JSON.parse(exact) }
  } catch {
    return { ok: false, problem: 'not JSON' }
  }
}

/** Names what is wrong without quoting it. */
function badPaths(json: unknown): string {
  const data = z.object({ data: z.looseObject({}) }).safeParse(json)
  if (!data.success) return '`data` is missing or no object'
  if (typeof data.data.data['is_valid'] !== 'boolean') return '`is_valid` is missing or no boolean'
  const issues = liveSchema.safeParse(data.data.data).error?.issues ?? []
  return [...new Set(issues.map(({ path }) => `\`${String(path[0])}\` is missing or malformed`))].join(', ')
}

export { id as idSchema, optionalWord as optionalWordSchema }
