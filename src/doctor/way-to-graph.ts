import type { Finding } from '../verification/finding.ts'
import type { Note } from '../verification/notes.ts'
import { CAUSES, type CauseName } from '../verification/causes.ts'
import type { ConnectionFacts } from '../verification/facts.ts'
import { endOfVersion } from '../verification/versions.ts'
import { isoTime, span } from '../verification/words.ts'
import type { Observations, Reached, VerifiedFacts } from './observations.ts'
import { fromFindings, item, type Head, type Item, type ItemStatus } from './item.ts'

/** PURE. The way to Graph, step by step: the first that fails explains the rest. */

const head = (id: string, title: string): Head => ({ id: `connection.${id}`, group: 'connection', step: null, title })
type Row = readonly [status: ItemStatus, detail: string, remedy?: string]

const MONTH_MS = 30 * 86_400_000

const STEPS: readonly (readonly [id: string, title: string, (reached: Reached, nowMs: number) => Row])[] = [
  ['proxy', 'proxy', ({ proxy }) => ['ok', proxy === null ? 'none (HTTPS_PROXY, NO_PROXY)' : `${proxy} (HTTPS_PROXY)`]],
  [
    'dns',
    'DNS',
    ({ dns, target, proxy }) =>
      dns.ok
        ? ['ok', `${target} is ${dns.value.slice(0, 3).join(', ')}`]
        : ['failed', `${target}: ${dns.problem}`, remedyOf('dns_failed', proxy)],
  ],
  [
    'tcp',
    'TCP',
    ({ tcp, target, proxy }) =>
      tcp === null
        ? ['skipped', 'not tried']
        : tcp.ok
          ? ['ok', `connected to ${tcp.value}`]
          : ['failed', `${target}: ${tcp.problem}`, remedyOf('no_connection', proxy)],
  ],
  ['tls', 'TLS', tlsStep],
]

/** Behind a proxy it is the proxy that is not reached. */
function remedyOf(cause: CauseName, proxy: Reached['proxy']): string {
  return CAUSES[proxy === null ? cause : 'proxy_failed'].remedy
}

function tlsStep({ tls, isTls, proxy, target }: Reached, nowMs: number): Row {
  if (proxy !== null) return ['skipped', "behind the proxy: what follows is seen by Graph's answer alone"]
  if (!isTls || tls === null) return ['skipped', 'plain http']
  if (!tls.ok)
    return [
      'failed',
      [`${target}: ${tls.problem}`, tls.detail].filter(Boolean).join('; '),
      remedyOf('tls_refused', proxy),
    ]
  const { issuer, endsAtMs, protocol } = tls.value
  const leftMs = endsAtMs === null ? null : endsAtMs - nowMs
  const left = leftMs === null ? '' : `, ${span(leftMs)} left`
  const isShort = leftMs !== null && leftMs < MONTH_MS / 10
  return [isShort ? 'warned' : 'ok', `${protocol ?? 'TLS'}, issued by ${issuer}${left}`]
}

export function connectionItems(facts: Observations): readonly Item[] {
  const { reached, ending } = facts
  if (reached === null) {
    const why =
      ending === 'off' ? 'TOKEN_GUARD_MODE=off: nothing is asked' : 'not known where to (GRAPH_API_URL, HTTPS_PROXY)'
    return [item(head('graph', 'Graph'), 'skipped', why)]
  }
  const items: Item[] = []
  for (const [id, title, judge] of STEPS) {
    const failed = items.find(({ status }) => status === 'failed')
    const row: Row =
      failed === undefined ? judge(reached, facts.nowMs) : ['skipped', `not reached: ${failed.title} fails first`]
    items.push(item(head(id, title), row[0], row[1], row[2] ?? null))
  }
  return [...items, ...answerItems(facts, items)]
}

function answerItems({ verification, ending }: Observations, before: readonly Item[]): readonly Item[] {
  if (verification === null) {
    const why = ending === 'misconfigured' ? 'not asked: the configuration is wrong' : 'not asked'
    return [item(head('answer', 'answer'), 'skipped', why)]
  }
  const { health, state, answeredMs, config } = verification
  const { findings } = health
  const of = (pattern: RegExp) => findings.filter(({ code }) => pattern.test(code))
  const connection = state.answers.get('connection')?.facts
  const facts = connection?.about === 'connection' ? connection : null
  const blocked = before.find(({ status }) => status === 'failed')
  const silent = of(/^graph\.(unreachable|failing|nonsense|rate_limited|unrecognised)$/)
  const answer = () =>
    item(head('answer', 'answer'), 'ok', answeredMs === null ? 'Graph answers' : `in ${Math.round(answeredMs)} ms`)
  const offset = facts?.clockOffsetMs ?? null
  const clock = () =>
    offset === null
      ? item(head('clock', 'clock'), 'skipped', 'Graph gave no time')
      : item(head('clock', 'clock'), 'ok', `${Math.round(Math.abs(offset) / 1000)} s apart from Graph's`)
  const version = () => versionItem(facts, health.notes)
  return [
    ...(blocked === undefined ? fromFindings(head('answer', 'answer'), silent, answer) : explained(silent, blocked)),
    ...fromFindings(head('clock', 'clock'), of(/^clock\./), clock),
    ...fromFindings(head('version', 'version'), of(/^graph\.version/), version),
    ...fromFindings(head('inspector', 'inspector'), of(/^inspector\./), () => inspector(config, isInspected(state))),
  ]
}

function versionItem(facts: ConnectionFacts | null, notes: readonly Note[]): Item {
  const place = head('version', 'version')
  if (facts === null || facts.servedVersion === null) return item(place, 'skipped', 'Graph named none')
  const { askedVersion: asked, servedVersion: served } = facts
  const endMs = endOfVersion(asked)
  const until = endMs === null ? 'its end is not known here' : `until ${isoTime(endMs).slice(0, 10)}`
  const words = `${asked}, ${until}${served === asked ? '' : `; Graph answers with ${served}`}`
  const ends = notes.find(({ code }) => code === 'graph.version_ends')
  return ends === undefined
    ? item(place, 'ok', words)
    : item(place, 'warned', words, 'Set GRAPH_API_VERSION to a newer version.')
}

function explained(silent: readonly Finding[], { title }: Item): readonly Item[] {
  const codes = silent.map(({ code }) => code).join(', ')
  return [
    item(head('answer', 'answer'), 'skipped', `not reached: ${title} fails first${codes === '' ? '' : ` (${codes})`}`),
  ]
}

/** `debug_token` itself has answered: a verdict of the token's own reads is none of the inspector's. */
function isInspected({ answers, silences }: VerifiedFacts['state']): boolean {
  const facts = answers.get('token')?.facts
  return facts !== undefined && !silences.has('token') && !('fromReads' in facts && facts.fromReads)
}

function inspector({ appId, appSecret }: VerifiedFacts['config'], isAnswered: boolean): Item {
  const unset = appId === null ? 'META_APP_ID and META_APP_SECRET' : 'META_APP_SECRET'
  const who =
    appSecret === null
      ? `the token itself; set ${unset} where Graph denies that`
      : "the app's own token (META_APP_ID, META_APP_SECRET)"
  return item(head('inspector', 'inspector'), isAnswered ? 'ok' : 'skipped', isAnswered ? who : `${who}: not answered`)
}
