import { lackIn } from './alert-address.ts'
import type { Fault } from './config.ts'
import { formatDuration } from './durations.ts'
import { isSandboxToken } from './token-text.ts'
import { isLoopbackHost } from '../platform/host.ts'
import type { Value, VariableName } from './variables.ts'

/** Every value by itself: judged, or its default; `null` where it is unset without a default, or faulty. */
export type JudgedReadings = {
  readonly values: { readonly [Name in VariableName]: Value<Name> | null }
  /** Set in some source, faulty or not. */
  readonly set: ReadonlySet<VariableName>
  readonly faulty: ReadonlySet<VariableName>
  /** As it was found, even where it is faulty; `null` where it is unset or could not be read. */
  readonly tokenText: string | null
  /** The same of TOKEN_GUARD_ALERT_URL. */
  readonly alertText: string | null
  readonly production: boolean
  /** An env file could not be read: what is unset may be in it. */
  readonly incomplete: boolean
}

type Combination = {
  readonly name: VariableName
  /** Where one of these is faulty, the combination is not judged: one fault for each cause. */
  readonly restsOn: readonly VariableName[]
  readonly judge: (judged: JudgedReadings) => Omit<Fault, 'name'> | null
}

const COMBINATIONS: readonly Combination[] = [
  {
    name: 'WHATSAPP_TOKEN',
    restsOn: [],
    judge: ({ tokenText, production }) =>
      tokenText !== null && isSandboxToken(tokenText) && production
        ? {
            problem: 'is a sandbox token while NODE_ENV is production',
            expected: "the system user's access token (guide, step 4)",
          }
        : null,
  },
  {
    name: 'META_APP_SECRET',
    restsOn: ['META_APP_SECRET', 'META_APP_ID'],
    judge: ({ set, incomplete }) =>
      set.has('META_APP_SECRET') && !set.has('META_APP_ID') && !incomplete
        ? {
            problem: 'is set without META_APP_ID',
            expected: 'META_APP_ID too: the id of the app that the secret belongs to',
          }
        : null,
  },
  { name: 'GRAPH_API_URL', restsOn: ['GRAPH_API_URL'], judge: judgePlainHttp },
  {
    name: 'TOKEN_GUARD_ALERT_URL',
    restsOn: ['TOKEN_GUARD_ALERT_URL', 'TOKEN_GUARD_ALERT_FORMAT'],
    judge: ({ values, alertText }) => {
      const problem = alertText === null ? null : lackIn(alertText, values.TOKEN_GUARD_ALERT_FORMAT ?? 'auto')
      return problem === null ? null : { problem, expected: 'the address as the receiver gives it (docs/alerts.md)' }
    },
  },
  {
    name: 'TOKEN_GUARD_MODE',
    restsOn: ['TOKEN_GUARD_MODE'],
    judge: ({ values, production }) =>
      values.TOKEN_GUARD_MODE === 'off' && production
        ? {
            problem: 'is "off" while NODE_ENV is production',
            expected: 'enforce or report: off is for builds and unit tests',
          }
        : null,
  },
  {
    name: 'TOKEN_GUARD_EXPIRY',
    restsOn: ['TOKEN_GUARD_EXPIRY'],
    judge: ({ values, production }) =>
      values.TOKEN_GUARD_EXPIRY === 'temporary' && production
        ? {
            problem: 'is "temporary" while NODE_ENV is production',
            expected: 'never or rotate: temporary is for development',
          }
        : null,
  },
  {
    name: 'TOKEN_GUARD_CHECK_TIMEOUT',
    restsOn: ['TOKEN_GUARD_CHECK_TIMEOUT', 'TOKEN_GUARD_BOOT_TIMEOUT'],
    judge: ({ values, set }) => {
      const [checkMs, bootMs] = [values.TOKEN_GUARD_CHECK_TIMEOUT ?? 0, values.TOKEN_GUARD_BOOT_TIMEOUT ?? 0]
      if (!set.has('TOKEN_GUARD_CHECK_TIMEOUT') || checkMs <= bootMs) return null
      return {
        problem: `is "${formatDuration(checkMs)}", longer than TOKEN_GUARD_BOOT_TIMEOUT (${formatDuration(bootMs)})`,
        expected: `at most ${formatDuration(bootMs)}, or a longer TOKEN_GUARD_BOOT_TIMEOUT`,
      }
    },
  },
  {
    name: 'TOKEN_GUARD_STALE_AFTER',
    restsOn: ['TOKEN_GUARD_STALE_AFTER', 'TOKEN_GUARD_CHECK_INTERVAL'],
    judge: ({ values, set }) => {
      const [staleMs, intervalMs] = [values.TOKEN_GUARD_STALE_AFTER ?? 0, values.TOKEN_GUARD_CHECK_INTERVAL ?? 0]
      if (!set.has('TOKEN_GUARD_STALE_AFTER') || staleMs >= 2 * intervalMs) return null
      return {
        problem: `is "${formatDuration(staleMs)}", less than 2 check intervals (of ${formatDuration(intervalMs)})`,
        expected: `at least ${formatDuration(2 * intervalMs)}, or a shorter TOKEN_GUARD_CHECK_INTERVAL`,
      }
    },
  },
  {
    name: 'TOKEN_GUARD_FLEET_INTERVAL',
    restsOn: ['TOKEN_GUARD_FLEET_INTERVAL', 'GRAPH_API_URL'],
    judge: judgeFleetInterval,
  },
]

function judgeFleetInterval({ values }: JudgedReadings): Omit<Fault, 'name'> | null {
  const ms = values.TOKEN_GUARD_FLEET_INTERVAL ?? 0
  const { hostname } = new URL(values.GRAPH_API_URL ?? 'https://graph.facebook.com')
  if (ms >= 60_000 || isLoopbackHost(hostname)) return null
  return { problem: `is "${formatDuration(ms)}", less than 1m`, expected: 'a duration of at least 1m, such as 1h' }
}

function judgePlainHttp({ values, faulty, tokenText }: JudgedReadings): Omit<Fault, 'name'> | null {
  const url = new URL(values.GRAPH_API_URL ?? 'https://graph.facebook.com')
  const unknownToken = tokenText === null && faulty.has('WHATSAPP_TOKEN')
  if (url.protocol === 'https:' || isLoopbackHost(url.hostname) || unknownToken) return null
  if (tokenText !== null && isSandboxToken(tokenText)) return null
  return {
    problem: 'is plain http to a host that is not loopback: the token could be read on its way',
    expected: 'https (plain http is for loopback hosts, and for a sandbox token)',
  }
}

/** What is wrong between values that are right by themselves. */
export function judgeCombinations(judged: JudgedReadings): readonly (Fault & { readonly name: VariableName })[] {
  return COMBINATIONS.flatMap(({ name, restsOn, judge }) => {
    const fault = restsOn.some((other) => judged.faulty.has(other)) ? null : judge(judged)
    return fault === null ? [] : [{ name, ...fault }]
  })
}
