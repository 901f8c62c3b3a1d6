import { alertAddresses } from './alert-address.ts'
import type { JudgedReadings } from './combinations.ts'
import type { Notice } from './config.ts'
import type { Source } from './sources.ts'
import { unknownVariables } from './unknown.ts'
import { isLoopbackHost } from '../platform/host.ts'

const META_HOST = 'graph.facebook.com'

/** What is to be logged once and stops nothing. */
export function notices(judged: JudgedReadings, sources: readonly Source[]): readonly Notice[] {
  return [
    ...unknownVariables(sources, judged),
    ...foreignHost(judged),
    ...modeOff(judged),
    ...alertNotices(judged),
    ...plainWays(judged),
    ...nothingToSign(judged),
  ]
}

function foreignHost({ values }: JudgedReadings): readonly Notice[] {
  const { host, hostname } = new URL(values.GRAPH_API_URL ?? `https://${META_HOST}`)
  if (hostname === META_HOST || isLoopbackHost(hostname)) return []
  return [warning('GRAPH_API_URL', `the token is sent to ${host}, which is not Meta's host (${META_HOST})`)]
}

function modeOff({ values }: JudgedReadings): readonly Notice[] {
  if (values.TOKEN_GUARD_MODE !== 'off') return []
  return [warning('TOKEN_GUARD_MODE', 'is off: the token is not verified, neither at the start nor later')]
}

const POWER_AUTOMATE = /\.(?:webhook\.office\.com|logic\.azure\.com|api\.powerplatform\.com)$/

function alertNotices(judged: JudgedReadings): readonly Notice[] {
  const addresses = alertsOf(judged)
  const warn = (isMeant: boolean, message: string) => (isMeant ? [warning('TOKEN_GUARD_ALERT_URL', message)] : [])
  const hasIds = (['WHATSAPP_BUSINESS_ACCOUNT_ID', 'WHATSAPP_PHONE_NUMBER_ID', 'META_APP_ID'] as const).some((name) =>
    judged.set.has(name),
  )
  return [
    ...warn(
      addresses.some(({ url }) => isPlainAndFar(url.href)),
      'is plain http to a private host: whoever is on the way can read the alerts and the address',
    ),
    ...warn(
      addresses.some(({ url, format }) => format === 'standard' && POWER_AUTOMATE.test(url.hostname)),
      'is an address of Power Automate, as Teams has them, and gets the standard body. For Teams begin it with teams+',
    ),
    ...warn(
      !hasIds && addresses.some(({ format }) => format === 'pagerduty'),
      'names PagerDuty, and no account, number or app is configured: all guards without one share one incident',
    ),
  ]
}

function plainWays({ values }: JudgedReadings): readonly Notice[] {
  const ways = {
    TOKEN_GUARD_HEARTBEAT_URL: values.TOKEN_GUARD_HEARTBEAT_URL?.reveal() ?? '',
    TOKEN_GUARD_UPSTREAM: values.TOKEN_GUARD_UPSTREAM ?? '',
  }
  return Object.entries(ways).flatMap(([name, url]) =>
    isPlainAndFar(url) ? [warning(name, 'is plain http to a private host: whoever is on the way can read it')] : [],
  )
}

function isPlainAndFar(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'http:' && !isLoopbackHost(new URL(text).hostname)
}

function alertsOf({ values, faulty, alertText }: JudgedReadings) {
  if (alertText === null || faulty.has('TOKEN_GUARD_ALERT_URL')) return []
  return alertAddresses(alertText, values.TOKEN_GUARD_ALERT_FORMAT ?? 'auto')
}

function nothingToSign(judged: JudgedReadings): readonly Notice[] {
  if (!judged.set.has('TOKEN_GUARD_ALERT_SECRET')) return []
  if (!judged.set.has('TOKEN_GUARD_ALERT_URL'))
    return [warning('TOKEN_GUARD_ALERT_SECRET', 'signs nothing without TOKEN_GUARD_ALERT_URL')]
  const addresses = alertsOf(judged)
  const signsNothing = addresses.length > 0 && addresses.every(({ format }) => format !== 'standard')
  return signsNothing ? [warning('TOKEN_GUARD_ALERT_SECRET', 'signs nothing: only the standard format is signed')] : []
}

function warning(name: string, message: string): Notice {
  return { kind: 'warning', name, message }
}
