import type { Clock } from './clock.ts'

type Sleeper = { readonly dueMs: number; readonly wake: (slept: boolean) => void }

export type FakeClock = Clock & {
  /** Moves both clocks, waking sleepers in order and letting what they started settle. */
  readonly advance: (ms: number) => Promise<void>
  /** Moves the wall clock alone, as NTP, a person or a machine that slept does. */
  readonly jumpWall: (ms: number) => void
  readonly sleepers: () => number
}

/** A clock that moves only when the test moves it. */
export function fakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let monotonicMs = 0
  let wallOffsetMs = startMs
  const sleepers = new Set<Sleeper>()
  const settle = async () => {
    for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return {
    nowMs: () => monotonicMs + wallOffsetMs,
    monotonicMs: () => monotonicMs,
    jumpWall: (ms) => {
      wallOffsetMs += ms
    },
    sleepers: () => sleepers.size,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve(false)
        const sleeper: Sleeper = {
          dueMs: monotonicMs + ms,
          wake: (slept) => {
            sleepers.delete(sleeper)
            resolve(slept)
          },
        }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => sleeper.wake(false), { once: true })
      }),
    advance: async (ms) => {
      const endMs = monotonicMs + ms
      for (;;) {
        await settle()
        const next = [...sleepers].filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0]
        if (next === undefined) break
        monotonicMs = Math.max(monotonicMs, next.dueMs)
        next.wake(true)
      }
      monotonicMs = endMs
      await settle()
    },
  }
}
