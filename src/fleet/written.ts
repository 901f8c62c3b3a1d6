import { standingOf } from '../alerts/standing.ts'
import { healthAt, NO_CIRCUMSTANCES, type Verdict } from '../guard/health.ts'
import type { Instant } from '../guard/instant.ts'
import { questionsOf } from '../guard/questions.ts'
import { liveOf, type State } from '../guard/state.ts'
import type { Heard } from '../guard/verify.ts'
import type { Question } from '../verification/facts.ts'
import type { Policy } from '../verification/policy.ts'
import { saidOf, type Said, type Treatment } from './incident.ts'
import { SUSPECT_CODE, unresolvedFinding } from './remarks.ts'
import { nextPlaceMs, phaseOf, retryMs } from './rhythm.ts'
import { toldOf, type Told } from './told.ts'
import { toMemory, type FleetMemory, type FleetRow, type FleetStatus, type HeldRefusal } from './row.ts'

/** PURE. What a check makes of a row: verdict, next time and change together. */

/** What the statement writes (statements.ts). */
export type Written = {
  readonly id: string
  readonly claim: string
  readonly due_at_ms: number
  /** The requests that the next check makes, and those that this one made besides. */
  readonly calls: number
  readonly extra_calls: number
  readonly fingerprint: string | null
  readonly app: string | null
  readonly status: FleetStatus
  readonly outcome: Verdict
  readonly codes: readonly string[]
  readonly has_passed: boolean
  readonly known: object
  /** What Graph says now, where it does not count yet. */
  readonly held: HeldRefusal | null
  /** An incident has refused it. */
  readonly by_incident: boolean
  /** Graph said something definite about the token now. */
  readonly has_heard: boolean
  readonly has_read_assets: boolean
  readonly has_changed: boolean
  /** The token has ended, or lives again: who else holds it should look. */
  readonly is_turned: boolean
  readonly is_busy: boolean
  /** The app is throttled, for so long at least. */
  readonly pause_seconds: number | null
  readonly change: Told | null
  /** For the history alone: an incident has told it. */
  readonly is_quiet: boolean
  /** The app whose incident decided. */
  readonly settled_app: string | null
}

/** What a check gave. */
export type Gained = {
  /** What was known when it began. */
  readonly start: State
  readonly state: State
  readonly pace: Heard['pace']
  readonly requests: number
  /** What was due, and what of it another row had asked already. */
  readonly questions: readonly Question[]
  readonly hasAskedToken: boolean
  /** Of the token that was asked about, where what it gave counts. */
  readonly fingerprint?: string
  /** Why there was no token to ask about. */
  readonly unresolved: string | null
}

export type CheckedRow = {
  readonly row: FleetRow
  readonly policy: Policy
  readonly intervalMs: number
  readonly assetIntervalMs: number
  /** What counts, and what was told last. */
  readonly before: FleetMemory
  readonly now: Instant
}

export type Checked = {
  /** What is known now. */
  readonly answers: State['answers']
  readonly outcome: Verdict
  readonly said: Said
  /** Another row of the same token has been told, which counts for both. */
  readonly isShared: boolean
  /** All that the row has was asked, and answered. */
  readonly isWhole: boolean
  /** `treatment`: what becomes of a new refusal. */
  readonly write: (treatment: Treatment, settledApp: string | null) => Written
}

export function checked(given: CheckedRow, gained: Gained): Checked {
  const { row, policy, before, now } = given
  const { state, start, questions } = gained
  const { verdict } = healthAt(state, policy, now)
  const hasAnswer = questions.some((question) => state.answers.get(question) !== start.answers.get(question))
  const expiresAt = liveOf(before.state.answers.get('token') ?? null)?.expiresAt
  const wasKnown = {
    isVerified: row.outcome === 'verified',
    endsAtMs: typeof expiresAt === 'number' ? expiresAt : null,
  }
  const said = saidOf(hasAnswer && verdict !== 'unverified' ? verdict : 'silent', wasKnown, now.wallMs)
  return {
    answers: state.answers,
    outcome: verdict,
    said,
    isShared: !gained.hasAskedToken && isLive(state) === false,
    isWhole: row.are_assets_due && hasAnswer && questions.every((question) => !state.silences.has(question)),
    write: (treatment, settledApp) => ({ ...treated(given, gained, said, treatment), settled_app: settledApp }),
  }
}

function treated(given: CheckedRow, gained: Gained, said: Said, treatment: Treatment): Omit<Written, 'settled_app'> {
  const { row } = given
  const plain = written(given, gained)
  if (said === 'silent' && row.held !== null) return stillHeld(given, plain, row.held)
  if (said === 'newly_refused' && treatment === 'hold')
    return stillHeld(given, plain, {
      known: plain.known,
      codes: plain.codes,
      findings: plain.change?.findings ?? row.held?.findings ?? [],
    })
  const isRefused = plain.outcome === 'refused'
  const isOfIncident = isRefused && ((said === 'newly_refused' && treatment === 'join') || row.by_incident)
  return { ...plain, held: null, by_incident: isOfIncident, is_quiet: isOfIncident || row.by_incident }
}

/** A refusal that is held changes nothing yet. It is kept beside what was verified last. */
function stillHeld(
  { row, policy, before, now }: CheckedRow,
  plain: Untreated,
  held: HeldRefusal,
): Omit<Written, 'settled_app'> {
  const codes = healthAt(before.state, policy, now).findings.map(({ code }) => code)
  return {
    ...plain,
    status: 'warn',
    outcome: row.outcome,
    codes: [...new Set([...codes, SUSPECT_CODE])],
    known: toMemory(before),
    held,
    by_incident: false,
    is_turned: false,
    has_changed: row.held === null,
    change: null,
    is_quiet: false,
  }
}

type Untreated = Omit<Written, 'settled_app' | 'held' | 'by_incident' | 'is_quiet'>

function written({ row, policy, before, now, ...every }: CheckedRow, gained: Gained): Untreated {
  const { start, state, questions, requests, unresolved } = gained
  const { throttled, isBusy, isAppBusy, waitMs } = gained.pace
  const remarks = unresolved === null ? [] : [unresolvedFinding(unresolved)]
  const health = healthAt(state, policy, now, { ...NO_CIRCUMSTANCES, program: remarks })
  const change = toldOf(before, state, health, policy, now, unresolved !== null)
  const standing = standingOf(health) ?? before.standing
  const token = state.answers.get('token') ?? null
  const hasHeard = token !== null && token !== start.answers.get('token')
  const hasReadAssets = row.are_assets_due && unresolved === null && !throttled
  // They come with the next check, where that is as long away as they may be.
  const areAssetsNext = every.assetIntervalMs <= every.intervalMs * 1.5 || (row.are_assets_due && !hasReadAssets)
  const dueMs = hasHeard ? nextPlaceMs : retryMs
  return {
    id: row.id,
    claim: row.claim,
    due_at_ms: dueMs(phaseOf(row.id), now.wallMs, every.intervalMs * (isBusy || row.is_busy ? 2 : 1)),
    // The app's own subscriptions are asked once for all its tokens.
    calls: areAssetsNext ? questionsOf(policy).filter((question) => question !== 'app').length : 1,
    extra_calls: Math.max(0, requests - questions.length),
    fingerprint: gained.fingerprint ?? row.fingerprint,
    app: liveOf(token)?.appId ?? null,
    status: standing === null ? (unresolved === null ? 'unknown' : 'warn') : health.status,
    outcome: health.verdict,
    codes: [...new Set(health.findings.map(({ code }) => code))],
    has_passed: row.has_passed || health.verdict === 'verified',
    known: toMemory({ state, standing, reminderMs: health.expiring?.thresholdMs ?? null, unresolved }),
    has_heard: hasHeard && gained.hasAskedToken,
    has_read_assets: hasReadAssets,
    has_changed: change !== null || (row.status === 'unknown' && standing !== null),
    is_turned: hasHeard && isLive(start) !== isLive(state),
    is_busy: isAppBusy,
    pause_seconds: throttled && !hasHeard ? waitMs / 1000 : null,
    change,
  }
}

function isLive({ answers }: State): boolean | null {
  const token = answers.get('token') ?? null
  return token === null ? null : liveOf(token) !== null
}
