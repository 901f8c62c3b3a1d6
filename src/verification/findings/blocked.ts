import type { CauseName } from '../causes.ts'
import type { AccountFacts, PhoneFacts, Sending } from '../facts.ts'
import { row, type Detail, type FindingRow } from '../finding.ts'
import { accountWord, knownEntity, knownNumberStatus } from '../words.status.ts'
import { quoted } from '../words.ts'

/** Sending is limited, blocked or locked: each finding holds every cause that Graph gives. */

/** One thing that keeps messages back. */
type Obstacle = {
  readonly causes: readonly CauseName[]
  /** A sentence without identifiers and without a word of Graph's that is not known. */
  readonly summary: string
  readonly expected: string
  readonly observed: readonly string[]
  /** Some messages still go out. */
  readonly isMild?: true
}

function accountObstacles(facts: AccountFacts): readonly Obstacle[] {
  if (facts.kind !== 'readable') return []
  const { status, review, sending } = facts
  return [
    ...(accountWord(status) === 'bad'
      ? [
          {
            causes: ['account_disabled'] as const,
            summary: `Meta has disabled or restricted the account (status ${status}).`,
            expected: 'status ACTIVE',
            observed: [`status ${status}`],
          },
        ]
      : []),
    ...(accountWord(review) === 'bad'
      ? [
          {
            causes: ['account_rejected'] as const,
            summary: `Meta's review of the account has failed (account_review_status ${review}).`,
            expected: 'account_review_status APPROVED',
            observed: [`account_review_status ${review}`],
          },
        ]
      : []),
    ...sendingObstacles(sending, 'account_limited'),
  ]
}

function phoneObstacles(facts: PhoneFacts): readonly Obstacle[] {
  if (facts.kind !== 'readable') return []
  const { status, platformType, sending } = facts
  return [
    ...(platformType === 'NOT_APPLICABLE'
      ? [
          {
            causes: ['number_never_registered'] as const,
            summary: 'The number was added and never registered (platform_type NOT_APPLICABLE).',
            expected: 'platform_type CLOUD_API',
            observed: ['platform_type NOT_APPLICABLE'],
          },
        ]
      : []),
    ...(status !== null && status !== 'CONNECTED'
      ? [
          {
            causes: [STATUS_CAUSES[status] ?? 'number_limited'],
            summary: `The number is not connected (${knownNumberStatus(status) === status ? 'status ' : ''}${knownNumberStatus(status)}).`,
            expected: 'status CONNECTED',
            observed: [`status ${status}`],
          },
        ]
      : []),
    ...sendingObstacles(sending, 'number_limited'),
  ]
}

function sendingObstacles(sending: Sending | null, usual: CauseName): readonly Obstacle[] {
  if (sending === null || sending.canSend === 'AVAILABLE') return []
  const isBlocked = sending.canSend === 'BLOCKED'
  return [
    {
      causes: sendingCauses(sending, usual),
      summary: `Messages are ${isBlocked ? 'blocked' : 'limited'} (${codesOf(sending)}).`,
      expected: 'can_send_message AVAILABLE',
      observed: [`can_send_message ${sending.canSend}`, ...sending.causes.map(causeText)],
      ...(isBlocked ? {} : { isMild: true as const }),
    },
  ]
}

/** What each status asks of people. Source: Meta, phone number status. */
const STATUS_CAUSES: Readonly<Record<string, CauseName>> = {
  PENDING: 'number_disconnected',
  DISCONNECTED: 'number_disconnected',
  UNVERIFIED: 'number_disconnected',
  DELETED: 'number_gone',
  MIGRATED: 'number_gone',
  BANNED: 'number_banned',
  RESTRICTED: 'number_banned',
  FLAGGED: 'number_flagged',
  RATE_LIMITED: 'number_rate_limited',
}

/** Source: Meta, messaging health status. */
const HEALTH_CAUSES: Readonly<Record<number, CauseName>> = {
  141000: 'number_never_registered',
  141006: 'payment_missing',
  141010: 'business_not_verified',
}

/** Where Graph gives no code, only its text shows the cause. */
const HEALTH_TEXTS: readonly (readonly [text: RegExp, cause: CauseName])[] = [
  [/display name/i, 'name_not_approved'],
  [/not subscribed/i, 'app_not_subscribed'],
]

/** Every cause that Graph gives, in its order; the usual one where none is known. */
function sendingCauses({ causes }: Sending, usual: CauseName): readonly CauseName[] {
  const known = causes.map(({ code, text }) =>
    code === null
      ? (HEALTH_TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? usual)
      : (HEALTH_CAUSES[code] ?? usual),
  )
  return known.length === 0 ? [usual] : [...new Set(known)]
}

/** All obstacles as one finding. */
function blocked(subject: string | null, obstacles: readonly Obstacle[]): readonly Detail[] {
  const [cause, ...others] = withoutTheSameAdvice(obstacles.flatMap(({ causes }) => causes))
  if (cause === undefined) return []
  return [
    {
      ...(subject === null ? {} : { subject }),
      summary: obstacles.map(({ summary }) => summary).join(' '),
      expected: obstacles.map(({ expected }) => expected).join(' and '),
      observed: obstacles.flatMap(({ observed }) => observed).join('; '),
      causes: [cause, ...others],
      isMild: obstacles.every(({ isMild }) => isMild === true),
    },
  ]
}

/** A disconnected number and one that was never registered are mended by the same call. */
function withoutTheSameAdvice(causes: readonly CauseName[]): readonly CauseName[] {
  const isDisconnected = causes.includes('number_disconnected')
  return [...new Set(causes)].filter((cause) => !(isDisconnected && cause === 'number_never_registered'))
}

function locked(facts: AccountFacts | PhoneFacts, noun: string): readonly Detail[] {
  if (facts.kind !== 'locked') return []
  return [
    {
      ...(facts.about === 'phone' ? { subject: facts.phoneNumberId } : {}),
      summary: `Meta has locked ${noun} or the account behind it.`,
      expected: 'can be read',
      observed: `refused${quoted(facts.reason)}`,
      reason: facts.reason,
      causes: ['account_locked'],
    },
  ]
}

function codesOf({ causes }: Sending): string {
  const codes = causes.map(({ entity, code }) => `${knownEntity(entity)}${code === null ? '' : ` ${code}`}`)
  return codes.length === 0 ? 'no cause given' : [...new Set(codes)].join(', ')
}

function causeText({ entity, code, text }: Sending['causes'][number]): string {
  return `${entity}${code === null ? '' : ` ${code}`}: ${text}`
}

export const BLOCKED_FINDINGS: readonly FindingRow[] = [
  row({
    code: 'account.blocked',
    severity: 'warn',
    about: 'account',
    cause: 'account_limited',
    detect: (facts) => [...locked(facts, 'the Messaging account (WABA)'), ...blocked(null, accountObstacles(facts))],
  }),
  row({
    code: 'phone.blocked',
    severity: 'warn',
    about: 'phone',
    cause: 'number_limited',
    detect: (facts) => [...locked(facts, 'the number'), ...blocked(facts.phoneNumberId, phoneObstacles(facts))],
  }),
]
