import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { verdictOf, voiceOf, type Result } from './evidence.ts'
import type { Facts } from './facts.ts'
import type { Silence, Witness } from './silence.ts'
import {
  account,
  accountNotShown,
  because,
  liveToken,
  numbers,
  phone,
  phoneNotShown,
  subscriptions,
} from './verification.fake.ts'

const answered = (facts: Facts): Result => ({ kind: 'answered', facts })
const silent = (witness: Witness | null = null, code: Silence['code'] = 'graph.unrecognised'): Result => ({
  kind: 'silent',
  silence: { code, what: 'x', observed: 'x', witness },
})
const ended = (ending: 'expired' | 'revoked' | 'invalid' = 'revoked') =>
  silent({ says: 'ended', ending, reason: because(190, 466) })
const BLOCKED = silent({ says: 'app_blocked', reason: because(200) })
const OTHER = silent({ says: 'other' })
const NOTHING = silent(null, 'graph.failing')
const ALIVE = answered(phone())

type Row = readonly [what: string, reads: readonly Result[], verdict: string | null, voice: ReturnType<typeof voiceOf>]

const ROWS: readonly Row[] = [
  ['nothing was asked', [], null, 'none'],
  ['every read failed', [NOTHING, NOTHING], null, 'none'],
  ['one read says that the token has ended', [ended()], 'revoked', 'against'],
  ['all say so', [ended('expired'), ended('expired')], 'expired', 'against'],
  ['they name different ends: the first counts', [ended('invalid'), ended()], 'invalid', 'against'],
  ['one says so and the others failed', [NOTHING, ended(), NOTHING], 'revoked', 'against'],
  ['one says so and one succeeds', [ended(), ALIVE], null, 'against'],
  ['one says so and one has an unknown code', [ended(), OTHER], null, 'against'],
  ['one says so and one is not assigned', [ended(), answered(accountNotShown('unassigned'))], null, 'against'],
  ['one says so and one is locked', [ended(), answered(phoneNotShown('locked'))], null, 'against'],
  ['all say that the app is blocked', [BLOCKED, BLOCKED], 'app_blocked', 'against'],
  ['one says that the app is blocked, one that the token has ended', [BLOCKED, ended()], null, 'against'],
  ['one says that the app is blocked and one succeeds', [BLOCKED, ALIVE], null, 'against'],
  ['all succeed', [ALIVE, answered(account()), answered(numbers()), answered(subscriptions())], null, 'for'],
  ['one succeeds and the others fail', [ALIVE, NOTHING], null, 'for'],
  ['the token’s own user can be read', [answered({ about: 'me' })], null, 'for'],
  ['nothing is shown to the token', [answered(accountNotShown('unassigned')), OTHER], null, 'none'],
  ['debug_token itself is no read', [answered(liveToken())], null, 'none'],
]

describe('the reads of one round', () => {
  test.each(ROWS)('%s', (_what, reads, verdict, voice) => {
    const facts = verdictOf(reads)
    const said = facts?.kind === 'dead' ? facts.ending : (facts?.kind ?? null)
    expect({ verdict: said, voice: voiceOf(reads) }).toEqual({ verdict: verdict as typeof said, voice })
    if (facts !== null) expect(facts.fromReads).toBe(true)
  })
})

const anySilence = fc.constantFrom(NOTHING, silent(null, 'graph.unreachable'), silent(null, 'graph.rate_limited'))
const anyWord = fc.constantFrom(
  ended(),
  ended('expired'),
  BLOCKED,
  OTHER,
  ALIVE,
  answered(accountNotShown('unassigned')),
)

describe('whatever the reads say', () => {
  test('silence by itself refuses nothing and lifts nothing', () => {
    fc.assert(
      fc.property(fc.array(anySilence), (reads) => {
        expect([verdictOf(reads), voiceOf(reads)]).toEqual([null, 'none'])
      }),
    )
  })

  test('silence changes no verdict, and its place does not matter', () => {
    fc.assert(
      fc.property(fc.array(anyWord), fc.array(anySilence), (words, silences) => {
        expect(verdictOf([...silences, ...words])).toEqual(verdictOf(words))
        expect(verdictOf([...words, ...silences])).toEqual(verdictOf(words))
        expect(voiceOf([...silences, ...words])).toBe(voiceOf(words))
      }),
    )
  })

  test('one read that succeeds or disagrees refuses nothing', () => {
    const anyAgainst = fc.constantFrom(ALIVE, OTHER, answered(phoneNotShown('wrong_kind')))
    fc.assert(
      fc.property(fc.array(anyWord), anyAgainst, fc.array(anyWord), (before, against, after) => {
        expect(verdictOf([...before, against, ...after])).toBeNull()
      }),
    )
  })

  test('a verdict is never a voice for the token', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyWord, anySilence)), (reads) => {
        if (verdictOf(reads) !== null) expect(voiceOf(reads)).toBe('against')
      }),
    )
  })
})
