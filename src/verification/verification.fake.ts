import type { CauseName } from './causes.ts'
import type {
  AccountFacts,
  DeadToken,
  Facts,
  ForeignToken,
  GraphReason,
  LiveToken,
  NumbersFacts,
  PhoneFacts,
  SubscriptionsFacts,
} from './facts.ts'
import type { Finding } from './finding.ts'
import { judge as judgeAll } from './judgement.ts'
import type { Policy } from './policy.ts'

/** Facts and a policy that agree; each test says what is different. */

export const NOW_MS = Date.UTC(2026, 5, 1)
export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

export const APP = '700700700700701'
export const ACCOUNT = '700700700700702'
export const PHONE = '700700700700703'
export const OTHER_PHONE = '700700700700704'
export const USER = '700700700700705'
export const OTHER_ID = '700700700700709'
export const IDS = [APP, ACCOUNT, PHONE, OTHER_PHONE, USER, OTHER_ID]

export const SCOPES = ['business_management', 'whatsapp_business_messaging', 'whatsapp_business_management']

export function policy(changes: Partial<Policy> = {}): Policy {
  return {
    requiredScopes: SCOPES.map((scope) => [scope]),
    expiry: 'never',
    rotateBeforeMs: 14 * DAY_MS,
    appId: APP,
    businessAccountId: ACCOUNT,
    phoneNumberIds: [PHONE],
    staleAfterMs: HOUR_MS / 2,
    staleStatus: 'warn',
    failOn: [],
    webhook: null,
    hasAppSecret: false,
    ...changes,
  }
}

export function liveToken(changes: Partial<LiveToken> = {}): LiveToken {
  return {
    about: 'token',
    kind: 'live',
    appId: APP,
    userId: USER,
    type: 'SYSTEM_USER',
    scopes: SCOPES,
    granularScopes: SCOPES.map((scope) => ({ scope, targetIds: null })),
    expiresAt: 'never',
    dataAccessExpiresAt: 'never',
    issuedAtMs: NOW_MS - 30 * DAY_MS,
    ...changes,
  }
}

export function because(
  code: number,
  subcode: number | null = null,
  message = 'as Graph words it',
  cause: CauseName = 'unrecognised',
): GraphReason {
  return { code, subcode, message, cause }
}

const USUAL = { expired: 'expired', revoked: 'revoked_by_call', invalid: 'copied_wrong' } as const

export function deadToken(
  ending: DeadToken['ending'],
  reason: GraphReason | null = because(190, null, undefined, USUAL[ending]),
): DeadToken {
  // A test that names no cause means the usual one.
  const because = reason?.cause === 'unrecognised' ? { ...reason, cause: USUAL[ending] } : reason
  return { about: 'token', kind: 'dead', ending, reason: because, fromReads: false }
}

export function foreignToken(): ForeignToken {
  return { about: 'token', kind: 'foreign', reason: because(100) }
}

type Readable<T> = Extract<T, { kind: 'readable' }>

export function account(changes: Partial<Readable<AccountFacts>> = {}): Readable<AccountFacts> {
  return {
    about: 'account',
    businessAccountId: ACCOUNT,
    kind: 'readable',
    name: 'Fork & Spoon',
    status: 'ACTIVE',
    review: 'APPROVED',
    unread: [],
    isShortened: false,
    sending: { canSend: 'AVAILABLE', causes: [] },
    ...changes,
  }
}

export function phone(changes: Partial<Readable<PhoneFacts>> = {}): Readable<PhoneFacts> {
  return {
    about: 'phone',
    phoneNumberId: PHONE,
    kind: 'readable',
    displayNumber: '+1 555 010 0101',
    name: 'Fork & Spoon',
    status: 'CONNECTED',
    platformType: 'CLOUD_API',
    webhooks: null,
    unread: [],
    isShortened: false,
    sending: { canSend: 'AVAILABLE', causes: [] },
    ...changes,
  }
}

type NotShown = Exclude<AccountFacts, { kind: 'readable' }>['kind']

export function accountNotShown(kind: NotShown, nodeType: string | null = null): AccountFacts {
  const reason = because(100, 33)
  const node = { about: 'account', businessAccountId: ACCOUNT, reason } as const
  return kind === 'wrong_kind' ? { ...node, kind, nodeType } : { ...node, kind }
}

export function phoneNotShown(kind: NotShown, phoneNumberId = PHONE, nodeType: string | null = null): PhoneFacts {
  const node = { about: 'phone', phoneNumberId, reason: because(100, 33) } as const
  return kind === 'wrong_kind' ? { ...node, kind, nodeType } : { ...node, kind }
}

export function numbers(
  phoneNumberIds: readonly string[] = [PHONE],
  digitsOf: NumbersFacts['digitsOf'] = {},
): NumbersFacts {
  return { about: 'numbers', phoneNumberIds, digitsOf }
}

export function subscriptions(
  appIds: readonly string[] = [APP],
  overrides: SubscriptionsFacts['overrides'] = {},
): SubscriptionsFacts {
  return { about: 'subscriptions', appIds, overrides }
}

export function connection(servedVersion: string | null, clockOffsetMs: number | null) {
  return { about: 'connection', askedVersion: 'v23.0', servedVersion, clockOffsetMs } as const
}

export function codes(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ code }) => code)
}

/** An answer that comes while both clocks agree. */
export function heardAt(facts: Facts, nowMs = NOW_MS) {
  return { facts, clocks: { graphMs: nowMs, ownMs: nowMs } }
}

/** Judges one answer next to a good token, before any finding is hidden. */
export function judge(facts: Facts, demanded: Policy, nowMs = NOW_MS): readonly Finding[] {
  const answer = heardAt(facts, nowMs)
  const others = facts.about === 'token' ? [] : [heardAt(liveToken(), nowMs)]
  const { judged } = judgeAll([answer, ...others], new Map(), demanded)
  return judged.filter((each) => each.answer === answer).map(({ finding }) => finding)
}
