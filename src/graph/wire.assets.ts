import * as z from 'zod/mini'
import type { AccountFacts, PhoneFacts, Sending, SendingCause, SubscriptionsFacts } from '../verification/facts.ts'
import type { Clean } from './clean.ts'
import { aside, idSchema, optionalWordSchema, type Parsed } from './wire.ts'

/** Accounts, numbers and their `health_status`, read. Names and texts are for operators. */

/** They concern calls over SIP only. Source: Meta, health status; a number that sends well shows them. */
const CALLS_ONLY = [138024, 138025]

const RANKS = ['AVAILABLE', 'LIMITED', 'BLOCKED']

const optionalText = aside(z.string())

function listOf<T extends z.ZodMiniType>(schema: T) {
  return z.pipe(
    z.nullish(z.array(schema)),
    z.transform((list) => list ?? []),
  )
}

const entitySchema = z.lazy(() =>
  z.object({
    entity_type: z.catch(z.string(), 'UNKNOWN'),
    can_send_message: z.string(),
    errors: listOf(z.object({ error_code: z.int(), error_description: optionalText, possible_solution: optionalText })),
    additional_info: listOf(z.string()),
  }),
)
type Entity = z.output<typeof entitySchema>

const healthSchema = z.lazy(() => z.object({ can_send_message: z.string(), entities: listOf(entitySchema) }))

/** Advice: what cannot be read of it hides nothing else. */
const healthAside = aside(healthSchema)

const accountSchema = z.lazy(() =>
  z.object({
    id: idSchema,
    name: optionalText,
    status: z.catch(optionalWordSchema, null),
    health_status: healthAside,
  }),
)

const phoneSchema = z.lazy(() =>
  z.object({
    id: idSchema,
    display_phone_number: optionalText,
    verified_name: optionalText,
    status: optionalWordSchema,
    health_status: healthAside,
  }),
)

export function readAccount(json: unknown, accountId: string, clean: Clean): Parsed<AccountFacts> {
  const parsed = accountSchema.safeParse(json)
  if (!parsed.success || parsed.data.id !== accountId)
    return { ok: false, problem: 'not the account that was asked for' }
  const { name, status, health_status } = parsed.data
  return {
    ok: true,
    value: {
      about: 'account',
      kind: 'readable',
      name: text(name, clean),
      status,
      sending: sendingOf(health_status, clean),
    },
  }
}

export function readPhone(json: unknown, phoneNumberId: string, clean: Clean): Parsed<PhoneFacts> {
  const parsed = phoneSchema.safeParse(json)
  if (!parsed.success || parsed.data.id !== phoneNumberId)
    return { ok: false, problem: 'not the number that was asked for' }
  const { display_phone_number, verified_name, status, health_status } = parsed.data
  return {
    ok: true,
    value: {
      about: 'phone',
      phoneNumberId,
      kind: 'readable',
      displayNumber: text(display_phone_number, clean),
      name: text(verified_name, clean),
      status,
      sending: sendingOf(health_status, clean),
    },
  }
}

const numbersSchema = z.lazy(() =>
  z.object({
    data: z.array(z.object({ id: idSchema })),
    paging: z.nullish(z.object({ next: optionalText, cursors: z.nullish(z.object({ after: optionalText })) })),
  }),
)

/** One page: the ids, and the cursor of the next page where there is one. */
export function readNumbers(json: unknown): Parsed<{ readonly ids: readonly string[]; readonly after: string | null }> {
  const parsed = numbersSchema.safeParse(json)
  if (!parsed.success) return { ok: false, problem: 'not a list of numbers' }
  const { data, paging } = parsed.data
  // A last page has a cursor too, but no `next`; `next` itself holds the token and is never followed.
  const after = paging?.next == null ? null : (paging.cursors?.after ?? null)
  return { ok: true, value: { ids: data.map(({ id }) => id), after } }
}

const subscriptionsSchema = z.lazy(() =>
  z.object({ data: z.array(z.object({ whatsapp_business_api_data: z.object({ id: idSchema }) })) }),
)

export function readSubscriptions(json: unknown): Parsed<SubscriptionsFacts> {
  const parsed = subscriptionsSchema.safeParse(json)
  if (!parsed.success) return { ok: false, problem: 'not a list of subscribed apps' }
  const appIds = parsed.data.data.map((app) => app.whatsapp_business_api_data.id)
  return { ok: true, value: { about: 'subscriptions', appIds } }
}

/** `can_send_message` without what concerns calls only: the worst of the entities, with every cause. */
export function sendingOf(health: z.output<typeof healthSchema> | null | undefined, clean: Clean): Sending | null {
  if (health == null) return null
  const { can_send_message: overall, entities } = health
  const worst = entities.map(entityReading).reduce(worse, 'AVAILABLE')
  const canSend = isCallsNoise(entities) ? worst : worse(worst, rank(overall))
  return { canSend, causes: canSend === 'AVAILABLE' ? [] : entities.flatMap((entity) => causesOf(entity, clean)) }
}

function entityReading(entity: Entity): string {
  return entity.errors.length > 0 && saysNothingOfSending(entity) ? 'AVAILABLE' : rank(entity.can_send_message)
}

/** Graph's overall word counts unless calls alone explain it. */
function isCallsNoise(entities: readonly Entity[]): boolean {
  return entities.some(({ errors }) => errors.length > 0) && entities.every(saysNothingOfSending)
}

function saysNothingOfSending({ errors, additional_info }: Entity): boolean {
  return additional_info.length === 0 && errors.every(({ error_code }) => CALLS_ONLY.includes(error_code))
}

function causesOf(entity: Entity, clean: Clean): readonly SendingCause[] {
  const name = /^[A-Z_]{1,40}$/.test(entity.entity_type) ? entity.entity_type : 'UNKNOWN'
  const errors = entity.errors
    .filter(({ error_code }) => !CALLS_ONLY.includes(error_code))
    .map(({ error_code, error_description, possible_solution }) => ({
      entity: name,
      code: error_code,
      text: clean([error_description, possible_solution].filter(Boolean).join(' ')),
    }))
  return [...errors, ...entity.additional_info.map((info) => ({ entity: name, code: null, text: clean(info) }))]
}

/** The set is open: what we do not know is not AVAILABLE. */
function rank(reading: string): string {
  return RANKS.includes(reading) ? reading : 'LIMITED'
}

function worse(a: string, b: string): string {
  return RANKS.indexOf(b) > RANKS.indexOf(a) ? b : a
}

function text(value: string | null | undefined, clean: Clean): string | null {
  return value == null ? null : clean(value)
}
