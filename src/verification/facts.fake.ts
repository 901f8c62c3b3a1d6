import * as fc from 'fast-check'
import { CAUSES, type CauseName } from './causes.ts'
import { FAIL_ON_CODES } from './fail-on.ts'
import type { DeadToken, Facts, GraphReason, LiveToken, SendingCause } from './facts.ts'
import type { Policy } from './policy.ts'
import { ACCOUNT, APP, DAY_MS, IDS, NOW_MS, OTHER_PHONE, PHONE, policy, SCOPES } from './verification.fake.ts'

/** Any facts that Graph may give, as plain data. Their free texts hold a marker that must not appear elsewhere. */
export const MARKER = 'zyxmarker'

const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null })
const anyId = fc.constantFrom(...IDS)
const anyIds = fc.uniqueArray(anyId)
const anyText = fc.string({ maxLength: 20 }).map((text) => `${MARKER} ${text}`)
const anyScopes = fc.uniqueArray(fc.constantFrom(...SCOPES, 'email', 'catalog_management'))
const anySeconds = fc.integer({ min: -40 * 24, max: 40 * 24 }).map((hours) => NOW_MS + (hours * DAY_MS) / 24)
const anyExpiry = fc.oneof(anySeconds, fc.constant('never' as const), fc.constant(null))
const anyReason: fc.Arbitrary<GraphReason> = fc.record({
  code: fc.constantFrom(10, 100, 190, 200, 368),
  subcode: orNull(fc.constantFrom(33, 460, 463)),
  message: anyText,
  cause: fc.constantFrom(...(Object.keys(CAUSES) as CauseName[])),
})

export const anyLiveToken: fc.Arbitrary<LiveToken> = fc.record({
  about: fc.constant('token' as const),
  kind: fc.constant('live' as const),
  appId: orNull(anyId),
  userId: orNull(anyId),
  type: orNull(fc.constantFrom('SYSTEM_USER', 'USER', 'PAGE', 'APP', 'NEW_KIND')),
  scopes: anyScopes,
  granularScopes: anyScopes.chain((scopes) =>
    fc.tuple(...scopes.map((scope) => fc.record({ scope: fc.constant(scope), targetIds: orNull(anyIds) }))),
  ),
  expiresAt: anyExpiry,
  dataAccessExpiresAt: anyExpiry,
  issuedAtMs: orNull(anySeconds),
})

const anyEnd = fc.constantFrom(
  'expired' as const,
  'password_changed' as const,
  'app_deleted' as const,
  'unexplained' as const,
)

export const anyDeadToken: fc.Arbitrary<DeadToken> = fc.record({
  about: fc.constant('token' as const),
  kind: fc.constant('dead' as const),
  ending: fc.constantFrom('expired' as const, 'revoked' as const, 'invalid' as const),
  reason: orNull(fc.tuple(anyReason, anyEnd).map(([reason, cause]) => ({ ...reason, cause }))),
  fromReads: fc.boolean(),
})

const anyForeignToken = fc.record({
  about: fc.constant('token' as const),
  kind: fc.constant('foreign' as const),
  reason: anyReason,
})

const anyBlockedApp = fc.record({
  about: fc.constant('token' as const),
  kind: fc.constant('app_blocked' as const),
  reason: anyReason,
  fromReads: fc.boolean(),
})

const anyCause: fc.Arbitrary<SendingCause> = fc.record({
  entity: fc.constantFrom('PHONE_NUMBER', 'WABA', 'BUSINESS', 'APP'),
  code: orNull(fc.constantFrom(141000, 141006, 141010)),
  text: anyText,
})
const anySending = orNull(
  fc.record({ canSend: fc.constantFrom('AVAILABLE', 'LIMITED', 'BLOCKED'), causes: fc.array(anyCause) }),
)
const anyAddress = orNull(fc.constantFrom('old.example', 'new.example').map((host) => ({ host, digest: host })))
const anyWebhooks = fc.record({ phoneNumber: anyAddress, account: anyAddress, application: anyAddress })
const anyApp: fc.Arbitrary<Facts> = fc.record({
  about: fc.constant('app' as const),
  appId: anyId,
  subscription: orNull(fc.record({ callback: anyAddress, fields: fc.subarray(['messages', 'flows']) })),
})
const anyNotShown = fc.oneof(
  fc.record({ kind: fc.constantFrom('unassigned' as const, 'locked' as const), reason: anyReason }),
  fc.record({
    kind: fc.constant('wrong_kind' as const),
    nodeType: orNull(fc.constantFrom('Business', 'User')),
    reason: anyReason,
  }),
)
const anyAccount: fc.Arbitrary<Facts> = fc
  .oneof(
    fc.record({
      kind: fc.constant('readable' as const),
      name: orNull(anyText),
      status: orNull(fc.constantFrom('ACTIVE', 'PENDING', 'DISABLED', 'NEW_WORD')),
      review: orNull(fc.constantFrom('APPROVED', 'REJECTED', 'NEW_WORD')),
      unread: fc.constant([]),
      isShortened: fc.constant(false),
      sending: anySending,
    }),
    anyNotShown,
  )
  .map((facts) => ({ about: 'account' as const, businessAccountId: ACCOUNT, ...facts }))
const anyPhone = (phoneNumberId: string): fc.Arbitrary<Facts> =>
  fc
    .oneof(
      fc.record({
        kind: fc.constant('readable' as const),
        displayNumber: orNull(anyText),
        name: orNull(anyText),
        status: orNull(fc.constantFrom('CONNECTED', 'BANNED', MARKER)),
        platformType: orNull(fc.constantFrom('CLOUD_API', 'NOT_APPLICABLE')),
        webhooks: orNull(anyWebhooks),
        unread: fc.constant([]),
        isShortened: fc.constant(false),
        sending: anySending,
      }),
      anyNotShown,
    )
    .map((facts) => ({ about: 'phone' as const, phoneNumberId, ...facts }))
const anyConnection: fc.Arbitrary<Facts> = fc.record({
  about: fc.constant('connection' as const),
  askedVersion: fc.constant('v23.0'),
  servedVersion: orNull(fc.constantFrom('v22.0', 'v23.0', 'v24.0')),
  clockOffsetMs: orNull(fc.integer({ min: -200_000, max: 200_000 })),
})
const anyNumbers: fc.Arbitrary<Facts> = anyIds.map((phoneNumberIds) => ({
  about: 'numbers',
  phoneNumberIds,
  digitsOf: Object.fromEntries(phoneNumberIds.map((id) => [id, PHONE])),
}))
const anySubscriptions: fc.Arbitrary<Facts> = anyIds.map((appIds) => ({
  about: 'subscriptions',
  appIds,
  overrides: {},
}))

/** One answer to each question, as a check with both assets and two numbers gets them. */
export const anyAnswers: fc.Arbitrary<readonly Facts[]> = fc.tuple(
  fc.oneof(anyLiveToken, anyDeadToken, anyForeignToken, anyBlockedApp),
  anyAccount,
  anyPhone(PHONE),
  anyPhone(OTHER_PHONE),
  anyNumbers,
  anySubscriptions,
  anyApp,
  anyConnection,
)

export const anyFacts: fc.Arbitrary<Facts> = anyAnswers.chain((answers) => fc.constantFrom(...answers))

export const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    requiredScopes: fc.subarray([...SCOPES.map((scope) => [scope]), ['email', 'public_profile']]),
    expiry: fc.constantFrom('never' as const, 'rotate' as const, 'temporary' as const),
    appId: orNull(fc.constant(APP)),
    businessAccountId: fc.constant(ACCOUNT),
    phoneNumberIds: fc.constant([PHONE, OTHER_PHONE]),
    failOn: fc.subarray([...FAIL_ON_CODES]),
    webhook: orNull(fc.constant({ host: 'new.example', digest: 'new.example' })),
  })
  .map((changes) => policy(changes))
