import * as z from 'zod/mini'
import type { Sending, SendingCause } from '../verification/facts.ts'
import type { Clean } from './clean.ts'
import { aside, tolerantList } from './wire.ts'

/** `health_status`, read. Texts are for operators. */

/** They concern calls over SIP only. Source: Meta, health status; a number that sends well shows them. */
const CALLS_ONLY = [138024, 138025]

/** Below the codes of health: Graph gives a general code to what only its text explains. */
const GENERAL_CODE_MAX = 99_999

const RANKS = ['AVAILABLE', 'LIMITED', 'BLOCKED']

const optionalText = aside(z.string())
const errorSchema = z.lazy(() =>
  z.object({ error_code: z.int(), error_description: optionalText, possible_solution: optionalText }),
)
type EntityError = z.output<typeof errorSchema>

const entitySchema = z.lazy(() =>
  z.object({
    entity_type: z.catch(z.string(), 'UNKNOWN'),
    can_send_message: optionalText,
    errors: tolerantList(errorSchema),
    additional_info: tolerantList(z.string()),
  }),
)
type Entity = z.output<typeof entitySchema>

const healthSchema = z.lazy(() => z.object({ can_send_message: z.string(), entities: tolerantList(entitySchema) }))

/** Advice: what cannot be read of it hides nothing else. */
export const healthAside = aside(healthSchema)

/** `can_send_message` without what concerns calls only: the worst of the entities, with every cause. */
export function sendingOf(health: z.output<typeof healthSchema> | null | undefined, clean: Clean): Sending | null {
  if (health == null) return null
  const { can_send_message: overall, entities } = health
  const worst = entities.map(entityReading).reduce(worse, 'AVAILABLE')
  const canSend = isCallsNoise(entities) ? worst : worse(worst, rank(overall))
  return {
    canSend,
    causes: canSend === 'AVAILABLE' ? [] : byGravity(entities).flatMap((entity) => causesOf(entity, clean)),
  }
}

/** What blocks comes before what limits. */
function byGravity(entities: readonly Entity[]): readonly Entity[] {
  const gravity = (entity: Entity) => RANKS.indexOf(entityReading(entity))
  return entities.toSorted((a, b) => gravity(b) - gravity(a))
}

/** An entity without a word of its own adds nothing to the overall one. */
function entityReading(entity: Entity): string {
  if (entity.can_send_message == null) return 'AVAILABLE'
  return entity.errors.length > 0 && saysNothingOfSending(entity) ? 'AVAILABLE' : rank(entity.can_send_message)
}

/** Graph's overall word counts unless calls alone explain it. */
function isCallsNoise(entities: readonly Entity[]): boolean {
  return entities.some(({ errors }) => errors.length > 0) && entities.every(saysNothingOfSending)
}

function saysNothingOfSending({ errors, additional_info }: Entity): boolean {
  return additional_info.length === 0 && errors.every(isOfCalls)
}

function isOfCalls({ error_code, error_description }: EntityError): boolean {
  if (CALLS_ONLY.includes(error_code)) return true
  return error_code <= GENERAL_CODE_MAX && /\bSIP\b/.test(error_description ?? '')
}

function causesOf(entity: Entity, clean: Clean): readonly SendingCause[] {
  const name = /^[A-Z_]{1,40}$/.test(entity.entity_type) ? entity.entity_type : 'UNKNOWN'
  const errors = entity.errors
    .filter((error) => !isOfCalls(error))
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
