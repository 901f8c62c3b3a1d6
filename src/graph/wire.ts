import * as z from 'zod/mini'
import type { DeadToken, Expiry, GraphReason, LiveToken, TokenFacts } from '../verification/facts.ts'
import { word, type Clean } from './clean.ts'
import { classify, type GraphError } from './errors.ts'
import type { ErrorClass } from '../verification/causes.ts'

/**
 * Graph's JSON, read: the only place that knows seconds, 0 = never and ids as numbers. Strict on what is judged,
 * tolerant of all else; what does not fit is no answer.
 */

// A start reads two or three answers: to compile the schemas first costs more than it saves. For the same reason those
// that a good answer does without are lazy.
z.config({ jitless: true })

/** Milliseconds in the place of seconds, and other nonsense, lie beyond it. */
const YEAR_2100_SECONDS = 4_102_444_800

const id = z.union([
  z.string().check(z.regex(/^\d{1,32}$/)),
  z.pipe(z.int().check(z.nonnegative()), z.transform(String)),
])
const optionalId = z.pipe(
  z.nullish(id),
  z.transform((value) => value ?? null),
)
const seconds = z.int().check(z.nonnegative(), z.maximum(YEAR_2100_SECONDS))
const optionalWord = z.pipe(
  z.nullish(z.string()),
  z.transform((value) => (value == null ? null : word(value))),
)
const scopeName = z.pipe(
  z.string(),
  z.transform((name) => (/^[\w.:-]{1,100}$/.test(name) ? name : 'UNREADABLE')),
)
/** What is told beside, and judged by nobody: absent or odd is "not told". */
const aside = <T extends z.ZodMiniType>(schema: T) => z.catch(z.nullish(schema), null)
const text = z.catch(z.string(), '')

const liveSchema = z.object({
  is_valid: z.literal(true),
  app_id: optionalId,
  user_id: optionalId,
  type: optionalWord,
  scopes: z.array(scopeName),
  granular_scopes: z.pipe(
    z.nullish(z.array(z.object({ scope: scopeName, target_ids: z.nullish(z.array(id)) }))),
    z.transform((list) => (list ?? []).map(({ scope, target_ids }) => ({ scope, targetIds: target_ids ?? null }))),
  ),
  expires_at: seconds,
  data_access_expires_at: aside(seconds),
  issued_at: aside(seconds),
  error: z.optional(z.null()),
})

/** An app's own token: Graph gives it no scopes that matter and no end. */
const appTokenSchema = z.object({ is_valid: z.literal(true), type: z.literal('APP'), app_id: optionalId })

const deadSchema = z.lazy(() =>
  z.object({
    is_valid: z.literal(false),
    app_id: z.catch(optionalId, null),
    user_id: z.catch(optionalId, null),
    error: aside(z.object({ code: z.int(), subcode: aside(z.int()), message: text })),
  }),
)

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

const envelopeSchema = z.lazy(() => {
  const detailed = z.pipe(
    z.object({ details: z.string() }),
    z.transform(({ details }) => details),
  )
  return z.object({
    error: z.object({
      code: z.int(),
      error_subcode: aside(z.int()),
      message: text,
      is_transient: aside(z.boolean()),
      error_data: aside(z.union([z.string(), detailed])),
    }),
  })
})

/** Graph's error envelope, or `null` where there is none. */
export function readError(json: unknown, httpStatus: number): GraphError | null {
  const parsed = isObject(json) && 'error' in json ? envelopeSchema.safeParse(json) : null
  if (!parsed?.success) return null
  const { code, error_subcode, message, is_transient, error_data } = parsed.data.error
  const details = error_data == null ? {} : { details: error_data }
  return { code, subcode: error_subcode ?? null, message, ...details, isTransient: is_transient === true, httpStatus }
}

function isObject(json: unknown): json is object {
  return typeof json === 'object' && json !== null
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

export { aside, id as idSchema, optionalWord as optionalWordSchema }
