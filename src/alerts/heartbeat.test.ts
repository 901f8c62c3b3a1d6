import { describe, expect, test } from 'bun:test'
import { Secret } from '../config/secret.ts'
import type { Health } from '../guard/health.ts'
import { fakeClock } from '../platform/clock.fake.ts'
import { isWell, keepBeating, type HeartbeatDeps } from './heartbeat.ts'

const URL_TEXT = 'https://hc.example/ping/0b1c2d3e'
const MINUTE_MS = 60_000

describe('a guard is well', () => {
  const nowMs = 1_000_000
  const plannedAgo = (ms: number) => ({ nextCheckAtMs: nowMs - ms, reason: null })

  test.each<[string, Pick<Health, 'status' | 'plan'>, boolean]>([
    ['before its first check is planned', { status: 'pass', plan: null }, true],
    ['with a warning', { status: 'warn', plan: plannedAgo(-5) }, true],
    ['while its token is refused', { status: 'fail', plan: plannedAgo(-5) }, false],
    ['while a check takes its time', { status: 'pass', plan: plannedAgo(50_000) }, true],
    ['whose checker hangs', { status: 'pass', plan: plannedAgo(50_001) }, false],
  ])('%s', (_what, health, expected) => {
    expect(isWell(health, 10_000, nowMs)).toBe(expected)
  })
})

function beating(change: Partial<HeartbeatDeps> = {}) {
  const clock = fakeClock()
  const stop = new AbortController()
  const log: string[] = []
  const answers = { status: 200, healthStatus: 'pass' as Health['status'] }
  const done = keepBeating(
    {
      url: () => new Secret(URL_TEXT),
      health: () => ({ status: answers.healthStatus, plan: null }),
      intervalMs: 5 * MINUTE_MS,
      checkTimeoutMs: 10_000,
      fetchFor: () =>
        Promise.resolve({
          ok: true,
          viaProxy: false,
          fetch: async (url, init) => {
            log.push(`${init.method} ${url === URL_TEXT}`)
            return new Response(null, { status: answers.status })
          },
        }),
      userAgent: 'test',
      clock,
      onOutcome: (outcome) => log.push(outcome),
      onFailure: (problem) => log.push(problem),
      ...change,
    },
    stop.signal,
  )
  const end = () => {
    stop.abort()
    return done
  }
  return { clock, log, answers, end }
}

const BEAT = ['GET true', 'delivered']

describe('heartbeats', () => {
  test('come at the start and once in an interval', async () => {
    const { clock, log, end } = beating()
    await clock.advance(4 * MINUTE_MS)
    expect(log).toEqual(BEAT)
    await clock.advance(6 * MINUTE_MS)
    expect(log).toEqual([...BEAT, ...BEAT, ...BEAT])
    await end()
    await clock.advance(20 * MINUTE_MS)
    expect(log).toHaveLength(6)
  })

  test('pause while the token is refused', async () => {
    const { clock, log, answers, end } = beating()
    await clock.advance(MINUTE_MS)
    answers.healthStatus = 'fail'
    await clock.advance(10 * MINUTE_MS)
    answers.healthStatus = 'warn'
    await clock.advance(5 * MINUTE_MS)
    expect(log).toEqual([...BEAT, 'skipped', 'skipped', ...BEAT])
    await end()
  })

  test('that fail are reported once until one succeeds, and not repeated within the interval', async () => {
    const { clock, log, answers, end } = beating()
    const failed = ['GET true', 'failed']
    answers.status = 404
    await clock.advance(11 * MINUTE_MS)
    expect(log).toEqual([...failed, 'the watcher answers 404', ...failed, ...failed])
    answers.status = 200
    await clock.advance(5 * MINUTE_MS)
    answers.status = 500
    await clock.advance(5 * MINUTE_MS)
    expect(log.slice(-5)).toEqual([...BEAT, ...failed, 'the watcher answers 500'])
    await end()
  })

  test('that fail are not reported again because some were not sent in between', async () => {
    const { clock, log, answers, end } = beating()
    answers.status = 302
    await clock.advance(MINUTE_MS)
    answers.healthStatus = 'fail'
    await clock.advance(5 * MINUTE_MS)
    answers.healthStatus = 'pass'
    await clock.advance(5 * MINUTE_MS)
    const failed = ['GET true', 'failed']
    expect(log).toEqual([...failed, 'the watcher redirects (302), which is not followed', 'skipped', ...failed])
    await end()
  })

  test('that were missed are not made up for', async () => {
    const clock = fakeClock()
    const begun: number[] = []
    const fetchFor: HeartbeatDeps['fetchFor'] = async () => {
      begun.push(clock.monotonicMs() / MINUTE_MS)
      await clock.sleep(12 * MINUTE_MS, new AbortController().signal)
      return { ok: false, problem: 'is slow' }
    }
    const first = clock.monotonicMs() / MINUTE_MS
    const { end } = beating({ clock, fetchFor })
    await clock.advance(31 * MINUTE_MS)
    expect(begun.map((at) => at - first)).toEqual([0, 15, 30])
    const ended = end()
    await clock.advance(20 * MINUTE_MS)
    await ended
  })

  test('are none without an address', async () => {
    const { clock, log, end } = beating({ url: () => null })
    await clock.advance(30 * MINUTE_MS)
    expect(log).toEqual([])
    await end()
  })
})
