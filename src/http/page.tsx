/** @jsxImportSource hono/jsx */
import { createHash } from 'node:crypto'
import type { CheckEntry, Status } from '../guard/checks.ts'
import type { DriftRecord } from '../guard/history.ts'
import { CHECK_NAMES, checkText } from '../report/checks.ts'
import type { Finding } from '../verification/findings.ts'
import { isoTime } from '../verification/words.ts'
import type { Answer } from './answer.ts'
import { sentence, type Overriding, type Release } from './health.ts'
import type { Known } from './operator.ts'
import { SCRIPT, STYLE } from './page.assets.ts'

/** The status page: written here, alive without a script, and nothing in it that Graph could have written as HTML. */

export type View = 'public' | 'operator'

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    `style-src ${hashOf(STYLE)}`,
    `script-src ${hashOf(SCRIPT)}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
}

/** Always 200: what is wrong with the token is told in words. */
export function pageAnswer(known: Known, release: Release, overriding: Overriding, view: View): Answer {
  const page = <Page known={known} release={release} overriding={overriding} view={view} />
  const vary = view === 'operator' ? { vary: 'Authorization' } : {}
  const body = `<!doctype html>\n${String(page)}\n`
  return { status: 200, type: 'text/html; charset=utf-8', body, headers: { ...HEADERS, ...vary } }
}

type PageProps = {
  readonly known: Known
  readonly release: Release
  readonly overriding: Overriding
  readonly view: View
}

function Page({ known, release, overriding, view }: PageProps) {
  const { health } = known
  const status: Status = overriding === null ? health.status : 'fail'
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${MARKS[status]} ${status} – WhatsApp token`}</title>
        <link rel="icon" href="data:," />
        <noscript>
          <meta http-equiv="refresh" content="15" />
        </noscript>
        <style dangerouslySetInnerHTML={{ __html: STYLE }} />
      </head>
      <body>
        <p id="lost" role="alert" hidden>
          This page is out of date: the service does not answer.
        </p>
        <main>
          <h1 class={status}>
            <Mark status={status} /> {headlineOf(health, overriding)}
          </h1>
          <p role="status">{overriding?.output ?? sentence(health) ?? 'Graph says that it is as it should be.'}</p>
          <Checks known={known} view={view} />
          <Findings findings={health.findings} view={view} />
          {view === 'operator' && <Operator known={known} />}
        </main>
        <footer>
          {release.serviceId} {release.releaseId} · for programs: <a href="/health/token">/health/token</a>,{' '}
          <a href="/metrics">/metrics</a>
        </footer>
        <script dangerouslySetInnerHTML={{ __html: SCRIPT }} />
      </body>
    </html>
  )
}

const MARKS: Readonly<Record<Status, string>> = { pass: '✓', warn: '!', fail: '✗' }
const HEADLINES: Readonly<Record<Status, string>> = {
  pass: 'The token is verified',
  warn: 'The token is verified, with warnings',
  fail: 'The token fails',
}

function headlineOf({ status, verdict }: Known['health'], overriding: Overriding): string {
  if (overriding !== null) return 'Out of service'
  return verdict === 'unverified' ? 'The token is not verified yet' : HEADLINES[status]
}

function Mark({ status }: { readonly status: Status }) {
  return (
    <span class={`mark ${status}`} title={status}>
      {MARKS[status]}
    </span>
  )
}

function Checks({ known, view }: { readonly known: Known; readonly view: View }) {
  const rows = [...known.health.checks].flatMap(([key, entries]) => entries.map((entry) => ({ key, entry })))
  return (
    <table>
      <caption>Checks</caption>
      <thead>
        <tr>
          <th scope="col">Status</th>
          <th scope="col">Check</th>
          <th scope="col">{view === 'operator' ? 'Graph says' : 'Finding'}</th>
          <th scope="col">Last answer</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, entry }) => (
          <tr>
            <td>
              <Mark status={entry.status} /> {entry.status}
            </td>
            <th scope="row">{CHECK_NAMES[key]}</th>
            <td>{view === 'operator' ? checkText(key, entry, known.state) : publicText(entry)}</td>
            <td>{entry.atMs === null ? '–' : <Time ms={entry.atMs} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Our own words alone. */
function publicText({ finding, note }: CheckEntry): string {
  return finding?.code ?? note ?? ''
}

function Findings({ findings, view }: { readonly findings: readonly Finding[]; readonly view: View }) {
  if (findings.length === 0) return <></>
  return (
    <section>
      <h2>What to do</h2>
      {findings.map(({ code, summary, remedy, step, expected, observed }) => (
        <article>
          <h3>
            <code>{code}</code>
          </h3>
          <p>{summary}</p>
          {view === 'operator' && (
            <dl>
              <dt>Expected</dt>
              <dd>{expected}</dd>
              <dt>Graph said</dt>
              <dd>{observed}</dd>
            </dl>
          )}
          <p>
            {remedy}
            {step === null ? '' : ` (Guide: step ${step}.)`}
          </p>
        </article>
      ))}
    </section>
  )
}

function Operator({ known: { fingerprint, history } }: { readonly known: Known }) {
  return (
    <section>
      <h2>For operators</h2>
      <p>
        The token's fingerprint (the first 12 hex digits of its SHA-256): <code>{fingerprint ?? '–'}</code>
      </p>
      <Drifts history={history} />
    </section>
  )
}

function Drifts({ history }: { readonly history: readonly DriftRecord[] }) {
  if (history.length === 0) return <p>No drift since the start.</p>
  return (
    <table>
      <caption>Drift, the newest first</caption>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
          <th scope="col">Severity</th>
        </tr>
      </thead>
      <tbody>
        {history.map(({ atMs, field, phoneNumberId, before, after, severity }) => (
          <tr>
            <td>
              <Time ms={atMs} />
            </td>
            <th scope="row">
              {field}
              {phoneNumberId === undefined ? '' : ` (${phoneNumberId})`}
            </th>
            <td>
              <code>{JSON.stringify(before)}</code>
            </td>
            <td>
              <code>{JSON.stringify(after)}</code>
            </td>
            <td>{severity}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Time({ ms }: { readonly ms: number }) {
  const seconds = Math.floor(ms / 1000) * 1000
  return <time datetime={new Date(ms).toISOString()}>{isoTime(seconds).replace('T', ' ').replace('Z', ' UTC')}</time>
}
