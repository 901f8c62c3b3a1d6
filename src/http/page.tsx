/** @jsxImportSource hono/jsx */
import type { HttpAnswer } from './answer.ts'
import { Banner } from './page/banner.tsx'
import { Checks } from './page/check-groups.tsx'
import { Document, htmlAnswer, pageHeaders, Top } from './page/document.tsx'
import { Expiry } from './page/expiry.tsx'
import { Findings } from './page/findings.tsx'
import { Notes } from './page/notes.tsx'
import { KnownFacts } from './page/operator.tsx'
import { Drifts, Statuses } from './page/past.tsx'
import { absolute } from './page/parts.tsx'
import { headlineOf, type Headline, type Shown } from './page/words.ts'

/** The status page: written here, alive without a script, and nothing in it that Graph could have written as HTML. */

const HEADERS = {
  public: pageHeaders("'none'"),
  operator: { ...pageHeaders("'self'"), vary: 'Authorization' },
} as const

/** Always 200: what is wrong with the token is shown in words. */
export function pageAnswer(shown: Shown): HttpAnswer {
  return htmlAnswer(<Page shown={shown} />, HEADERS[shown.view])
}

function Page({ shown }: { readonly shown: Shown }) {
  const { view, places } = shown
  const headline = headlineOf(shown)
  return (
    <Document tone={headline.tone} title={[headline.word, 'WhatsApp token']}>
      <Top action={view === 'operator' ? `${places.root}health/token/check` : null}>
        WhatsApp token {view === 'operator' && <span class="soft">· operator</span>}
      </Top>
      <Main shown={shown} headline={headline} />
      <Foot shown={shown} />
    </Document>
  )
}

function Main({ shown, headline }: { readonly shown: Shown; readonly headline: Headline }) {
  const { known, view, nowMs } = shown
  const { findings } = known.health
  return (
    <main data-now={nowMs} data-key={[headline.word, ...findings.map(({ code }) => code)].join(' ')}>
      <Banner shown={shown} headline={headline} />
      <Findings findings={findings} view={view} />
      <Expiry shown={shown} />
      <Checks shown={shown} />
      <Notes notes={known.health.notes} />
      {view === 'operator' && <Statuses past={known.past} nowMs={nowMs} />}
      {view === 'operator' && <Drifts past={known.past} nowMs={nowMs} />}
      {view === 'operator' && <KnownFacts known={known} />}
      <p id="written" class="soft">
        As of {absolute(nowMs)}
      </p>
    </main>
  )
}

function Foot({ shown: { release, view, hasOperator, places } }: { readonly shown: Shown }) {
  return (
    <footer class="soft">
      <p>
        {release.serviceId} {release.releaseId}
      </p>
      <nav aria-label="Elsewhere">
        {hasOperator && <a href={places.other}>{view === 'public' ? 'Operator' : 'Public view'}</a>}{' '}
        <a href={`${places.root}health/token`}>/health/token</a> <a href={`${places.root}metrics`}>/metrics</a>
      </nav>
    </footer>
  )
}
