import * as z from 'zod/mini'
import { retryAfterMs } from '../net/retry-after.ts'
import { parseJson } from './json.ts'

/** How much of a limit is used, as a usage header shows it. */
export type Usage = {
  /** `app`: the app's own. Else a business's, or an account's, with the kind of use (`whatsapp`, `ads_management`, …). */
  readonly of: 'app' | { readonly id: string; readonly type: string | null }
  /** The highest of its percentages. */
  readonly percent: number
  /** How long until it may be used again: `estimated_time_to_regain_access`; 0 without. */
  readonly regainMs: number
}

/** What an answer's headers say in addition to its body. */
export type Signals = {
  /** `facebook-api-version` */
  readonly servedVersion: string | null
  /** Graph's clock minus ours in milliseconds; `null` without a usable `Date`. */
  readonly clockOffsetMs: number | null
  readonly usages: readonly Usage[]
  /** `Retry-After`; 0 without. */
  readonly retryAfterMs: number
}

export const NO_SIGNALS: Signals = { servedVersion: null, clockOffsetMs: null, usages: [], retryAfterMs: 0 }

/** Longer demands are taken for nonsense: a guard that sleeps for days guards nothing. */
const WAIT_MAX_MS = 24 * 3_600_000
/** More rows than any app has businesses that it looks at in an hour. */
const ROWS_MAX = 1_000

const count = z.catch(z.number(), 0)
const usage = z.lazy(() =>
  z.object({
    type: z.catch(z.nullish(z.string()), null),
    call_count: count,
    total_time: count,
    total_cputime: count,
    estimated_time_to_regain_access: z.catch(z.number().check(z.nonnegative()), 0),
  }),
)
const businessUsage = z.lazy(() => z.record(z.string(), z.unknown()))

/** `sentMs` and `receivedMs` by our wall clock: Graph wrote its date somewhere between. */
export function readSignals(headers: Headers, sentMs: number, receivedMs: number): Signals {
  const version = headers.get('facebook-api-version')
  return {
    servedVersion: version !== null && /^v\d{1,3}\.\d{1,2}$/.test(version) ? version : null,
    clockOffsetMs: clockOffset(headers.get('date'), sentMs, receivedMs),
    usages: readUsages(headers),
    retryAfterMs: Math.min(WAIT_MAX_MS, retryAfterMs(headers.get('retry-after'), receivedMs)),
  }
}

/** What cannot be read of a header spoils nothing else of it. */
function readUsages(headers: Headers): readonly Usage[] {
  const app = jsonOf(headers.get('x-app-usage'))
  const business = businessUsage.safeParse(jsonOf(headers.get('x-business-use-case-usage')))
  const rows = Object.entries(business.success ? business.data : {}).flatMap(([id, list]) =>
    (Array.isArray(list) ? list : []).map((each: unknown) => ({ id, each })),
  )
  return [
    ...usageOf('app', app),
    ...rows.slice(0, ROWS_MAX).flatMap(({ id, each }) => usageOf({ id, type: null }, each)),
  ]
}

function usageOf(of: Usage['of'], json: unknown): readonly Usage[] {
  const parsed = usage.safeParse(json)
  if (!parsed.success) return []
  const { type, call_count, total_time, total_cputime, estimated_time_to_regain_access } = parsed.data
  return [
    {
      of: of === 'app' ? of : { ...of, type: type ?? null },
      percent: Math.max(0, call_count, total_time, total_cputime),
      regainMs: Math.min(WAIT_MAX_MS, estimated_time_to_regain_access * 60_000),
    },
  ]
}

function clockOffset(date: string | null, sentMs: number, receivedMs: number): number | null {
  const graphMs = date === null ? Number.NaN : Date.parse(date)
  if (Number.isNaN(graphMs)) return null
  // `Date` is cut to whole seconds: within the request's own span and a second, the clocks agree.
  if (graphMs >= sentMs - 1000 && graphMs <= receivedMs + 1000) return 0
  return Math.round(graphMs + 500 - (sentMs + receivedMs) / 2)
}

function jsonOf(header: string | null): unknown {
  const json = header === null ? null : parseJson(header)
  return json?.ok === true ? json.value : null
}
