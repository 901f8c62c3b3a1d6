import { expect, test } from 'bun:test'
import { DAY_MS, deadToken, liveToken, NOW_MS, policy, SCOPES } from '../verification/verification.fake.ts'
import { changesBetween, NOTHING_REPORTED, reportedNow, type Change } from './changes.ts'
import { after, heard } from './health.fake.ts'
import { healthAt } from './health.ts'
import type { State } from './state.ts'

const ROTATING = policy({ expiry: 'rotate', staleAfterMs: 20 * DAY_MS })

/** The changes reported for these states, one after the other, each with the age of its answer. */
function reported(states: readonly (readonly [State, ageMs: number])[], demanded = ROTATING) {
  let before = NOTHING_REPORTED
  return states.map(([state, ageMs]): readonly Change[] => {
    const now = after(ageMs)
    const known = reportedNow(before, state, healthAt(state, demanded, now))
    const changes = changesBetween(before, known, 'c1', demanded, now)
    before = known
    return changes
  })
}

const leaving = (leftMs: number) => heard([liveToken({ expiresAt: NOW_MS + leftMs })], { demanded: ROTATING })
const dead = heard([deadToken('revoked')], { demanded: ROTATING })
const only = (kind: Change['kind']) => (changes: readonly Change[]) => changes.filter((change) => change.kind === kind)

test('a reminder is due when less than its step is left, not at the step, and once', () => {
  const state = leaving(100 * DAY_MS)
  const [atStep, below, again] = reported([
    [state, 86 * DAY_MS],
    [state, 86 * DAY_MS + 1],
    [state, 86 * DAY_MS + 2],
  ]).map(only('reminder'))
  expect([atStep, below, again]).toEqual([[], [{ kind: 'reminder', thresholdMs: 14 * DAY_MS }], []])
})

test('a reminder is not repeated after a refusal in between', () => {
  const alive = leaving(10 * DAY_MS)
  const reminders = reported([
    [alive, 0],
    [dead, 0],
    [alive, 0],
  ]).map(only('reminder'))
  expect(reminders.map(({ length }) => length)).toEqual([1, 0, 0])
})

test('a verdict and a status change together, and only once', () => {
  const alive = leaving(100 * DAY_MS)
  const [first, second, third] = reported([
    [alive, 0],
    [dead, 0],
    [dead, 0],
  ])
  expect(first).toMatchObject([{ kind: 'status', after: 'pass' }, { kind: 'verdict' }])
  expect(second).toContainEqual({ kind: 'status', before: 'pass', after: 'fail' })
  expect(second).toContainEqual({ kind: 'verdict', before: 'verified', after: 'refused' })
  expect(third).toEqual([])
})

test('before the first answer the status is fail: a start that is refused changes the verdict alone', () => {
  const [changes] = reported([[dead, 0]])
  expect(changes).toEqual([{ kind: 'verdict', before: 'unverified', after: 'refused' }])
})

test('an answer that becomes stale is a change, and so is the next answer', () => {
  const demanded = policy({ staleAfterMs: 60_000 })
  const state = heard([liveToken()], { demanded })
  const changes = reported(
    [
      [state, 0],
      [state, 60_001],
      [state, 1],
    ],
    demanded,
  ).map(only('staleness'))
  expect(changes).toEqual([[], [{ kind: 'staleness', isStale: true }], [{ kind: 'staleness', isStale: false }]])
})

test('drift has the check that found it, and a first answer is no drift', () => {
  const demanded = policy()
  const before = heard([liveToken()], { demanded })
  const later = heard([liveToken({ scopes: [...SCOPES, 'email'] })], { demanded, before, at: after(1_000) })
  const [first, second] = reported(
    [
      [before, 0],
      [later, 1_000],
    ],
    demanded,
  ).map(only('drift'))
  expect(first).toEqual([])
  expect(second).toMatchObject([{ drift: { field: 'scopes', severity: 'warn', checkId: 'c1' } }])
})
