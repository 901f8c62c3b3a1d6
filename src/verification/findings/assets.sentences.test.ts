import { expect, test } from 'bun:test'
import { named, readOf, type Row } from './sentences.fake.ts'
import {
  accountNotShown,
  connection,
  numbers,
  OTHER_ID,
  OTHER_PHONE,
  phone,
  PHONE,
  phoneNotShown,
  subscriptions,
} from '../verification.fake.ts'

/** The findings as people read them: what is wrong, what was expected, what was observed. */

const ROWS: readonly Row[] = [
  [
    accountNotShown('unassigned'),
    {},
    'fail',
    [
      'Graph does not show the Messaging account (WABA) to this token: it is not assigned to the system user, or the id is wrong.',
      '700700700700702 readable by this token',
      'refused, error 100/33 "as Graph words it"',
    ],
  ],
  [
    accountNotShown('unassigned'),
    { businessAccountId: null },
    'fail',
    [
      'Graph does not show the Messaging account (WABA) to this token: it is not assigned to the system user, or the id is wrong.',
      'it readable by this token',
      'refused, error 100/33 "as Graph words it"',
    ],
  ],
  [
    accountNotShown('wrong_kind'),
    {},
    'fail',
    [
      'The id configured for the Messaging account (WABA) names something else.',
      '700700700700702 to be the id of the Messaging account (WABA)',
      'refused, error 100/33 "as Graph words it"',
    ],
  ],
  [
    accountNotShown('wrong_kind', 'Business'),
    {},
    'fail',
    [
      'The id configured for the Messaging account (WABA) names something else (Business).',
      '700700700700702 to be the id of the Messaging account (WABA)',
      'the id of a node of type Business',
    ],
  ],
  [
    accountNotShown('wrong_kind'),
    { businessAccountId: null },
    'fail',
    [
      'The id configured for the Messaging account (WABA) names something else.',
      'an id to be the id of the Messaging account (WABA)',
      'refused, error 100/33 "as Graph words it"',
    ],
  ],
  [
    accountNotShown('locked'),
    {},
    'warn',
    [
      'Meta has locked the Messaging account (WABA) or the account behind it.',
      'can be read',
      'refused, error 100/33 "as Graph words it"',
    ],
  ],
  [
    phoneNotShown('unassigned'),
    {},
    'fail',
    [
      'Graph does not show the number to this token: it is not assigned to the system user, or the id is wrong.',
      '700700700700703 readable by this token',
      'refused, error 100/33 "as Graph words it"',
    ],
  ],
  [
    phoneNotShown('wrong_kind', PHONE, 'User'),
    {},
    'fail',
    [
      'The id configured for the number names something else (User).',
      '700700700700703 to be the id of the number',
      'the id of a node of type User',
    ],
  ],
  [
    phoneNotShown('locked'),
    {},
    'warn',
    [
      'Meta has locked the number or the account behind it.',
      'can be read',
      'refused, error 100/33 "as Graph words it"',
    ],
  ],
  [
    phone({ status: 'BANNED' }),
    {},
    'warn',
    ['The number is not connected (status BANNED).', 'status CONNECTED', 'status BANNED'],
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
    numbers([]),
    {},
    'fail',
    [
      'The phone number is not among those of the Messaging account (WABA).',
      '700700700700703 among the numbers of 700700700700702',
      'the account has no numbers',
    ],
  ],
  [
    numbers([OTHER_PHONE]),
    {},
    'fail',
    [
      'The phone number is not among those of the Messaging account (WABA).',
      '700700700700703 among the numbers of 700700700700702',
      'only 700700700700704',
    ],
  ],
  [
    numbers([OTHER_PHONE]),
    { businessAccountId: null },
    'fail',
    [
      'The phone number is not among those of the Messaging account (WABA).',
      '700700700700703 among the numbers of the account',
      'only 700700700700704',
    ],
  ],
  [
    subscriptions([]),
    {},
    'warn',
    [
      "The app is not subscribed to the account's webhooks: no incoming message will arrive.",
      'the app 700700700700701 among the subscribed apps of 700700700700702',
      'no subscribed app',
    ],
  ],
  [
    subscriptions([OTHER_ID]),
    {},
    'warn',
    [
      "The app is not subscribed to the account's webhooks: no incoming message will arrive.",
      'the app 700700700700701 among the subscribed apps of 700700700700702',
      'only 700700700700709',
    ],
  ],
  [
    subscriptions([]),
    { businessAccountId: null },
    'warn',
    [
      "The app is not subscribed to the account's webhooks: no incoming message will arrive.",
      'the app 700700700700701 among the subscribed apps of the account',
      'no subscribed app',
    ],
  ],
  [
    connection('v22.0', 0),
    {},
    'warn',
    ['Graph answers with another version than the configured one.', 'v23.0', 'v22.0'],
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

test.each(named(ROWS))('%s', (_observed, [facts, demanded, ...read]) => {
  expect(readOf(facts, demanded)).toEqual([...read])
})
