import { describe, expect, test } from 'bun:test'
import type { Facts } from './facts.ts'
import { candidateFinding, judge, staleFinding, type Severity } from './findings.ts'
import { reminderThresholdsMs, type Policy } from './policy.ts'
import {
  accountNotShown,
  because,
  connection,
  DAY_MS,
  deadToken,
  foreignToken,
  HOUR_MS,
  liveToken,
  NOW_MS,
  OTHER_ID,
  OTHER_PHONE,
  phone,
  PHONE,
  phoneNotShown,
  policy,
} from './verification.fake.ts'
import { listed, span } from './words.ts'

/** The findings as people read them: what is wrong, what was expected, what was observed. */

type Sentences = readonly [summary: string, expected: string, observed: string]

const ROWS: readonly (readonly [facts: Facts, demanded: Partial<Policy>, severity: Severity, Sentences])[] = [
  [
    deadToken('expired', because(190, 463)),
    {},
    'fail',
    ['The token has expired.', 'is_valid: true', 'is_valid: false, error 190/463 "as Graph words it"'],
  ],
  [
    deadToken('revoked', because(190, 460, '')),
    {},
    'fail',
    [
      'Graph says that the token was ended: a password changed, a session closed, the app removed or the user deleted.',
      'is_valid: true',
      'is_valid: false, error 190/460',
    ],
  ],
  [
    deadToken('invalid', null),
    {},
    'fail',
    ['Graph cannot read the text as a token.', 'is_valid: true', 'is_valid: false'],
  ],
  [
    liveToken({ expiresAt: NOW_MS }),
    {},
    'fail',
    [
      'The token expires (in 0 minutes), and the policy demands one that never does.',
      'expires_at 0 (never)',
      'expires_at 1780272000 (2026-06-01T00:00:00Z, in 0 minutes)',
    ],
  ],
  [
    foreignToken(),
    {},
    'fail',
    [
      'The token belongs to another app than META_APP_ID.',
      'a token of the app 700700700700701',
      'Graph refuses to show it to this app, error 100 "as Graph words it"',
    ],
  ],
  [
    foreignToken(),
    { appId: null },
    'fail',
    [
      'The token belongs to another app than META_APP_ID.',
      'a token of the configured app',
      'Graph refuses to show it to this app, error 100 "as Graph words it"',
    ],
  ],
  [
    liveToken({ appId: OTHER_ID }),
    {},
    'fail',
    [
      'The token belongs to another app than META_APP_ID.',
      'a token of the app 700700700700701',
      'a token of the app 700700700700709',
    ],
  ],
  [
    liveToken({ type: 'USER' }),
    {},
    'warn',
    ["This is not a system user's token: it can end with a person's session.", 'type SYSTEM_USER', 'type USER'],
  ],
  [
    liveToken({ type: null }),
    {},
    'warn',
    ["This is not a system user's token: it can end with a person's session.", 'type SYSTEM_USER', 'no type'],
  ],
  [
    liveToken({ type: 'PAGE' }),
    {},
    'fail',
    ['This is a token of another kind (PAGE): it cannot send for a business.', 'type SYSTEM_USER', 'type PAGE'],
  ],
  [
    liveToken({ scopes: [] }),
    { requiredScopes: [['a', 'b']] },
    'fail',
    ['The permission a or b is missing.', 'a or b', 'no scopes at all'],
  ],
  [
    liveToken({ scopes: ['c', 'd'] }),
    { requiredScopes: [['a']] },
    'fail',
    ['The permission a is missing.', 'a', 'only c, d'],
  ],
  [
    liveToken({ expiresAt: NOW_MS + 2 * HOUR_MS }),
    {},
    'fail',
    [
      'The token expires (in 2 hours), and the policy demands one that never does.',
      'expires_at 0 (never)',
      'expires_at 1780279200 (2026-06-01T02:00:00Z, in 2 hours)',
    ],
  ],
  [
    liveToken({ expiresAt: NOW_MS + 2 * HOUR_MS - 1 }),
    {},
    'fail',
    [
      'The token expires (in 119 minutes), and the policy demands one that never does.',
      'expires_at 0 (never)',
      'expires_at 1780279199.999 (2026-06-01T01:59:59.999Z, in 119 minutes)',
    ],
  ],
  [
    liveToken({ expiresAt: NOW_MS + 60_000 }),
    {},
    'fail',
    [
      'The token expires (in 1 minute), and the policy demands one that never does.',
      'expires_at 0 (never)',
      'expires_at 1780272060 (2026-06-01T00:01:00Z, in 1 minute)',
    ],
  ],
  [
    liveToken({ expiresAt: NOW_MS + 3 * DAY_MS }),
    { expiry: 'rotate' },
    'warn',
    ['The token expires in 3 days.', 'at least 14 days left', 'expires at 2026-06-04T00:00:00Z, in 3 days'],
  ],
  [
    liveToken({ dataAccessExpiresAt: NOW_MS }),
    {},
    'warn',
    [
      "The token's access to data has ended.",
      'data_access_expires_at 0 (never), or more than 14 days ahead',
      'data_access_expires_at 1780272000 (2026-06-01T00:00:00Z)',
    ],
  ],
  [
    liveToken({ dataAccessExpiresAt: NOW_MS + 14 * DAY_MS }),
    {},
    'warn',
    [
      "The token's access to data ends in 14 days.",
      'data_access_expires_at 0 (never), or more than 14 days ahead',
      'data_access_expires_at 1781481600 (2026-06-15T00:00:00Z)',
    ],
  ],
  [
    liveToken({ granularScopes: [{ scope: 'whatsapp_business_messaging', targetIds: ['1', '2'] }] }),
    {},
    'fail',
    [
      'The WhatsApp Business Account is not among those that the token may send for.',
      '700700700700702 among the targets of whatsapp_business_messaging',
      'only 1, 2',
    ],
  ],
  [
    accountNotShown('unassigned'),
    {},
    'fail',
    [
      'Graph does not show the WhatsApp Business Account to this token: it is not assigned to the system user, or the id is wrong.',
      '700700700700702 readable by this token',
      'refused, error 100/33 "as Graph words it"',
    ],
  ],
  [
    accountNotShown('unassigned'),
    { businessAccountId: null },
    'fail',
    [
      'Graph does not show the WhatsApp Business Account to this token: it is not assigned to the system user, or the id is wrong.',
      'it readable by this token',
      'refused, error 100/33 "as Graph words it"',
    ],
  ],
  [
    accountNotShown('wrong_kind'),
    {},
    'fail',
    [
      'The id configured for the WhatsApp Business Account names something else.',
      '700700700700702 to be the id of the WhatsApp Business Account',
      'refused, error 100/33 "as Graph words it"',
    ],
  ],
  [
    accountNotShown('wrong_kind', 'Business'),
    {},
    'fail',
    [
      'The id configured for the WhatsApp Business Account names something else (Business).',
      '700700700700702 to be the id of the WhatsApp Business Account',
      'the id of a node of type Business',
    ],
  ],
  [
    accountNotShown('wrong_kind'),
    { businessAccountId: null },
    'fail',
    [
      'The id configured for the WhatsApp Business Account names something else.',
      'an id to be the id of the WhatsApp Business Account',
      'refused, error 100/33 "as Graph words it"',
    ],
  ],
  [
    accountNotShown('locked'),
    {},
    'warn',
    [
      'Meta has locked the WhatsApp Business Account or the account behind it.',
      'can be read',
      'refused, error 100/33 "as Graph words it"',
    ],
  ],
  [
    phoneNotShown('unassigned'),
    {},
    'fail',
    [
      'Graph does not show the phone number to this token: it is not assigned to the system user, or the id is wrong.',
      '700700700700703 readable by this token',
      'refused, error 100/33 "as Graph words it"',
    ],
  ],
  [
    phoneNotShown('wrong_kind', PHONE, 'User'),
    {},
    'fail',
    [
      'The id configured for the phone number names something else (User).',
      '700700700700703 to be the id of the phone number',
      'the id of a node of type User',
    ],
  ],
  [
    phoneNotShown('locked'),
    {},
    'warn',
    [
      'Meta has locked the phone number or the account behind it.',
      'can be read',
      'refused, error 100/33 "as Graph words it"',
    ],
  ],
  [
    phone({ status: 'BANNED' }),
    {},
    'warn',
    [
      'The number is not connected (status BANNED).',
      'status CONNECTED and can_send_message AVAILABLE',
      'status BANNED',
    ],
  ],
  [
    phone({ sending: { canSend: 'LIMITED', causes: [] } }),
    {},
    'warn',
    ['Messages are limited (no cause given).', 'can_send_message AVAILABLE', 'can_send_message LIMITED'],
  ],
  [
    phone({
      status: 'BANNED',
      sending: {
        canSend: 'BLOCKED',
        causes: [
          { entity: 'WABA', code: 141000, text: 'pay' },
          { entity: 'APP', code: null, text: 'info' },
        ],
      },
    }),
    {},
    'warn',
    [
      'The number is not connected (status BANNED). Messages are blocked (WABA 141000, APP).',
      'status CONNECTED and can_send_message AVAILABLE',
      'status BANNED; can_send_message BLOCKED; WABA 141000: pay; APP: info',
    ],
  ],
  [
    { about: 'numbers', phoneNumberIds: [] },
    {},
    'fail',
    [
      'The phone number is not among those of the WhatsApp Business Account.',
      '700700700700703 among the numbers of 700700700700702',
      'the account has no numbers',
    ],
  ],
  [
    { about: 'numbers', phoneNumberIds: [OTHER_PHONE] },
    {},
    'fail',
    [
      'The phone number is not among those of the WhatsApp Business Account.',
      '700700700700703 among the numbers of 700700700700702',
      'only 700700700700704',
    ],
  ],
  [
    { about: 'numbers', phoneNumberIds: [OTHER_PHONE] },
    { businessAccountId: null },
    'fail',
    [
      'The phone number is not among those of the WhatsApp Business Account.',
      '700700700700703 among the numbers of the account',
      'only 700700700700704',
    ],
  ],
  [
    { about: 'subscriptions', appIds: [] },
    {},
    'warn',
    [
      "The app is not subscribed to the account's webhooks: no incoming message will arrive.",
      'the app 700700700700701 among the subscribed apps of 700700700700702',
      'no subscribed app',
    ],
  ],
  [
    { about: 'subscriptions', appIds: [OTHER_ID] },
    {},
    'warn',
    [
      "The app is not subscribed to the account's webhooks: no incoming message will arrive.",
      'the app 700700700700701 among the subscribed apps of 700700700700702',
      'only 700700700700709',
    ],
  ],
  [
    { about: 'subscriptions', appIds: [] },
    { businessAccountId: null },
    'warn',
    [
      "The app is not subscribed to the account's webhooks: no incoming message will arrive.",
      'the app 700700700700701 among the subscribed apps of the account',
      'no subscribed app',
    ],
  ],
  [
    connection('v25.0', 0),
    {},
    'warn',
    ['Graph answers with another version than the configured one.', 'v23.0', 'v25.0'],
  ],
  [
    connection('v23.0', 120_000),
    {},
    'warn',
    [
      "This machine's clock is 120 s behind Graph's.",
      'at most 60 s of difference',
      "120.0 s (Graph's clock minus ours)",
    ],
  ],
  [
    connection('v23.0', -120_001),
    {},
    'warn',
    [
      "This machine's clock is 121 s ahead of Graph's.",
      'at most 60 s of difference',
      "-120.0 s (Graph's clock minus ours)",
    ],
  ],
]

test.each(ROWS.map((row) => [row[3][2], row] as const))('%s', (_observed, [facts, demanded, severity, sentences]) => {
  const finding = judge(facts, policy(demanded), NOW_MS).at(-1)
  expect([finding?.severity, finding?.summary, finding?.expected, finding?.observed]).toEqual([severity, ...sentences])
})

test('a refused candidate is told by its first cause', () => {
  const refusal = judge(deadToken('expired'), policy(), NOW_MS)
  expect(candidateFinding(refusal)).toMatchObject({
    severity: 'warn',
    summary: 'The changed token was refused (token.expired); the old one stays in service.',
    expected: 'is_valid: true',
    observed: 'is_valid: false, error 190 "as Graph words it"',
  })
  expect(candidateFinding([])).toMatchObject({ expected: 'a token that passes', observed: 'a refused one' })
})

test('a stale answer is told in minutes', () => {
  expect(staleFinding('fail', 3_599_999, HOUR_MS / 2)).toMatchObject({
    severity: 'fail',
    expected: 'an answer within 30 min',
    observed: 'the last one is 59 min old',
  })
})

test("reminders come at the policy's own step, and at 7, 3 and 1 days within it", () => {
  const days = (rotateBefore: number) => reminderThresholdsMs(rotateBefore * DAY_MS).map((ms) => ms / DAY_MS)
  expect([days(14), days(7), days(2)]).toEqual([
    [14, 7, 3, 1],
    [7, 3, 1],
    [2, 1],
  ])
})

test('a scope that one entry limits and another does not is not limited', () => {
  const messaging = (targetIds: readonly string[] | null) => ({ scope: 'whatsapp_business_messaging', targetIds })
  const limited = (...granularScopes: ReturnType<typeof messaging>[]) =>
    judge(liveToken({ granularScopes }), policy(), NOW_MS).map(({ code }) => code)
  expect(limited(messaging(['1']))).toEqual(['account.unassigned'])
  expect(limited(messaging(['1']), messaging(null))).toEqual([])
  expect(limited(messaging([]), messaging(['1']))).toEqual([])
})

test('a missing scope of which one alternative reads assets explains that they are not read', () => {
  const demanded = policy({ requiredScopes: [['catalog_management', 'whatsapp_business_messaging']] })
  const [missing] = judge(liveToken({ scopes: [] }), demanded, NOW_MS)
  expect(missing?.hides).toEqual(['account.unassigned', 'phone.unassigned'])
})

describe('words', () => {
  const names = (count: number) => Array.from({ length: count }, (_, at) => `s${at}`)

  test('of a list end with how many more there are', () => {
    expect(listed(names(20))).toBe(names(20).join(', '))
    expect(listed(names(23))).toBe(`${names(20).join(', ')} and 3 more`)
  })

  test.each([
    [2 * DAY_MS, '2 days'],
    [2 * DAY_MS - 1, '47 hours'],
    [2 * HOUR_MS, '2 hours'],
    [2 * HOUR_MS - 1, '119 minutes'],
    [120_000, '2 minutes'],
    [119_999, '1 minute'],
    [-1, '0 minutes'],
  ])('of a span of %d ms promise nothing too long', (ms, words) => expect(span(ms)).toBe(words))
})
