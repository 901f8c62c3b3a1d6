import { ERRORS_MET } from '../../src/backend/errors-met.ts'
import { WEBHOOK_FIELDS } from '../../src/backend/webhook-fields.ts'
import { ROUTES, type RouteRow } from '../../src/http/routes.ts'
import { knownOf } from '../../src/http/app.fake.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { EVENT_MEANINGS } from '../../src/report/event-meanings.ts'
import type { Facts } from '../../src/verification/facts.ts'
import { fieldsOf } from '../../src/verification/fields.ts'
import { asSentence, bullets, chapter, index, section, withCode } from './markdown.ts'

/** The chapters of what a running service shows: routes, log events, metrics. */

const OPERATOR = `### The operator's view

\`TOKEN_GUARD_OPERATOR_TOKEN\` opens it, as Bearer or as the password of Basic with any user. It adds \`observedValue\`s, identifiers, Graph's own (cleaned) words, \`facts\`, the token's \`fingerprint\` (the first 12 hex digits of its SHA-256) and the last 50 drifts.

\`\`\`sh
curl -u :"$OPERATOR_TOKEN" http://localhost:3000/health/token
curl -u :"$OPERATOR_TOKEN" -X POST http://localhost:3000/health/token/check
\`\`\`

A wrong credential is 401, and 429 after ten within a minute from one address. The right one is never locked out. Without \`TOKEN_GUARD_OPERATOR_TOKEN\` the header \`Authorization\` is ignored, and the operator's routes are 404.`

function reports(): string {
  return section(
    'Reports of the backend',
    "A bot learns first that its token has ended. It can report what it met: at `POST /health/token/report` with the operator token, at `TOKEN_GUARD_REPORT_URL`, or by the library's `guard.report`. A report proves nothing: it only makes the guard ask Graph, about the token, the account and the numbers. It does so at most once in 10 s. While reports change nothing, that pause doubles up to the check interval; a report within the pause counts when the pause is over. A wait for throttling holds.",
    '`TOKEN_GUARD_REPORT_URL` is what `run` gives to the command that it starts: an address on this machine that cannot be guessed, so it needs no credential. POST to it the body that Graph answered, or a webhook body. There is none under `TOKEN_GUARD_MODE=off`, or where loopback cannot be opened (one warning).',
    `These errors of Graph's count, unless they name an object that is none of the configured ones:`,
    bullets(ERRORS_MET.map(({ codes, mayMean, source }) => `${codes}: ${mayMean}. (${source}.)`)),
    `These fields of a webhook count, unless they are about another account, another app or another number. \`messages\` never does:`,
    bullets(
      Object.entries(WEBHOOK_FIELDS).map(([name, { mayMean, source }]) => `\`${name}\`: ${mayMean}. (${source}.)`),
    ),
  )
}

const headingOf = ({ method, paths }: RouteRow) => `${method} ${paths[0]}`

function ofRoute(row: RouteRow): string {
  const others = [...row.paths.slice(1), ...(row.aliases ?? [])].map((path) => `\`${path}\``)
  return section(
    headingOf(row),
    row.promise,
    others.length === 0
      ? null
      : `The same by ${others.length === 1 ? 'another path' : 'other paths'}: ${others.join(', ')}.`,
    row.isOperators === true ? 'It needs the operator token, and is 404 where none is configured.' : null,
  )
}

export function routesChapter(): string {
  const rows = Object.values<RouteRow>(ROUTES)
  return chapter(
    'Routes',
    'All but the POSTs are answered from memory: probes cause no request to Graph. HEAD is GET without the body. Another method is 405 with `Allow`, and an unknown path a JSON 404. One dead token fails `/health/token` on every replica at once: [what to ask](operating.md#what-to-ask) says which probe should ask what.',
    index(rows.map(headingOf)),
    ...rows.map(ofRoute),
    OPERATOR,
    reports(),
  )
}

const eventHeading = (event: string) => `Log event ${event}`

function ofEvent([event, { when, level, fields }]: readonly [
  string,
  (typeof EVENT_MEANINGS)[keyof typeof EVENT_MEANINGS],
]): string {
  const named = Object.entries(fields).map(([name, meaning]) => `\`${name}\`: ${asSentence(meaning)}`)
  return section(
    eventHeading(event),
    `${when} Level: ${asSentence(level).replace(/^[A-Z]/, (letter) => letter.toLowerCase())}${named.length === 0 ? ' It has no fields of its own.' : ''}`,
    bullets(named),
  )
}

function driftFields(): string {
  const named = (about: Facts['about']) =>
    fieldsOf({ about } as Facts)
      .filter(({ drifts }) => drifts)
      .map(({ name }) => `\`${name}\``)
  const lines = [
    `of the token: ${named('token').join(', ')}`,
    `of the account: ${['`account.reachable`', ...named('account'), ...named('subscriptions')].join(', ')}`,
    `of a number: ${['`phone.reachable`', ...named('phone')].join(', ')}`,
  ]
  return section('Fields of a drift', 'The `field` of a `token.drift` is one of these:', bullets(lines))
}

export function eventsChapter(): string {
  const events = Object.entries(EVENT_MEANINGS)
  return chapter(
    'Log events',
    'The log is one JSON object a line, and pretty on a terminal. Each has `level`, `time`, `event`, `msg` and the fields of the event. `serve`, `demo` and `sandbox` log to standard output, every other command to standard error. `LOG_LEVEL` sets the least level.',
    `In this chapter: ${events.map(([event]) => `[\`${event}\`](#${`log-event-${event}`.replaceAll('.', '')})`).join(', ')}.`,
    ...events.map(ofEvent),
    driftFields(),
  )
}

export async function metricsChapter(): Promise<string> {
  const { render } = createMetrics({ version: '0', runtime: 'bun' })
  const { body } = await render(knownOf({}))
  const kinds = new Map([...body.matchAll(/^# TYPE (\S+) (\S+)/gm)].map(([, name = '', kind = '']) => [name, kind]))
  const helps = [...body.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name = '', help = '']) => [name, help] as const)
  const labelsOf = (name: string) => {
    const values = new Map<string, string[]>()
    for (const [, inner = ''] of body.matchAll(new RegExp(`^${name}\\{([^}]*)\\}`, 'gm')))
      for (const [, label = '', value = ''] of inner.matchAll(/(\w+)="([^"]*)"/g))
        values.set(label, [...(values.get(label) ?? []), `\`${value}\``])
    return [...values].map(([label, all]) =>
      label === 'code'
        ? 'Its label `code` is the code of each [finding](#findings).'
        : name.endsWith('build_info')
          ? `It has the label \`${label}\`.`
          : `Its label \`${label}\` is one of ${all.join(', ')}.`,
    )
  }
  const names = helps.map(([name]) => name)
  return chapter(
    'Metrics',
    'No label names a token, an account or a number, and every series is there from the first scrape. [Operating](operating.md#prometheus) has the rules and the dashboard.',
    index(names),
    ...helps.map(([name, help]) =>
      section(name, [withCode(asSentence(help)), `It is a ${kinds.get(name)}.`, ...labelsOf(name)].join(' ')),
    ),
  )
}
