import { expect, test } from 'bun:test'
import { named, readOf, type Row } from './sentences.fake.ts'
import { because, DAY_MS, deadToken, foreignToken, HOUR_MS, liveToken, NOW_MS, OTHER_ID } from '../verification.fake.ts'

/** The findings as people read them: what is wrong, what was expected, what was observed. */

const ROWS: readonly Row[] = [
  [
    deadToken('expired', because(190, 463)),
    {},
    'fail',
    ['The token has expired.', 'is_valid: true', 'is_valid: false, error 190/463 "as Graph words it"'],
  ],
  [
    deadToken('revoked', because(190, 460, '', 'password_changed')),
    {},
    'fail',
    [
      'The session behind the token was ended: a password was changed, or Facebook ended it for security.',
      'is_valid: true',
      'is_valid: false, error 190/460',
    ],
  ],
  [
    deadToken('invalid', null),
    {},
    'fail',
    ['Graph says that the token is not valid, and gives no reason.', 'is_valid: true', 'is_valid: false'],
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
      'The Messaging account (WABA) is not among those that the token may send for.',
      '700700700700702 among the targets of whatsapp_business_messaging',
      'only 1, 2',
    ],
  ],
]

test.each(named(ROWS))('%s', (_observed, [facts, demanded, ...read]) => {
  expect(readOf(facts, demanded)).toEqual([...read])
})
