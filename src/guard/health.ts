import { FINDING_CODES, isAskerRefused, type CheckKey } from '../verification/codes.ts'
import { timeLeft } from '../verification/clocks.ts'
import { refuses, type Finding } from '../verification/finding.ts'
import { silenceFindings } from '../verification/judgement.ts'
import { notesOf, type Note } from '../verification/notes.ts'
import { DATA_ACCESS_WARNING_MS, reminderThresholdsMs, type Policy } from '../verification/policy.ts'
import { staleFinding } from './remarks.ts'
import type { Silences } from '../verification/silence.ts'
import { checksOf, type CheckEntry, type Status } from './checks.ts'
import { elapsedMs, type Instant } from './instant.ts'
import { clocksAt, heardNow, judgementAt, liveOf, type Answer, type State } from './state.ts'

/** PURE. What a snapshot means at a given moment: age and expiry count at the time of asking, not at the time of the check. */

/** How a verification ends, and what holds since. */
export type Verdict = 'verified' | 'refused' | 'unverified'

export type Health = {
  readonly status: Status
  readonly verdict: Verdict
  /** Causes without their consequences, the gravest first; what was not answered is among them as `unverified`. */
  readonly findings: readonly Finding[]
  readonly checks: ReadonlyMap<CheckKey, readonly CheckEntry[]>
  /** When Graph last said something definite about the token, our wall clock. */
  readonly checkedAtMs: number | null
  /** How long ago, by whichever clock says longer; `null` where nothing was heard. */
  readonly ageMs: number | null
  readonly isStale: boolean
  /** The live token's end as Graph gave it; `null` where it has none or none is known. */
  readonly expiresAtMs: number | null
  /** The live token's remaining time by Graph's clock; `null` where it has no end or none is known. */
  readonly remainingMs: number | null
  /** The step of the reminders that the remaining time is below, while the token passes; `null`: none. */
  readonly expiring: Expiring | null
  /** What is worth knowing and changes no status. */
  readonly notes: readonly Note[]
  /** When the next check comes, and why so late; `null` before the first one in service is planned. */
  readonly plan: CheckPlan | null
  /** The questions without an answer since, but for those whose refusal the findings explain. */
  readonly unanswered: Silences
  /** How long all this holds if Graph says nothing new. */
  readonly validForMs: number
}

/** The token ends soon: it has less time left than one of the steps of the reminders. */
export type Expiring = { readonly expiresAtMs: number; readonly thresholdMs: number }

/** When the next check comes (our wall clock), and why so late. */
export type CheckPlan = { readonly nextCheckAtMs: number; readonly reason: 'throttled' | 'usage' | null }

/** What the program knows that is not Graph's word. */
export type Circumstances = {
  /** Of a token that is to take over: it was refused. */
  readonly candidate: readonly Finding[]
  /** Of the program around the guard: its command is outdated. */
  readonly program: readonly Finding[]
  /** `null` before the first check in service is planned. */
  readonly plan: CheckPlan | null
  /** Graph's last word about the token came from another guard. */
  readonly isBorrowed?: boolean
}

export const NO_CIRCUMSTANCES: Circumstances = { candidate: [], program: [], plan: null }

/** Texts name remaining times: once a minute they are written anew. */
const TEXTS_VALID_FOR_MS = 60_000

export function healthAt(
  state: State,
  policy: Policy,
  now: Instant,
  { candidate, program, plan, isBorrowed = false }: Circumstances = NO_CIRCUMSTANCES,
): Health {
  const remarks = [...candidate, ...program]
  const token = state.answers.get('token') ?? null
  const { judged, unexplained: unanswered } = judgementAt(state, policy, now)
  const shown = judged.filter(({ hidden }) => !hidden)
  const stale = staleness(token, policy, now)
  const silent = silenceFindings(unanswered, policy)
  const findings = [...shown.map(({ finding }) => finding), ...remarks, ...silent, ...stale].toSorted(byGravity)
  const isRefused = shown.some(({ finding }) => refuses(finding)) || silent.some(refuses)
  const verdict = token === null ? 'unverified' : isRefused ? 'refused' : 'verified'
  const remainingMs = remaining(token, now)
  return {
    status: verdict !== 'verified' || findings.some(refuses) ? 'fail' : findings.length > 0 ? 'warn' : 'pass',
    verdict,
    findings,
    checks: checksOf(state, policy, shown, [...remarks, ...silent, ...stale], isBorrowed),
    checkedAtMs: token?.at.wallMs ?? null,
    ageMs: token === null ? null : elapsedMs(token.at, now),
    isStale: stale.length > 0,
    expiresAtMs: expiryOf(token),
    remainingMs,
    expiring: verdict === 'verified' ? expiringAt(expiryOf(token), remainingMs, policy) : null,
    notes: notesOf(heardNow(state.answers, now), { judged }, state.silences, policy),
    plan,
    unanswered,
    validForMs: Math.min(TEXTS_VALID_FOR_MS, ...changesAhead(token, policy, now, remainingMs)),
  }
}

function staleness(token: Answer | null, { staleAfterMs, staleStatus }: Policy, now: Instant): readonly Finding[] {
  if (token === null) return []
  const ageMs = elapsedMs(token.at, now)
  return ageMs <= staleAfterMs ? [] : [staleFinding(staleStatus, ageMs, staleAfterMs)]
}

function expiryOf(token: Answer | null): number | null {
  const expiresAt = liveOf(token)?.expiresAt
  return typeof expiresAt === 'number' ? expiresAt : null
}

function remaining(token: Answer | null, now: Instant): number | null {
  const expiresAtMs = expiryOf(token)
  return token === null || expiresAtMs === null ? null : timeLeft(expiresAtMs, clocksAt(token, now))
}

function expiringAt(expiresAtMs: number | null, remainingMs: number | null, policy: Policy): Expiring | null {
  if (expiresAtMs === null || remainingMs === null) return null
  const thresholdMs = reminderThresholdsMs(policy.rotateBeforeMs).findLast((stepMs) => remainingMs < stepMs)
  return thresholdMs === undefined ? null : { expiresAtMs, thresholdMs }
}

/** The times from now at which the passing of time alone changes something. */
function changesAhead(
  token: Answer | null,
  policy: Policy,
  now: Instant,
  remainingMs: number | null,
): readonly number[] {
  if (token === null) return []
  const dataEndMs = liveOf(token)?.dataAccessExpiresAt
  const dataMs = typeof dataEndMs === 'number' ? timeLeft(dataEndMs, clocksAt(token, now)) : null
  return [
    policy.staleAfterMs - elapsedMs(token.at, now) + 1,
    ...(remainingMs === null
      ? []
      : [remainingMs, ...reminderThresholdsMs(policy.rotateBeforeMs).map((step) => remainingMs - step + 1)]),
    ...(dataMs === null ? [] : [dataMs, dataMs - DATA_ACCESS_WARNING_MS]),
  ].filter((ms) => ms > 0)
}

function byGravity(a: Finding, b: Finding): number {
  return weight(b) - weight(a) || FINDING_CODES.indexOf(a.code) - FINDING_CODES.indexOf(b.code)
}

function weight(finding: Finding): number {
  return refuses(finding) ? 3 : isAskerRefused(finding.code) ? 2 : 1
}
