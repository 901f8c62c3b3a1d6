import { CHECK_KEYS, type CheckKey } from '../verification/codes.ts'
import type { Question } from '../verification/facts.ts'
import { refuses, type Finding } from '../verification/finding.ts'
import { explainsRefusals, judge } from '../verification/judgement.ts'
import type { Policy } from '../verification/policy.ts'
import { isUnreadableEdge, silenceFinding } from '../verification/silence.ts'
import { clocksAt, liveOf, slotOf, type Slot, type State, type JudgedAnswer } from './state.ts'

/** PURE. The entries of the health body's `checks`, from the answers and what follows from them. */

export type Status = 'pass' | 'warn' | 'fail'

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

const DEMANDED: readonly CheckKey[] = ['token:validity', 'token:expiry', 'token:scopes']

/** Every key that applies, with its entries, the gravest first. `others` are the findings without an answer of Graph's. */
export function checksOf(
  state: State,
  policy: Policy,
  judged: readonly JudgedAnswer[],
  others: readonly Finding[],
  isBorrowed = false,
): ReadonlyMap<CheckKey, readonly CheckEntry[]> {
  const isOfReachability = ({ key }: Finding) => key === 'graph:reachability'
  const beside = others.filter((finding) => !isOfReachability(finding))
  const found = [...judged.map(({ finding }) => finding), ...beside].map(({ key }) => key)
  return new Map(
    keysOf(state, policy, found).map((key) => [
      key,
      key === 'graph:reachability'
        ? reachabilityEntries(state, others.filter(isOfReachability), isBorrowed)
        : entriesOf(key, state, policy, judged, beside),
    ]),
  )
}

/** Those always there, those configured, and those that something is known of. */
function keysOf({ shown, answers }: State, policy: Policy, found: readonly CheckKey[]): readonly CheckKey[] {
  const live = liveOf(shown.get('token:type') ?? null)
  const connection = answers.get('connection')?.facts
  const applies: Partial<Record<CheckKey, boolean>> = {
    'token:app': policy.appId !== null,
    'token:type': live !== null,
    'token:data-access': typeof live?.dataAccessExpiresAt === 'number',
    'whatsapp:business-account': policy.businessAccountId !== null,
    'whatsapp:webhooks': policy.businessAccountId !== null,
    'whatsapp:phone-number': policy.phoneNumberIds.length > 0,
    'graph:version': connection?.about === 'connection' && connection.servedVersion !== null,
    'clock:skew': connection?.about === 'connection' && connection.clockOffsetMs !== null,
  }
  return CHECK_KEYS.filter((key) => (applies[key] ?? true) || found.includes(key))
}

function entriesOf(
  key: CheckKey,
  state: State,
  policy: Policy,
  judged: readonly JudgedAnswer[],
  findings: readonly Finding[],
): readonly CheckEntry[] {
  const slots: readonly Slot[] =
    key === 'whatsapp:phone-number' ? policy.phoneNumberIds.map((id) => `phone:${id}` as const) : [key]
  const answered = slots.flatMap((slot) => entriesOfSlot(key, slot, state, policy, judged))
  const beside = entriesBeside(key, findings, answered)
  const remaining = beside.length === 0 ? answered : answered.filter(({ status }) => status !== 'pass')
  return [...remaining, ...beside].toSorted((a, b) => rank(b.status) - rank(a.status))
}

/** Beside Graph's answer, whose time they have. */
function entriesBeside(
  key: CheckKey,
  findings: readonly Finding[],
  answered: readonly CheckEntry[],
): readonly CheckEntry[] {
  const atMs = answered[0]?.atMs ?? null
  return findings
    .filter((finding) => finding.key === key)
    .map((finding) => entry(statusOf(finding), atMs, finding, null))
}

function entriesOfSlot(
  key: CheckKey,
  slot: Slot,
  state: State,
  policy: Policy,
  judged: readonly JudgedAnswer[],
): readonly CheckEntry[] {
  const subject = slot.startsWith('phone:') ? slot.slice('phone:'.length) : null
  const own = judged.filter(({ finding }) => slotOf(finding) === slot)
  if (own.length > 0)
    return own.map(({ finding, answer }) => entry(statusOf(finding), answer.of.at.wallMs, finding, subject))
  const answer = state.shown.get(slot)
  if (answer === undefined) return [unanswered(key, slot, subject, state, judged)]
  // Where another check shows the cause, the answer shown here is an older one: it is shown as it was then.
  const asItWas = { facts: answer.facts, clocks: clocksAt(answer, answer.at) }
  const then = judge([asItWas], new Map(), policy)
    .judged.map(({ finding }) => finding)
    .filter((finding) => slotOf(finding) === slot)
  if (then.length > 0) return then.map((finding) => entry(statusOf(finding), answer.at.wallMs, finding, subject))
  return [entry('pass', answer.at.wallMs, null, subject)]
}

function unanswered(
  key: CheckKey,
  slot: Slot,
  subject: string | null,
  { silences }: State,
  judged: readonly JudgedAnswer[],
): CheckEntry {
  const question = QUESTION_OF[slot] ?? (subject === null ? 'token' : (`phone:${subject}` as const))
  const silence = silences.get(question)
  if (silence !== undefined && isUnreadableEdge(question, silence))
    return { status: 'pass', atMs: null, finding: null, note: 'Not verified: this token may not read it.', subject }
  const status = DEMANDED.includes(key) ? 'fail' : 'warn'
  const isConsequence = silence === undefined || (silence.isRefusal === true && explainsRefusals(judged))
  if (isConsequence)
    return { status, atMs: null, finding: null, note: 'Not known yet: another check shows the cause.', subject }
  return { status, atMs: null, finding: silenceFinding(silence), note: null, subject }
}

const QUESTION_OF: Readonly<Partial<Record<Slot, Question>>> = {
  'whatsapp:business-account': 'account',
  'whatsapp:webhooks': 'subscriptions',
}

function reachabilityEntries(
  { answers, lastAttempt }: State,
  findings: readonly Finding[],
  isBorrowed: boolean,
): readonly CheckEntry[] {
  const times = [...answers.values()].map(({ at }) => at.wallMs)
  const atMs = times.length === 0 ? null : Math.max(...times)
  if (findings.length > 0) return findings.map((finding) => entry(statusOf(finding), atMs, finding, null))
  if (lastAttempt === null)
    return [{ status: 'warn', atMs: null, finding: null, note: 'Graph has not been asked yet.', subject: null }]
  const note = isBorrowed ? 'Another guard asked Graph (TOKEN_GUARD_UPSTREAM).' : null
  return [{ ...entry('pass', atMs, null, null), note }]
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
