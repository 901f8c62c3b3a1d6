import type { Metrics } from './metrics.ts'

/** What a start can do without is loaded at the first request for it. */

/** What is counted meanwhile waits, a minute's worth or a day's; of more the library is loaded after all. */
const WAITING_MAX = 500

/** The same metrics, without their library (25 ms of a start on Bun, and 4 MB) until the first scrape. */
export function lateMetrics(build: { readonly version: string; readonly runtime: string }): Metrics {
  let loaded: Metrics | null = null
  let loading: Promise<Metrics> | null = null
  let waiting: ((metrics: Metrics) => void)[] = []
  const load = async (): Promise<Metrics> => {
    const { createMetrics } = await import('./metrics.ts')
    loaded = createMetrics(build)
    for (const count of waiting) count(loaded)
    waiting = []
    return loaded
  }
  const later = (count: (metrics: Metrics) => void): void => {
    if (loaded !== null) return count(loaded)
    waiting.push(count)
    if (waiting.length >= WAITING_MAX) void (loading ??= load())
  }
  return {
    render: async (known) => (await (loading ??= load())).render(known),
    countDrift: (severity) => later((metrics) => metrics.countDrift(severity)),
    countCheck: (outcome, durationMs) => later((metrics) => metrics.countCheck(outcome, durationMs)),
    countRequest: (outcome) => later((metrics) => metrics.countRequest(outcome)),
    countAlert: (outcome) => later((metrics) => metrics.countAlert(outcome)),
    countHeartbeat: (outcome) => later((metrics) => metrics.countHeartbeat(outcome)),
  }
}
