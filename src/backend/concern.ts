import { readError } from '../graph/wire.ts'
import type { GraphError } from '../graph/error.ts'
import { liveOf, type State } from '../guard/state.ts'
import { parseJson } from '../platform/parse-json.ts'
import { ERRORS_MET, objectNamedIn } from './errors-met.ts'
import { digitsIn, readWebhook, WEBHOOK_FIELDS, type WebhookChange } from './webhook-fields.ts'

/** PURE. Whether what a backend reports may concern the token, the account or a number of this guard. */

/** What is verified here. */
export type Ours = {
  readonly businessAccountId: string | null
  readonly phoneNumberIds: readonly string[]
  readonly appId: string | null
  /** The telephone numbers' digits; `null` where that of one is not known. */
  readonly digits: readonly string[] | null
}

export type Concern = {
  readonly about: 'error' | 'webhook' | 'other'
  /** Graph's code, with its subcode, or the fields of a webhook; `null` for anything else. */
  readonly what: string | null
  /** Whether it is a reason to verify. */
  readonly concerns: boolean
}

type Configured = Pick<Ours, 'businessAccountId' | 'phoneNumberIds' | 'appId'>

export function oursOf({ businessAccountId, phoneNumberIds, appId }: Configured, { answers }: State): Ours {
  const digits = phoneNumberIds.map((id) => digitsOf(id, answers))
  return {
    businessAccountId,
    phoneNumberIds,
    appId: appId ?? liveOf(answers.get('token') ?? null)?.appId ?? null,
    digits: digits.includes(null) ? null : digits.filter((each) => each !== null),
  }
}

function digitsOf(id: string, answers: State['answers']): string | null {
  const phone = answers.get(`phone:${id}`)?.facts
  if (phone?.about === 'phone' && phone.kind === 'readable' && phone.displayNumber !== null)
    return digitsIn(phone.displayNumber)
  const numbers = answers.get('numbers')?.facts
  return numbers?.about === 'numbers' ? (numbers.digitsOf[id] ?? null) : null
}

const NO_CONCERN: Concern = { about: 'other', what: null, concerns: false }

/** Takes anything, and never throws: what a program hands over may do so when it is looked at. */
export function concernOf(met: unknown, ours: Ours): Concern {
  try {
    return judged(met, ours)
  } catch {
    return NO_CONCERN
  }
}

function judged(met: unknown, ours: Ours): Concern {
  const changes = readWebhook(typeof met === 'string' ? parseJson(met) : met)
  if (changes !== null)
    return {
      about: 'webhook',
      what: [...new Set(changes.map(({ field }) => shown(field)))].slice(0, FIELDS_SHOWN).join(', '),
      concerns: changes.some((change) => changeConcerns(change, ours)),
    }
  const errors = errorsIn(met)
  const error = errors.find((each) => errorConcerns(each, ours)) ?? errors[0]
  if (error === undefined) return NO_CONCERN
  const { code, subcode } = error
  return {
    about: 'error',
    what: subcode === null ? `${code}` : `${code}/${subcode}`,
    concerns: errorConcerns(error, ours),
  }
}

const FIELDS_SHOWN = 5

/** The field's name is whoever's who sent it. */
function shown(field: string): string {
  return /^\w{1,64}$/.test(field) ? field : 'UNREADABLE'
}

function changeConcerns({ field, accountId, appId, digits }: WebhookChange, ours: Ours): boolean {
  const row = Object.hasOwn(WEBHOOK_FIELDS, field) ? WEBHOOK_FIELDS[field] : undefined
  if (row === undefined) return false
  if (ours.businessAccountId !== null && accountId !== ours.businessAccountId) return false
  if (ours.appId !== null && appId !== null && appId !== ours.appId) return false
  if (row.about === 'account') return true
  return ours.phoneNumberIds.length > 0 && (digits === null || ours.digits === null || ours.digits.includes(digits))
}

function errorConcerns(error: GraphError, ours: Ours): boolean {
  return !namesAnother(error, ours) && ERRORS_MET.some(({ fits }) => fits(error))
}

/** It speaks of an object that is none of ours: a picture whose time is over, most often. */
function namesAnother(error: GraphError, { businessAccountId, phoneNumberIds, appId }: Ours): boolean {
  const named = objectNamedIn(error)
  const areAllKnown = businessAccountId !== null && phoneNumberIds.length > 0
  return named !== null && areAllKnown && ![businessAccountId, ...phoneNumberIds, appId].includes(named)
}

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

function errorsIn(met: unknown): readonly GraphError[] {
  return PLACES.map((place) => readAt(met, place)).flatMap((found) => {
    const body = typeof found === 'string' ? parseJson(found) : found
    // Graph's body, or its error object alone.
    return readError(body, 400) ?? readError({ error: body }, 400) ?? []
  })
}

function readAt(value: unknown, place: readonly string[]): unknown {
  return place.reduce<unknown>((at, name) => (at as Record<string, unknown> | null | undefined)?.[name], value)
}
