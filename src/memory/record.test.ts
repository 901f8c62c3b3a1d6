import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { NOTHING_SENT } from '../alerts/policy.ts'
import { toRememberedLedger } from '../alerts/remembered-ledger.ts'
import { heard } from '../guard/health.fake.ts'
import { toRemembered } from '../guard/remembered.ts'
import { anyAnswers, anyPolicy } from '../verification/facts.fake.ts'
import { liveToken } from '../verification/verification.fake.ts'
import { isOurs, readMemory, writeMemory, type Memory } from './record.ts'

const TOKEN = 'EAAq7Xw9Kd3Lm5Pv8Rt2Yb'
const OF = { fingerprint: '0123456789ab', about: 'fedcba9876543210' }
const memory: Memory = {
  ...OF,
  state: toRemembered(heard([liveToken()])),
  drifts: (['error', 'warn', 'info'] as const).map((severity, atMs) => ({
    field: 'scopes',
    before: ['a'],
    after: [],
    severity,
    atMs,
    checkId: 'c1',
  })),
  statuses: [
    { atMs: 5, before: null, after: 'pass' },
    { atMs: 6, before: 'pass', after: 'warn' },
    { atMs: 7, before: 'warn', after: 'fail' },
  ],
  alerts: { ...toRememberedLedger(NOTHING_SENT), said: { status: 'warn', wrong: ['phone.blocked 1'] }, sentAtMs: 7 },
}
const text = writeMemory(memory, TOKEN)
const { drifts, statuses, alerts } = memory
const overJson = (value: unknown) => JSON.parse(JSON.stringify(value))
const rest = { drifts, statuses, alerts }
const changed = (change: (json: any) => unknown) => {
  const json = JSON.parse(text)
  change(json)
  return JSON.stringify(json)
}

describe('a memory', () => {
  test('is read as it was written, and holds no secret', () => {
    fc.assert(
      fc.property(anyAnswers, anyPolicy, (answers, demanded) => {
        const kept = { ...memory, state: toRemembered(heard(answers, { demanded })) }
        const written = writeMemory(kept, TOKEN)
        expect(readMemory(written, OF, TOKEN)).toEqual({ state: overJson(kept.state), rest, problem: null })
        expect(written).not.toContain(TOKEN)
      }),
      { numRuns: 100 },
    )
  })

  test('of another token still says what was sent and what happened', () => {
    expect(readMemory(text, { ...OF, fingerprint: 'ba9876543210' }, 'EAAother')).toEqual({
      state: null,
      rest,
      problem: null,
    })
  })

  test('about other objects, or from another address, holds no answer', () => {
    expect(readMemory(text, { ...OF, about: 'x' }, TOKEN)).toEqual({ state: null, rest, problem: null })
  })

  test.each<[string, (json: any) => unknown]>([
    ['an answer', (json) => (json.state.answers[0].atMs += 1)],
    ['what was asked', (json) => (json.about = 'x')],
    ['the proof', (json) => (json.hmac = 'x')],
  ])('in which %s was changed counts as none', (_what, change) => {
    const read = readMemory(changed(change), { ...OF, about: JSON.parse(changed(change)).about }, TOKEN)
    expect(read).toEqual({ state: null, rest: null, problem: expect.stringContaining('HMAC') })
  })

  test('is no proof for who does not hold the token', () => {
    expect(readMemory(writeMemory(memory, 'EAAforged'), OF, TOKEN).state).toBeNull()
  })

  test('of another version counts as none, without a word', () => {
    const none = { state: null, rest: null, problem: null }
    expect(
      readMemory(
        changed((json) => (json.version = 2)),
        OF,
        TOKEN,
      ),
    ).toEqual(none)
    for (const blank of ['', '\0\0\0']) expect(readMemory(blank, OF, TOKEN)).toEqual(none)
  })

  test('that is damaged counts as none, whatever is in it', () => {
    fc.assert(
      fc.property(fc.nat({ max: text.length - 2 }), fc.string(), (at, junk) => {
        const read = readMemory(text.slice(0, at) + junk, OF, TOKEN)
        expect([read.state, read.rest]).toEqual([null, null])
      }),
    )
    expect(readMemory(text.slice(0, 50), OF, TOKEN).problem).toBe('is damaged')
  })
})

describe('a file that may be written over', () => {
  test('is what this program wrote, any beginning of it, or nothing', () => {
    for (let length = 0; length <= text.length; length += 7) expect(isOurs(text.slice(0, length))).toBe(true)
    expect(isOurs('\0\0\0\0')).toBe(true)
  })

  test.each(['{}', 'WHATSAPP_TOKEN=EAA', '{"format":"x"}', ' {"format":"whatsapp-token-guard/state"', '\0x'])(
    'is not %j',
    (foreign) => expect(isOurs(foreign)).toBe(false),
  )
})
