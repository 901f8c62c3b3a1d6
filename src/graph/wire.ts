import * as z from 'zod/mini'
import type { Expiry, GraphReason, LiveToken } from '../verification/facts.ts'
import { word, type Clean } from './clean.ts'
import type { GraphError, Invalid } from './error.ts'
import { causeOfError } from './errors.ts'
import type { Parsed } from './json.ts'

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
/** Judged where it can be read; what is no id is "not said". */
const optionalId = z.catch(
  z.pipe(
    z.nullish(id),
    z.transform((value) => value ?? null),
  ),
  null,
)
const seconds = z.int().check(z.nonnegative(), z.maximum(YEAR_2100_SECONDS))
const optionalWord = z.catch(
  z.pipe(
    z.nullish(z.string()),
    z.transform((value) => (value == null ? null : word(value))),
  ),
  null,
)
const scopeName = z.pipe(
  z.string(),
  z.transform((name) => (/^[\w.:-]{1,100}$/.test(name) ? name : 'UNREADABLE')),
)
/** What no finding depends on: absent or odd is "not said". */
const aside = <T extends z.ZodMiniType>(schema: T) => z.catch(z.nullish(schema), null)
const text = z.catch(z.string(), '')

/** The entries that can be read: odd ones spoil nothing. */
function readable<T extends z.ZodMiniType>(list: readonly unknown[], entry: T): readonly z.output<T>[] {
  return list.flatMap((each) => {
    const parsed = entry.safeParse(each)
    return parsed.success ? [parsed.data] : []
  })
}

const anyList = z.catch(z.nullish(z.array(z.unknown())), null)

/** A list whose odd entries are left out; none where there is no list. */
function tolerantList<T extends z.ZodMiniType>(entry: T) {
  return z.pipe(
    anyList,
    z.transform((list) => readable(list ?? [], entry)),
  )
}

/** Targets that are no ids of WhatsApp's (`act_…`) are left out; without a list the scope is granted in general. */
const targetIds = z.pipe(
  anyList,
  z.transform((list) => (list == null ? null : readable(list, id))),
)

const liveSchema = z.object({
  is_valid: z.literal(true),
  app_id: optionalId,
  user_id: optionalId,
  type: optionalWord,
  scopes: z.array(scopeName),
  granular_scopes: tolerantList(z.object({ scope: scopeName, target_ids: targetIds })),
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
    app_id: optionalId,
    user_id: optionalId,
    error: aside(z.object({ code: z.int(), subcode: aside(z.int()), message: text, is_transient: aside(z.boolean()) })),
  }),
)

const debugTokenSchema = z.object({ data: z.union([appTokenSchema, liveSchema, deadSchema]) })

/** The answer to debug_token, or why it is none. */
export function readToken(json: unknown): Parsed<LiveToken | Invalid> {
  const parsed = debugTokenSchema.safeParse(json)
  if (!parsed.success) return { ok: false, problem: `not a debug_token answer (${badPaths(json)})` }
  const { data } = parsed.data
  if (!data.is_valid) return { ok: true, value: invalid(data) }
  return { ok: true, value: 'scopes' in data ? liveToken(data) : appToken(data) }
}

function invalid({ error, app_id, user_id }: z.output<typeof deadSchema>): Invalid {
  const isKnown = (app_id ?? user_id) !== null
  if (error == null) return { kind: 'invalid', error: null, isKnown }
  const { code, subcode, message, is_transient } = error
  const given = { code, subcode: subcode ?? null, message, isTransient: is_transient === true, httpStatus: 200 }
  return { kind: 'invalid', error: given, isKnown }
}

function liveToken(data: z.output<typeof liveSchema>): LiveToken {
  return {
    about: 'token',
    kind: 'live',
    appId: data.app_id,
    userId: data.user_id,
    type: data.type,
    scopes: data.scopes,
    granularScopes: data.granular_scopes.map(({ scope, target_ids }) => ({ scope, targetIds: target_ids })),
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

export function reasonOf(error: GraphError, clean: Clean): GraphReason {
  const { code, subcode, message } = error
  return { code, subcode, message: clean(message), cause: causeOfError(error) }
}

/** Names what is wrong without quoting it. */
function badPaths(json: unknown): string {
  const data = z.object({ data: z.looseObject({}) }).safeParse(json)
  if (!data.success) return '`data` is missing or no object'
  if (typeof data.data.data['is_valid'] !== 'boolean') return '`is_valid` is missing or no boolean'
  const issues = liveSchema.safeParse(data.data.data).error?.issues ?? []
  return [...new Set(issues.map(({ path }) => `\`${String(path[0])}\` is missing or malformed`))].join(', ')
}

export { aside, id as idSchema, optionalWord as optionalWordSchema, tolerantList }
