import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { anyAnswers, anyPolicy, MARKER } from './facts.fake.ts'
import type { Facts, Question } from './facts.ts'
import { judge } from './judgement.ts'
import { notesOf } from './notes.ts'
import type { Silence } from './silence.ts'
import {
  account,
  accountNotShown,
  APP,
  connection,
  deadToken,
  heardAt,
  IDS,
  liveToken,
  OTHER_ID,
  policy,
  subscriptions,
} from './verification.fake.ts'

const REFUSED: Silence = {
  code: 'graph.unrecognised',
  what: 'x',
  observed: 'x',
  isRefusal: true,
  witness: { says: 'other' },
}

function notes(
  answers: readonly Facts[],
  demanded: Parameters<typeof policy>[0] = {},
  silences: Partial<Record<Question, Silence>> = {},
) {
  const heard = answers.map((facts) => heardAt(facts))
  const silent = new Map(Object.entries(silences) as [Question, Silence][])
  return notesOf(heard, judge(heard, silent, policy(demanded)), silent, policy(demanded))
}
const codesOf = (...given: Parameters<typeof notes>) => notes(...given).map(({ code }) => code)

describe('a note', () => {
  const live = liveToken()
  test.each([
    ['all is well', [live, account()], {}, {}, []],
    ['no account is configured', [live], { businessAccountId: null }, {}, ['not_verified']],
    [
      'neither account nor number is',
      [live],
      { businessAccountId: null, phoneNumberIds: [] },
      {},
      ['not_verified', 'not_verified'],
    ],
    ['the list of apps is refused', [live, account()], {}, { subscriptions: REFUSED }, ['unreadable']],
    ['the list of numbers is refused', [live, account()], {}, { numbers: REFUSED }, ['unreadable']],
    ["the app's own list is refused", [live, account()], {}, { app: REFUSED }, ['unreadable']],
    ['that is a consequence', [live, accountNotShown('unassigned')], {}, { numbers: REFUSED }, []],
    ['it is one of a dead token', [deadToken('revoked')], {}, { numbers: REFUSED }, []],
    ["the app's own list failed", [live, account()], {}, { app: { ...REFUSED, isRefusal: false } }, []],
    ['a list is refused with the token itself', [live], {}, { numbers: { ...REFUSED, witness: null } }, []],
    ['an edge failed', [live], {}, { numbers: { ...REFUSED, isRefusal: false, witness: null } }, []],
    ['a newer version answers', [live, connection('v25.0', 0)], {}, {}, ['graph.version_newer']],
    ['an older version answers', [live, connection('v22.0', 0)], {}, {}, []],
    ['the status is a new word', [live, account({ status: 'NEW_WORD' })], {}, {}, ['status_unknown']],
    ['the review is a new word', [live, account({ review: 'NEW_WORD' })], {}, {}, ['status_unknown']],
    ['they are usual, in small letters', [live, account({ status: 'active', review: 'pending' })], {}, {}, []],
    ['another app is subscribed', [live, subscriptions([OTHER_ID])], { appId: null }, {}, ['other_app_subscribed']],
    ["the token's own app is", [live, subscriptions([OTHER_ID, APP])], { appId: null }, {}, []],
    ['another app is, and ours is configured', [live, subscriptions([OTHER_ID])], { appId: APP }, {}, []],
    ["another app is, and the token's is not known", [subscriptions([OTHER_ID])], { appId: null }, {}, []],
  ] as const)('if %s', (_what, answers, demanded, silences, expected) => {
    expect(codesOf(answers, demanded, silences)).toEqual([...expected])
  })

  test.each([
    [91, []],
    [90, ['graph.version_ends', 'ends']],
    [1, ['graph.version_ends', 'ends']],
    [0, ['graph.version_ends', 'ended']],
    [-1, ['graph.version_ends', 'ended']],
  ] as const)('%d days before the end of a version: %j', (days, expected) => {
    const nowMs = Date.parse('2027-10-08') - days * 86_400_000
    const heard = [heardAt({ ...connection('v23.0', 0), askedVersion: 'v23.0' }, nowMs)]
    const found = notesOf(heard, { judged: [] }, new Map(), policy())
    expect(found.flatMap(({ code, text }) => [code, / (ends|ended) on /.exec(text)?.[1]])).toEqual([...expected])
  })

  test('is for the public: no identifier, and no word of Graph', () => {
    fc.assert(
      fc.property(anyAnswers, anyPolicy, (answers, demanded) => {
        const heard = answers.map((facts) => heardAt(facts))
        const text = notesOf(heard, judge(heard, new Map(), demanded), new Map(), demanded)
          .map((note) => note.text)
          .join('\n')
        expect([...IDS, MARKER, 'NEW_WORD'].filter((part) => text.includes(part))).toEqual([])
      }),
    )
  })
})
