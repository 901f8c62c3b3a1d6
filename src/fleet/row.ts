import * as z from 'zod/mini'
import type { Standing } from '../alerts/standing.ts'
import type { Verdict } from '../guard/health.ts'
import type { Instant } from '../guard/instant.ts'
import { fromRemembered, toRemembered } from '../guard/remembered.ts'
import { NOTHING_KNOWN, type State } from '../guard/state.ts'
import type { Question } from '../verification/facts.ts'
import type { Policy } from '../verification/policy.ts'
import type { Silence } from '../verification/silence.ts'

/** PURE. A token of a fleet as its row holds it, and as the guard's own parts need it. */

/** What the list says of a token. */
export type ListedToken = {
  readonly id: string
  /** Whose it is. Without one each id is its own. */
  readonly tenant?: string | null | undefined
  readonly appId?: string | null | undefined
  readonly businessAccountId?: string | null | undefined
  /** One, or several between commas. */
  readonly phoneNumberId?: string | null | undefined
  /** Another one says that the token is another one. */
  readonly version?: string | null | undefined
}

/** A claimed token. */
export type FleetRow = {
  readonly id: string
  readonly tenant: string | null
  readonly app_id: string | null
  readonly business_account_id: string | null
  readonly phone_number_id: string | null
  /** A number of 64 bits, as text. */
  readonly claim: string
  /** Whose turns its checks take: the app's id, or nothing where that is not known yet. */
  readonly app: string
  /** The whole SHA-256 of the token. */
  readonly fingerprint: string | null
  readonly status: FleetStatus
  readonly outcome: Verdict
  readonly codes: readonly string[]
  readonly has_passed: boolean
  readonly known: unknown
  readonly held: HeldRefusal | null
  readonly by_incident: boolean
  /** Due in its rhythm, not because somebody wants to know. */
  readonly is_planned: boolean
  /** Something is counted, suspected or confirmed of its app. */
  readonly has_incident: boolean | null
  readonly are_assets_due: boolean
  /** Its app has used much of what it may use. */
  readonly is_busy: boolean
}

/** What Graph says now, where it does not count yet: as `known` and `codes` would be. */
export type HeldRefusal = {
  readonly known: unknown
  readonly codes: readonly string[]
  /** For the history, once it counts. */
  readonly findings: readonly object[]
}

/** `unknown`: nothing was heard yet. */
export type FleetStatus = 'unknown' | 'pass' | 'warn' | 'fail'

/** What is known of a token, and what was told of it last. */
export type FleetMemory = {
  readonly state: State
  readonly standing: Standing | null
  /** The reminder's threshold that was told last. */
  readonly reminderMs: number | null
  /** Why the source gave no token, as the end of a sentence; `null` where it gave one. */
  readonly unresolved: string | null
}

const NOTHING: FleetMemory = { state: NOTHING_KNOWN, standing: null, reminderMs: null, unresolved: null }

const silence = z.custom<Silence>((value) => typeof value === 'object' && value !== null && 'code' in value)
const written = z.object({
  state: z.unknown(),
  silences: z.array(z.tuple([z.custom<Question>((value) => typeof value === 'string'), silence])),
  standing: z.nullable(z.object({ status: z.enum(['pass', 'warn', 'fail']), wrong: z.array(z.string()) })),
  reminderMs: z.nullable(z.number()),
  unresolved: z.nullable(z.string()),
})

export function toMemory({ state, ...rest }: FleetMemory): object {
  return { ...rest, state: toRemembered(state), silences: [...state.silences] }
}

/** What another version of this program has written differently counts as nothing: it is asked for again. */
export function fromMemory(json: unknown, now: Instant): FleetMemory {
  const read = written.safeParse(json)
  const state = read.success ? fromRemembered(read.data.state, now) : null
  if (!read.success || state === null) return NOTHING
  const { silences, ...rest } = read.data
  return { ...rest, state: { ...state, silences: new Map(silences) } }
}

/** The fleet's policy for one of its tokens. */
export function policyFor(
  row: Pick<FleetRow, 'app_id' | 'business_account_id' | 'phone_number_id'>,
  policy: Policy,
): Policy {
  const appId = row.app_id ?? policy.appId
  const phoneNumberIds = (row.phone_number_id ?? '').split(',').map((id) => id.trim())
  return {
    ...policy,
    appId,
    businessAccountId: row.business_account_id,
    phoneNumberIds: phoneNumberIds.filter((id) => id !== ''),
    // The secret is one app's.
    hasAppSecret: policy.hasAppSecret && appId === policy.appId,
  }
}
