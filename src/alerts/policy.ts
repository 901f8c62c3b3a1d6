import type { Expiring } from '../guard/health.ts'
import { elapsedMs, type Instant } from '../guard/instant.ts'
import { differenceBetween, isRepeated, type Difference, type Standing } from './standing.ts'

/** PURE. When a message is sent, and which: what stands now is compared with what was sent last. */

/** What changes within this time goes out together. */
export const TOGETHER_MS = 1_000
/** Between two messages, and how long an improvement must hold. */
export const QUIET_MS = 300_000

/** What was sent. */
export type Ledger = {
  /** What the last message said; without any message, what stood first. `null`: nothing definite was known yet. */
  readonly said: Standing | null
  /** When the last message was sent. */
  readonly sentAt: Instant | null
  /** When the last message of a `fail` was sent. */
  readonly failedAt: Instant | null
  /** Whether the last message was of a start that was refused. */
  readonly isOfBoot: boolean
  /** The last threshold that a message named. */
  readonly reminded: Expiring | null
  readonly waiting: Unsent | null
}

/** What differs from the last message, and is not sent yet. */
type Unsent = {
  readonly difference: Difference
  readonly standing: Standing
  readonly since: Instant
}

export const NOTHING_SENT: Ledger = {
  said: null,
  sentAt: null,
  failedAt: null,
  isOfBoot: false,
  reminded: null,
  waiting: null,
}

/** What is seen at a moment. */
export type Situation = {
  /** `null`: nothing definite is known yet. */
  readonly standing: Standing | null
  /** The threshold that the token's remaining time is below; `null`: none. */
  readonly expiring: Expiring | null
  /** Whether an answer of Graph's changed for the worse since the last message. */
  readonly hasDrifted: boolean
}

export type Message = {
  readonly event: 'status.changed' | 'findings.changed' | 'token.drift' | 'status.repeated' | 'token.expires_soon'
  readonly status: Standing['status']
  /** Of the last message; `null` where there was none. */
  readonly previousStatus: Standing['status'] | null
}

export type Considered = {
  readonly ledger: Ledger
  /** To be sent now. */
  readonly message: Message | null
  /** When to look again where nothing changes; `null`: no need. */
  readonly againInMs: number | null
}

/** `repeatMs` 0: no message is repeated. `isLast`: the program stops, so what waits is sent now. */
export type AlertPolicy = { readonly repeatMs: number; readonly isLast: boolean }

export function consider(before: Ledger, sight: Situation, policy: AlertPolicy, now: Instant): Considered {
  const { standing } = sight
  if (standing === null) return { ledger: before, message: null, againInMs: null }
  const noticed = notice(before, standing, now)
  const event = eventDue(noticed, standing, sight, policy, now)
  if (event === null) return { ledger: noticed, message: null, againInMs: nextDueMs(noticed, standing, policy, now) }
  const ledger = sent(noticed, standing, sight.expiring, now)
  return {
    ledger,
    message: { event, status: standing.status, previousStatus: noticed.said?.status ?? null },
    againInMs: nextDueMs(ledger, standing, policy, now),
  }
}

/** Whether a refused start is worth a message: a crash loop repeats the same one. `repeatMs` 0: it is never repeated. */
export function isWorthBootAlert(
  { said, sentAt, isOfBoot }: Ledger,
  standing: Standing,
  repeatMs: number,
  now: Instant,
): boolean {
  if (!isOfBoot || said === null || sentAt === null || !isSame(said, standing)) return true
  return repeatMs > 0 && leftMs(sentAt, repeatMs, now) <= 0
}

/** The ledger after a message that says what stands. */
export function sent(ledger: Ledger, said: Standing, expiring: Expiring | null, now: Instant): Ledger {
  return {
    said,
    sentAt: now,
    failedAt: said.status === 'fail' ? now : ledger.failedAt,
    isOfBoot: false,
    reminded: expiring ?? ledger.reminded,
    waiting: null,
  }
}

function notice(ledger: Ledger, standing: Standing, now: Instant): Ledger {
  const difference = differenceBetween(ledger.said, standing)
  if (difference === null) return { ...ledger, said: ledger.said ?? standing, waiting: null }
  const { waiting } = ledger
  const hasHeld = waiting?.difference === difference && (difference !== 'better' || isSame(waiting.standing, standing))
  return { ...ledger, waiting: { difference, standing, since: hasHeld ? waiting.since : now } }
}

/** A reminder says all that stands, so nothing waits behind it. */
function eventDue(
  ledger: Ledger,
  standing: Standing,
  { expiring, hasDrifted }: Situation,
  policy: AlertPolicy,
  now: Instant,
): Message['event'] | null {
  if (expiring !== null && !isReminded(ledger, expiring)) return 'token.expires_soon'
  const waitMs = waitingMs(ledger, now)
  if (waitMs !== null && (waitMs <= 0 || policy.isLast)) {
    if (ledger.said?.status !== standing.status) return 'status.changed'
    return hasDrifted && ledger.waiting?.difference === 'worse' ? 'token.drift' : 'findings.changed'
  }
  const repeatMs = repeatInMs(ledger, standing, policy, now)
  return repeatMs !== null && repeatMs <= 0 ? 'status.repeated' : null
}

function nextDueMs(ledger: Ledger, standing: Standing, policy: AlertPolicy, now: Instant): number | null {
  const due = [waitingMs(ledger, now), repeatInMs(ledger, standing, policy, now)].filter((ms) => ms !== null)
  return due.length === 0 ? null : Math.max(0, Math.min(...due))
}

/** How long what waits still has to wait. */
function waitingMs({ waiting, sentAt, failedAt }: Ledger, now: Instant): number | null {
  if (waiting === null) return null
  const { difference, since } = waiting
  const heldMs = leftMs(since, difference === 'better' ? QUIET_MS : TOGETHER_MS, now)
  if (difference === 'better') return heldMs
  const isUrgent = difference === 'fails' && leftMs(failedAt, QUIET_MS, now) <= 0
  return isUrgent ? heldMs : Math.max(heldMs, leftMs(sentAt, QUIET_MS, now))
}

function repeatInMs(
  { said, sentAt }: Ledger,
  standing: Standing,
  { repeatMs }: AlertPolicy,
  now: Instant,
): number | null {
  const isOfUse = repeatMs > 0 && sentAt !== null && said !== null && isRepeated(said) && isRepeated(standing)
  return isOfUse ? leftMs(sentAt, repeatMs, now) : null
}

function leftMs(since: Instant | null, waitMs: number, now: Instant): number {
  return since === null ? 0 : waitMs - elapsedMs(since, now)
}

function isReminded({ reminded }: Ledger, { expiresAtMs, thresholdMs }: Expiring): boolean {
  return reminded?.expiresAtMs === expiresAtMs && reminded.thresholdMs === thresholdMs
}

function isSame(a: Standing, b: Standing): boolean {
  return a.status === b.status && a.wrong.length === b.wrong.length && a.wrong.every((name, at) => name === b.wrong[at])
}
