import * as z from 'zod/mini'
import { parseJson } from './wire.ts'

/** What an answer's headers tell beside its body. */
export type Signals = {
  /** `facebook-api-version` */
  readonly servedVersion: string | null
  /** Graph's clock minus ours in milliseconds; `null` without a usable `Date`. */
  readonly clockOffsetMs: number | null
  /** The highest percentage that a usage header tells; 0 without one. */
  readonly usagePercent: number
  /** How long Graph wants us to wait: `Retry-After` and `estimated_time_to_regain_access`; 0 without. */
  readonly waitMs: number
}

export const NO_SIGNALS: Signals = { servedVersion: null, clockOffsetMs: null, usagePercent: 0, waitMs: 0 }

/** Longer demands are taken for nonsense: a guard that sleeps for days guards nothing. */
const WAIT_MAX_MS = 24 * 3_600_000

const usage = z.lazy(() =>
  z.object({
    call_count: z.catch(z.number(), 0),
    total_time: z.catch(z.number(), 0),
    total_cputime: z.catch(z.number(), 0),
    estimated_time_to_regain_access: z.catch(z.number().check(z.nonnegative()), 0),
  }),
)
const businessUsage = z.lazy(() => z.record(z.string(), z.array(usage)))

/** `sentMs` and `receivedMs` by our wall clock: Graph wrote its date somewhere between. */
export function readSignals(headers: Headers, sentMs: number, receivedMs: number): Signals {
  const usages = readUsages(headers)
  const percents = usages.flatMap((row) => [row.call_count, row.total_time, row.total_cputime])
  const regainMs = usages.map((row) => row.estimated_time_to_regain_access * 60_000)
  const version = headers.get('facebook-api-version')
  return {
    servedVersion: version !== null && /^v\d{1,3}\.\d{1,2}$/.test(version) ? version : null,
    clockOffsetMs: clockOffset(headers.get('date'), sentMs, receivedMs),
    usagePercent: Math.max(0, ...percents),
    waitMs: Math.min(WAIT_MAX_MS, Math.max(retryAfterMs(headers.get('retry-after'), receivedMs), ...regainMs)),
  }
}

function readUsages(headers: Headers): readonly z.output<typeof usage>[] {
  const app = read(usage, headers.get('x-app-usage'))
  const business = read(businessUsage, headers.get('x-business-use-case-usage'))
  return [...(app === null ? [] : [app]), ...Object.values(business ?? {}).flat()]
}

/** Seconds or a date (RFC 9110); anything else is no demand. */
export function retryAfterMs(value: string | null, nowMs: number): number {
  if (value === null) return 0
  if (/^\d{1,10}$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? 0 : Math.max(0, date - nowMs)
}

function clockOffset(date: string | null, sentMs: number, receivedMs: number): number | null {
  const graphMs = date === null ? Number.NaN : Date.parse(date)
  if (Number.isNaN(graphMs)) return null
  // `Date` is cut to whole seconds: within the request's own span and a second, the clocks agree.
  if (graphMs >= sentMs - 1000 && graphMs <= receivedMs + 1000) return 0
  return Math.round(graphMs + 500 - (sentMs + receivedMs) / 2)
}

function read<T>(schema: z.ZodMiniType<T>, header: string | null): T | null {
  const json = header === null ? null : parseJson(header)
  const parsed = json?.ok === true ? schema.safeParse(json.value) : null
  return parsed?.success === true ? parsed.data : null
}
