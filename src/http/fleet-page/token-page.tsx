/** @jsxImportSource hono/jsx */
import type { OneToken } from '../../fleet/reading.ts'
import type { Health } from '../../guard/health.ts'
import type { Note } from '../../verification/notes.ts'
import type { Policy } from '../../verification/policy.ts'
import type { HttpAnswer } from '../answer.ts'
import type { Release } from '../health.ts'
import { Banner } from '../page/banner.tsx'
import { Checks } from '../page/check-groups.tsx'
import { Document, htmlAnswer, Top } from '../page/document.tsx'
import { Expiry } from '../page/expiry.tsx'
import { Findings } from '../page/findings.tsx'
import { Notes } from '../page/notes.tsx'
import { KnownFacts } from '../page/operator.tsx'
import { absolute, Badge, Mark } from '../page/parts.tsx'
import { Drifts, Statuses } from '../page/past.tsx'
import { headlineOf, type Headline, type Shown } from '../page/words.ts'
import { listAddress } from './addresses.ts'
import { FLEET_HEADERS } from './fleet-page.tsx'
import { FLEET_STYLE } from './fleet-style.ts'
import { shortened, Stranger } from './stranger.tsx'

/** One token of a fleet, as the operator's page of a single guard shows its own. */

export type TokenPageDeps = { readonly release: Release; readonly policy: Policy }

export function tokenPageAnswer(one: OneToken, deps: TokenPageDeps): HttpAnswer {
  const { id } = one.row
  const shown = shownOf(one, deps)
  const headline = headlineOf(shown)
  const action = `../fleet/tokens/${encodeURIComponent(id)}`
  return htmlAnswer(
    <Document tone={headline.tone} title={[headline.word, `WhatsApp token ${shortened(id)}`]} style={FLEET_STYLE}>
      <Top action={`${action}/check`}>
        <AllTokens />
      </Top>
      <TokenMain one={one} shown={shown} headline={headline} />
      <footer class="soft">
        <p>
          {deps.release.serviceId} {deps.release.releaseId}
        </p>
        <nav aria-label="Elsewhere">
          <a href={action}>This token as JSON</a>
        </nav>
      </footer>
    </Document>,
    FLEET_HEADERS,
  )
}

const AllTokens = () => <a href="../">WhatsApp tokens</a>

/** In the form in which a single guard's page takes it. */
function shownOf(
  { health, state, fingerprint, past, next, nowMs }: OneToken,
  { release, policy }: TokenPageDeps,
): Shown {
  const plan: Health['plan'] = { nextCheckAtMs: next.atMs, reason: next.isThrottled ? 'throttled' : null }
  return {
    known: { health: { ...health, plan }, state, fingerprint, past },
    release,
    overriding: null,
    config: { mode: 'enforce', expiry: policy.expiry, rotateBeforeMs: policy.rotateBeforeMs },
    view: 'operator',
    hasOperator: true,
    nowMs,
    places: { root: '../', other: '../' },
  }
}

type MainProps = { readonly one: OneToken; readonly shown: Shown; readonly headline: Headline }

function TokenMain({ one, shown, headline }: MainProps) {
  const { known, nowMs } = shown
  const { findings, notes } = known.health
  return (
    <main data-now={nowMs} data-key={[headline.word, ...findings.map(({ code }) => code)].join(' ')}>
      <Which row={one.row} />
      <Banner shown={shown} headline={headline} />
      <Held held={one.held} />
      <Findings findings={findings} view="operator" />
      <Expiry shown={shown} />
      <Checks shown={shown} />
      <Notes notes={notesOfRow(one.row, notes)} />
      <Statuses past={known.past} nowMs={nowMs} first="at the first check" />
      <Drifts past={known.past} nowMs={nowMs} />
      <KnownFacts known={known} />
      <p id="written" class="soft">
        As of {absolute(nowMs)}
      </p>
    </main>
  )
}

/** It is the list that names an account and a number, and no variable. */
function notesOfRow(row: OneToken['row'], notes: readonly Note[]): readonly Note[] {
  const unnamed = [
    ['account', row.business_account_id],
    ['phone number', row.phone_number_id],
  ] as const
  return [
    ...unnamed.flatMap(([what, id]): readonly Note[] =>
      id === null
        ? [{ code: 'not_verified', text: `The ${what} is not verified: the list names none for this token.` }]
        : [],
    ),
    ...notes.filter(({ code }) => code !== 'not_verified'),
  ]
}

/** What the list says of the token. */
function Which({ row: { id, tenant, app_id: own, app } }: Pick<OneToken, 'row'>) {
  const appId = own ?? (app === '' ? null : app)
  return (
    <p class="which" id="which">
      Token <Stranger text={id} />
      {tenant !== null && (
        <>
          {' '}
          of{' '}
          <a href={`../${listAddress({ tenant })}`}>
            <Stranger text={tenant} />
          </a>
        </>
      )}
      {appId !== null && (
        <>
          , app{' '}
          <a href={`../${listAddress({ app: appId })}`}>
            <Stranger text={appId} />
          </a>
        </>
      )}
    </p>
  )
}

/** What Graph says now, where a mass failure keeps it from taking effect. Without advice: there is nothing to do yet. */
function Held({ held }: Pick<OneToken, 'held'>) {
  if (held === null) return <></>
  return (
    <section id="held" aria-labelledby="what-is-held">
      <h2 id="what-is-held">Held</h2>
      <p>
        Graph refuses many tokens of this app at once. What it says of this one counts only when the incident is
        confirmed; until then the last verified state stays.
      </p>
      {held.findings.map(({ code, summary, observed, severity }) => (
        <article class="card finding warn">
          <p class="kind">
            <Badge status={severity === 'fail' ? 'fail' : 'warn'} text="held" /> <code>{code}</code>
          </p>
          <h3>{summary}</h3>
          <dl>
            <dt>Graph said</dt>
            <dd>{observed}</dd>
          </dl>
        </article>
      ))}
    </section>
  )
}

/** An id that the fleet does not have, or not any more. */
export function noTokenAnswer(id: string): HttpAnswer {
  return htmlAnswer(
    <Document tone="unknown" title={['Not found', 'WhatsApp tokens']} style={FLEET_STYLE}>
      <Top>
        <AllTokens />
      </Top>
      <main data-key="unknown">
        <section id="status" class="banner unknown" aria-labelledby="word">
          <Mark tone="unknown" />
          <div>
            <h1 id="word">Not found</h1>
            <p id="sentence">
              The fleet has no token with the id <Stranger text={shortened(id, 300)} />.
            </p>
          </div>
        </section>
      </main>
    </Document>,
    FLEET_HEADERS,
    404,
  )
}
