/** @jsxImportSource hono/jsx */
import type { FleetSearch, FleetShown } from '../../fleet/worst-first.ts'
import type { HttpAnswer } from '../answer.ts'
import type { Release } from '../health.ts'
import { Document, htmlAnswer, pageHeaders, Top } from '../page/document.tsx'
import { absolute, Mark } from '../page/parts.tsx'
import type { Headline } from '../page/words.ts'
import { FLEET_STYLE } from './fleet-style.ts'
import { fleetHeadline } from './fleet-words.ts'
import { Incidents } from './incidents.tsx'
import { LastChanges, StatusCounts, Work, Wrong } from './overview.tsx'
import { TokenList } from './token-list.tsx'

/** The page of a fleet: what is worst before all else, and each token by its id. */

export const FLEET_HEADERS = { ...pageHeaders("'self'", FLEET_STYLE), vary: 'Authorization' } as const

export type FleetPageShown = FleetShown & {
  readonly search: FleetSearch
  readonly intervalMs: number
  readonly release: Release
}

export function fleetPageAnswer(shown: FleetPageShown): HttpAnswer {
  const headline = fleetHeadline(shown.counts, shown.intervalMs)
  return htmlAnswer(
    <Document tone={headline.tone} title={[headline.word, 'WhatsApp tokens']} style={FLEET_STYLE} isReloading={false}>
      <Top withoutScript="Reload to see what is new">
        WhatsApp tokens <span class="soft">· operator</span>
      </Top>
      <FleetMain shown={shown} headline={headline} />
      <FleetFoot release={shown.release} />
    </Document>,
    FLEET_HEADERS,
  )
}

type MainProps = { readonly shown: FleetPageShown; readonly headline: Headline }

function FleetMain({ shown, headline }: MainProps) {
  const { counts, wrong, list, changes, search, nowMs, intervalMs } = shown
  const codes = wrong.map(({ code }) => code)
  return (
    <main data-now={nowMs} data-key={[headline.tone, ...codes, ...counts.incidents.map(({ kind }) => kind)].join(' ')}>
      <section id="status" class={`banner ${headline.tone}`} aria-labelledby="word">
        <Mark tone={headline.tone} />
        <div>
          <h1 id="word">{headline.word}</h1>
          <p id="sentence">{headline.sentence}</p>
          <p id="asked">
            <a href="#find">Find a token</a>
          </p>
        </div>
      </section>
      <StatusCounts counts={counts} />
      <Incidents incidents={counts.incidents} />
      <div class="pair">
        <Wrong wrong={wrong} />
        <Work counts={counts} intervalMs={intervalMs} nowMs={nowMs} />
      </div>
      <LastChanges changes={changes} nowMs={nowMs} />
      <TokenList search={search} list={list} codes={codes} nowMs={nowMs} />
      <p id="written" class="soft">
        As of {absolute(nowMs)}
      </p>
    </main>
  )
}

function FleetFoot({ release }: { readonly release: Release }) {
  return (
    <footer class="soft">
      <p>
        {release.serviceId} {release.releaseId}
      </p>
      <nav aria-label="Elsewhere">
        <a href="health/fleet">/health/fleet</a> <a href="fleet/changes">/fleet/changes</a>{' '}
        <a href="metrics">/metrics</a>
      </nav>
    </footer>
  )
}
