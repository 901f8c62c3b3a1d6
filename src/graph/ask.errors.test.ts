import { expect, test } from 'bun:test'
import type { Result } from '../verification/evidence.ts'
import type { Question } from '../verification/facts.ts'
import { asking, PHONE } from './ask.fake.ts'
import { graphError, type Given } from './error.fake.ts'
import { NO_SIGNALS } from './headers.ts'

/** What each of Graph's errors means for each question. `test/chaos` plays one of each meaning to the real program. */

const MAY_NOT = '(#100) You must provide an app access token, or a user access token that is an owner or developer'
const NOT_THIS_APP = '(#100) The App_id in the input_token did not match the Viewing App'
const PROOF = 'API calls from the server require an appsecret_proof argument'
const NO_FIELD = '(#100) Tried accessing nonexisting field (health_status) on node type (WhatsAppBusinessAccount)'
const BUSINESS = '(#100) Tried accessing nonexisting field (name) on node type (Business)'
const APP_BLOCKED = 'API access blocked.'
const APP_DEACTIVATED = 'API access deactivated. To reactivate, go to the app dashboard.'
const APP_DELETED = 'Error validating application. Application has been deleted.'
const NO_OBJECT = 'Object does not exist, cannot be loaded due to missing permission or reviewable feature'
const NO_ALIAS = '(#803) Some of the aliases you requested do not exist: 1'
const TOO_MUCH = "Please reduce the amount of data you're asking for, then retry your request"
const ADDRESS = '(#5) Unauthorized source IP address'

const codes = (...all: readonly number[]): readonly Given[] => all.map((code) => ({ code }))
const subcodes = (code: number, ...all: readonly number[]): readonly Given[] =>
  all.map((subcode) => ({ code, subcode }))
const worded = (code: number, message: string, httpStatus = 400): Given => ({ code, message, httpStatus })

const THROTTLING = codes(4, 17, 32, 341, 613, 80_000, 80_007, 80_008, 80_014, 130_429)
const PASSING = [...codes(1, 2), worded(1, TOO_MUCH)]

type Asked = { readonly question: Question; readonly byApp?: true }
const BY_APP: Asked = { question: 'token', byApp: true }
const BY_ITSELF: Asked = { question: 'token' }
const ACCOUNT: Asked = { question: 'account', byApp: true }
const NUMBER: Asked = { question: `phone:${PHONE}`, byApp: true }
const NUMBERS: Asked = { question: 'numbers', byApp: true }
const WEBHOOKS: Asked = { question: 'subscriptions', byApp: true }
const APP: Asked = { question: 'app', byApp: true }

/** `silent`: no definite answer; `refused`: this read is refused; then what the read shows of its token. */
const TABLE: readonly (readonly [asked: Asked, meaning: string, errors: readonly Given[]])[] = [
  [
    BY_APP,
    'silent inspector.rejected',
    [
      ...codes(0, 101, 102, 190),
      ...subcodes(190, 458, 459, 460, 463, 464, 465, 466, 467, 468, 490, 492),
      worded(190, 'Invalid OAuth access token signature.'),
      worded(190, 'Malformed access token', 401),
      worded(1, 'Error validating client secret.'),
      worded(200, 'Provide valid app ID'),
      worded(100, 'Invalid appsecret_proof provided in the API argument'),
      worded(100, PROOF),
      worded(190, APP_DELETED, 401),
    ],
  ],
  [
    BY_APP,
    'silent inspector.denied',
    [...codes(3, 10, 200, 250, 299), worded(100, MAY_NOT), worded(200, APP_BLOCKED), worded(200, APP_DEACTIVATED)],
  ],
  [BY_APP, 'silent app.address_denied', [...codes(5), worded(5, ADDRESS, 403)]],
  [BY_APP, 'silent graph.version_unknown', [worded(2500, 'Unknown path components: /debug_token')]],
  [BY_APP, 'foreign', [worded(100, NOT_THIS_APP)]],
  [BY_APP, 'silent graph.failing', PASSING],
  [
    BY_APP,
    'silent graph.rate_limited',
    [
      ...THROTTLING,
      worded(4, 'Application request limit reached', 403),
      worded(80_007, 'Rate limit issues', 429),
      worded(190, 'x', 429),
    ],
  ],
  [
    BY_APP,
    'silent graph.unrecognised',
    [
      ...codes(33, 104, 368, 131_005, 131_031, 131_042, 131_045, 131_056, 133_010, 133_016),
      ...codes(-1, 99, 100, 300, 424_242, 2_147_483_647),
      ...subcodes(100, 33),
      worded(100, '(#100) The parameter input_token is required'),
      worded(100, NO_FIELD),
      worded(803, NO_ALIAS, 404),
      worded(424_242, 'Something new', 403),
    ],
  ],

  [
    BY_ITSELF,
    'dead: revoked',
    [
      ...codes(0, 102, 190),
      ...subcodes(190, 458, 459, 460, 464, 465, 466, 467, 468, 490, 492),
      worded(190, APP_DELETED, 401),
    ],
  ],
  [BY_ITSELF, 'dead: expired', subcodes(190, 463)],
  [
    BY_ITSELF,
    'dead: invalid',
    [worded(190, 'Cannot parse access token', 401), worded(190, 'Invalid OAuth access token data.')],
  ],
  [BY_ITSELF, 'silent inspector.denied', [...codes(3, 10, 200), worded(100, MAY_NOT), worded(100, NOT_THIS_APP)]],
  [BY_ITSELF, 'silent inspector.denied, app_blocked', [worded(200, APP_BLOCKED), worded(200, APP_DEACTIVATED)]],
  [BY_ITSELF, 'silent app.address_denied', [worded(5, ADDRESS)]],
  [BY_ITSELF, 'silent inspector.proof_required', [worded(100, PROOF)]],
  [BY_ITSELF, 'silent graph.rate_limited', THROTTLING],
  [BY_ITSELF, 'silent graph.failing', PASSING],
  [BY_ITSELF, 'silent graph.unrecognised', codes(33, 100, 424_242)],

  [
    ACCOUNT,
    'unassigned',
    [
      ...subcodes(100, 33),
      ...codes(3, 10, 33, 200, 299),
      worded(803, NO_ALIAS, 404),
      worded(100, NO_OBJECT),
      worded(10, NO_OBJECT),
      worded(100, '(#100) Missing Permission'),
    ],
  ],
  [ACCOUNT, 'wrong_kind', [worded(100, BUSINESS)]],
  [ACCOUNT, 'locked', codes(368, 131_031)],
  [
    NUMBER,
    'unassigned',
    [
      ...subcodes(100, 33),
      ...codes(3, 10, 33, 200, 299),
      worded(803, NO_ALIAS, 404),
      worded(100, NO_OBJECT),
      worded(100, '(#100) Missing Permission'),
    ],
  ],
  [NUMBER, 'wrong_kind', [worded(100, NO_FIELD)]],
  [NUMBER, 'locked', codes(368, 131_031)],
  ...[ACCOUNT, NUMBER, NUMBERS, WEBHOOKS].flatMap((asked): typeof TABLE => [
    [asked, 'silent graph.failing', PASSING],
    [asked, 'silent graph.rate_limited', THROTTLING],
    [asked, 'silent app.address_denied', [worded(5, ADDRESS)]],
    [asked, 'silent graph.unrecognised, other', codes(100, 131_042, 133_010, 424_242)],
    [asked, 'refused graph.unrecognised, ended', [...codes(0, 102, 190), ...subcodes(190, 463, 466)]],
    [asked, 'refused graph.unrecognised, ended', [worded(190, 'Invalid OAuth access token data.')]],
    [asked, 'refused graph.unrecognised, ended', [worded(190, APP_DELETED, 401)]],
    [asked, 'silent graph.unrecognised, app_blocked', [worded(200, APP_BLOCKED), worded(200, APP_DEACTIVATED)]],
  ]),
  ...[NUMBERS, WEBHOOKS].map((asked): (typeof TABLE)[number] => [
    asked,
    'refused graph.unrecognised, other',
    [...codes(3, 10, 200, 368), ...subcodes(100, 33)],
  ]),
  // The app's own token asks: that says nothing of the guarded one.
  [APP, 'refused graph.unrecognised', codes(190, 200)],
  [APP, 'silent graph.unrecognised', codes(424_242)],
  [APP, 'silent graph.rate_limited', codes(4)],
]

function meaningOf(result: Result): string {
  if (result.kind === 'silent') {
    const { code, isRefusal, witness } = result.silence
    const shown = witness == null ? '' : `, ${witness.says}`
    return `${isRefusal === true ? 'refused' : 'silent'} ${code}${shown}`
  }
  const { facts } = result
  if (!('kind' in facts)) return facts.about
  return facts.kind === 'dead' ? `dead: ${facts.ending}` : facts.kind
}

const CASES = TABLE.flatMap(([asked, meaning, errors]) =>
  errors.map((given) => {
    const asker = asked.byApp === undefined ? ', asked by itself' : ''
    return [`${asked.question}${asker}: ${JSON.stringify(given).slice(0, 110)}`, asked, given, meaning] as const
  }),
)

test.each(CASES)('%s', async (_what, { question, byApp }, given, meaning) => {
  const reply = { kind: 'error', error: graphError(given), signals: NO_SIGNALS } as const
  const { result } = asking(() => reply, byApp === true ? { appId: '7007', appSecret: 's' } : {})
  expect(meaningOf(await result(question))).toBe(meaning)
})
