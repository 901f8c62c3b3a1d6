import { CHECK_KEYS, FINDING_CODES, isAskerRefused, type CheckKey } from '../verification/codes.ts'
import type { LiveToken } from '../verification/facts.ts'
import { judge, refuses, silenceFinding, staleFinding, type Finding } from '../verification/findings.ts'
import { DATA_ACCESS_WARNING_MS, reminderThresholdsMs, type Policy } from '../verification/policy.ts'
import { elapsedMs, type Instant } from './instant.ts'
import { graphNowMs, slotOf, tell, type Answer, type Slot, type State, type Told } from './state.ts'

/** PURE. What a snapshot means at a given moment: age and expiry count when somebody asks, not when a check ran. */

export type Status = 'pass' | 'warn' | 'fail'

/** How a verification ends, and what stands since. */
export type Verdict = 'verified' | 'refused' | 'unverified'

export type CheckEntry = {
  readonly status: Status
  /** When its last definite answer came, our wall clock; `null` where there was none. */
  readonly atMs: number | null
  readonly finding: Finding | null
  /** Why there is no answer, where no finding says it. */
  readonly note: string | null
  /** The number it speaks of. */
  readonly subject: string | null
}

export type Health = {
  readonly status: Status
  readonly verdict: Verdict
  /** Causes without their consequences, the gravest first; what was not answered is among them as `unverified`. */
  readonly findings: readonly Finding[]
  readonly checks: ReadonlyMap<CheckKey, readonly CheckEntry[]>
  /** When Graph last said something definite about the token, our wall clock. */
  readonly checkedAtMs: number | null
  readonly stale: boolean
  /** The live token's remaining time by Graph's clock; `null` where it has no end or none is known. */
  readonly remainingMs: number | null
  /** How long all this stands if nothing new is heard. */
  readonly validForMs: number
}

/** Texts tell remaining times: once a minute they are written anew. */
const TEXTS_VALID_FOR_MS = 60_000

const DEMANDED: readonly CheckKey[] = ['token:validity', 'token:expiry', 'token:scopes']

export function healthAt(state: State, policy: Policy, now: Instant): Health {
  const token = state.answers.get('token') ?? null
  const told = tell(state.answers, policy, now).filter(({ hidden }) => !hidden)
  const stale = staleness(token, policy, now)
  const silent = silentFindings(state)
  const findings = [...told.map(({ finding }) => finding), ...silent, ...stale].toSorted(byGravity)
  const verdict = token === null ? 'unverified' : told.some(({ finding }) => refuses(finding)) ? 'refused' : 'verified'
  const remainingMs = remaining(token, now)
  return {
    status: verdict !== 'verified' || findings.some(refuses) ? 'fail' : findings.length > 0 ? 'warn' : 'pass',
    verdict,
    findings,
    checks: new Map(
      keysOf(state, policy).map((key) => [key, entriesOf(key, state, policy, told, [...silent, ...stale])]),
    ),
    checkedAtMs: token?.at.wallMs ?? null,
    stale: stale.length > 0,
    remainingMs,
    validForMs: Math.min(TEXTS_VALID_FOR_MS, ...changesAhead(token, policy, now, remainingMs)),
  }
}

function staleness(token: Answer | null, { staleAfterMs, staleStatus }: Policy, now: Instant): readonly Finding[] {
  if (token === null) return []
  const ageMs = elapsedMs(token.at, now)
  return ageMs <= staleAfterMs ? [] : [staleFinding(staleStatus, ageMs, staleAfterMs)]
}

/** One finding a code, the token's own first: five unanswered questions have one cause. */
function silentFindings({ silences }: State): readonly Finding[] {
  const ordered = [...silences].toSorted(([a], [b]) => Number(b === 'token') - Number(a === 'token'))
  const byCode = new Map(ordered.toReversed().map(([, silence]) => [silence.code, silence]))
  return [...byCode.values()].map(silenceFinding)
}

function remaining(token: Answer | null, now: Instant): number | null {
  const live = liveOf(token)
  return token !== null && typeof live?.expiresAt === 'number' ? live.expiresAt - graphNowMs(token, now) : null
}

function liveOf(token: Answer | null): LiveToken | null {
  return token?.facts.about === 'token' && token.facts.kind === 'live' ? token.facts : null
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
  const dataMs = typeof dataEndMs === 'number' ? dataEndMs - graphNowMs(token, now) : null
  return [
    policy.staleAfterMs - elapsedMs(token.at, now) + 1,
    ...(remainingMs === null
      ? []
      : [remainingMs, ...reminderThresholdsMs(policy.rotateBeforeMs).map((step) => remainingMs - step + 1)]),
    ...(dataMs === null ? [] : [dataMs, dataMs - DATA_ACCESS_WARNING_MS + 1]),
  ].filter((ms) => ms > 0)
}

/** Those always there, those configured, and those that something is known of. */
function keysOf({ shown, answers }: State, policy: Policy): readonly CheckKey[] {
  const live = liveOf(shown.get('token:type') ?? null)
  const connection = answers.get('connection')?.facts
  const applies: Partial<Record<CheckKey, boolean>> = {
    'token:app': policy.appId !== null,
    'token:type': live !== null,
    'token:data-access': typeof live?.dataAccessExpiresAt === 'number',
    'whatsapp:business-account': policy.businessAccountId !== null,
    'whatsapp:webhooks': policy.businessAccountId !== null && policy.appId !== null,
    'whatsapp:phone-number': policy.phoneNumberIds.length > 0,
    'graph:version': connection?.about === 'connection' && connection.servedVersion !== null,
    'clock:skew': connection?.about === 'connection' && connection.clockOffsetMs !== null,
  }
  return CHECK_KEYS.filter((key) => applies[key] ?? true)
}

function entriesOf(
  key: CheckKey,
  state: State,
  policy: Policy,
  told: readonly Told[],
  reachability: readonly Finding[],
): readonly CheckEntry[] {
  if (key === 'graph:reachability') return reachabilityEntries(state, reachability)
  const slots: readonly Slot[] =
    key === 'whatsapp:phone-number' ? policy.phoneNumberIds.map((id) => `phone:${id}` as const) : [key]
  return slots
    .flatMap((slot) => entriesOfSlot(key, slot, state, policy, told))
    .toSorted((a, b) => rank(b.status) - rank(a.status))
}

function entriesOfSlot(
  key: CheckKey,
  slot: Slot,
  state: State,
  policy: Policy,
  told: readonly Told[],
): readonly CheckEntry[] {
  const subject = slot.startsWith('phone:') ? slot.slice('phone:'.length) : null
  const own = told.filter(({ finding }) => slotOf(finding) === slot)
  if (own.length > 0)
    return own.map(({ finding, answer }) => entry(statusOf(finding), answer.at.wallMs, finding, subject))
  const answer = state.shown.get(slot)
  if (answer === undefined) return [unanswered(key, slot, subject, state)]
  // Where the cause is told elsewhere, the answer shown is an older one: it is shown as it was then.
  const then = judge(answer.facts, policy, answer.at.wallMs + answer.clockOffsetMs).filter(
    (finding) => slotOf(finding) === slot,
  )
  if (then.length > 0) return then.map((finding) => entry(statusOf(finding), answer.at.wallMs, finding, subject))
  return [entry('pass', answer.at.wallMs, null, subject)]
}

function unanswered(key: CheckKey, slot: Slot, subject: string | null, { silences }: State): CheckEntry {
  const question =
    slot === 'whatsapp:business-account'
      ? 'account'
      : slot === 'whatsapp:webhooks'
        ? 'subscriptions'
        : subject === null
          ? 'token'
          : (`phone:${subject}` as const)
  const silence = silences.get(question)
  const status = DEMANDED.includes(key) ? 'fail' : 'warn'
  const note = silence === undefined ? 'Not known yet: another check says why.' : null
  return { status, atMs: null, finding: silence === undefined ? null : silenceFinding(silence), note, subject }
}

function reachabilityEntries({ answers, lastAttempt }: State, findings: readonly Finding[]): readonly CheckEntry[] {
  const times = [...answers.values()].map(({ at }) => at.wallMs)
  const atMs = times.length === 0 ? null : Math.max(...times)
  if (findings.length > 0) return findings.map((finding) => entry(statusOf(finding), atMs, finding, null))
  if (lastAttempt === null)
    return [{ status: 'warn', atMs: null, finding: null, note: 'Graph has not been asked yet.', subject: null }]
  return [entry('pass', atMs, null, null)]
}

function entry(status: Status, atMs: number | null, finding: Finding | null, subject: string | null): CheckEntry {
  return { status, atMs, finding, note: null, subject }
}

/** A missing answer warns: it is never a verdict. */
function statusOf(finding: Finding): Status {
  return refuses(finding) ? 'fail' : 'warn'
}

function rank(status: Status): number {
  return ['pass', 'warn', 'fail'].indexOf(status)
}

function byGravity(a: Finding, b: Finding): number {
  return weight(b) - weight(a) || FINDING_CODES.indexOf(a.code) - FINDING_CODES.indexOf(b.code)
}

function weight(finding: Finding): number {
  return refuses(finding) ? 3 : isAskerRefused(finding.code) ? 2 : 1
}
