import type { JudgedReadings } from './combinations.ts'
import type { Notice } from './config.ts'
import type { Source } from './sources.ts'
import { unknownVariables } from './unknown.ts'
import { isLoopbackHost } from '../platform/host.ts'

const META_HOST = 'graph.facebook.com'

/** What is to be logged once and stops nothing. */
export function notices(judged: JudgedReadings, sources: readonly Source[]): readonly Notice[] {
  return [...unknownVariables(sources, judged), ...foreignHost(judged), ...modeOff(judged), ...nothingToSign(judged)]
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

function nothingToSign({ set }: JudgedReadings): readonly Notice[] {
  if (!set.has('TOKEN_GUARD_ALERT_SECRET') || set.has('TOKEN_GUARD_ALERT_URL')) return []
  return [warning('TOKEN_GUARD_ALERT_SECRET', 'signs nothing without TOKEN_GUARD_ALERT_URL')]
}

function warning(name: string, message: string): Notice {
  return { kind: 'warning', name, message }
}
