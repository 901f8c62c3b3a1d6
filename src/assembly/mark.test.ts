import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { provesPassing, readMark, writeMark, type MarkEvidence, type Mark } from './mark.ts'

const MINUTE_MS = 60_000
const PASSED_MS = 1_800_000_000_000
const JUDGED = '["EAAtoken"]'
const MARK: Mark = { pid: 41, startedAt: '7000', passedAtMs: PASSED_MS, intervalMs: 5 * MINUTE_MS }
const SHELL = { pid: 42, startedAt: '7001' }
const PARENT = { pid: 41, startedAt: '7000' }
const INIT = { pid: 1, startedAt: '3' }
const HERE: MarkEvidence = { ancestors: [PARENT, INIT], nowMs: PASSED_MS + 1000, judged: JUDGED }
const at = (ageMs: number) => ({ ...HERE, nowMs: PASSED_MS + ageMs })

describe.each<[what: string, here: MarkEvidence, proves: boolean]>([
  ['the parent has passed', HERE, true],
  ['a shell runs in between', { ...HERE, ancestors: [SHELL, PARENT, INIT] }, true],
  ['the parent is another process', { ...HERE, ancestors: [SHELL, INIT] }, false],
  ['no process above can be read', { ...HERE, ancestors: [] }, false],
  ['another process has its id by now', { ...HERE, ancestors: [{ pid: 41, startedAt: '9000' }] }, false],
  ['the token here is another one', { ...HERE, judged: '["EAAother"]' }, false],
  ['it passed this very moment', at(0), true],
  ['it passed an interval ago', at(5 * MINUTE_MS), true],
  ['it passed longer ago than that', at(5 * MINUTE_MS + 1), false],
  ['it passes in the future', at(-1), false],
])('if %s', (_what, here, proves) => {
  test(`a mark proves ${proves ? 'that a start is guarded' : 'nothing'}`, () => {
    expect(provesPassing(writeMark(MARK, JUDGED), here)).toBe(proves)
  })
})

test('the search begins at the parent and stops at the process that passed', () => {
  const seen: number[] = []
  function* above() {
    for (const each of [SHELL, PARENT, INIT]) {
      seen.push(each.pid)
      yield each
    }
  }
  expect(provesPassing(writeMark(MARK, JUDGED), { ...HERE, ancestors: above() })).toBe(true)
  expect(seen).toEqual([42, 41])
})

const good = writeMark(MARK, JUDGED)
test.each([
  '',
  '41',
  '..',
  `${good} `,
  `${good}\n`,
  ` ${good}`,
  `0${good}`,
  good.slice(0, -1),
  `${good}0`,
  good.toUpperCase(),
  good.replace('41.', '-41.'),
  good.replace('41.', '4e1.'),
  good.replace('7000', '7000.5'),
  good.replace('7000', '٧'),
  '9'.repeat(100),
])('%j proves nothing', (text) => {
  expect(provesPassing(text, HERE)).toBe(false)
})

const mark = fc.record({
  pid: fc.integer({ min: 1, max: 4_194_304 }),
  startedAt: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
  passedAtMs: fc.integer({ min: 0, max: 8_640_000_000_000 }),
  intervalMs: fc.integer({ min: 1000, max: 24 * 86_400_000 }),
})

test('a mark is read as it was written', () => {
  fc.assert(
    fc.property(mark, fc.string(), (given, judged) => expect(readMark(writeMark(given, judged))).toEqual(given)),
  )
})

test('a mark with one field changed proves nothing', () => {
  const changes = fc.record(
    { pid: fc.nat(), passedAtMs: fc.nat(), intervalMs: fc.nat({ max: 2 ** 31 }) },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(mark, changes, (given, change) => {
      const changed: Mark = { ...given, ...change }
      fc.pre(JSON.stringify(changed) !== JSON.stringify(given))
      const [, digest] = /([0-9a-f]{64})$/.exec(writeMark(given, JUDGED)) ?? []
      const { pid, startedAt, passedAtMs, intervalMs } = changed
      const forged = [pid, startedAt, passedAtMs, intervalMs, digest].join('.')
      expect(provesPassing(forged, { ancestors: [changed], nowMs: passedAtMs, judged: JUDGED })).toBe(false)
    }),
  )
})

test('reading a mark never throws', () => {
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[0-9.a-f]{0,100}$/))
  fc.assert(fc.property(texts, (text) => expect(provesPassing(text, HERE)).toBe(false)))
})

test('a mark reveals nothing of the configuration that was judged', () => {
  expect(good).toMatch(/^41\.7000\.1800000000000\.300000\.[0-9a-f]{64}$/)
})
