/** @jsxImportSource hono/jsx */
import { createHash } from 'node:crypto'
import type { HttpAnswer } from './answer.ts'
import { Banner } from './page/banner.tsx'
import { Checks } from './page/check-groups.tsx'
import { Expiry } from './page/expiry.tsx'
import { favicon } from './page/favicon.ts'
import { Findings } from './page/findings.tsx'
import { Notes } from './page/notes.tsx'
import { KnownFacts } from './page/operator.tsx'
import { Drifts, Statuses } from './page/past.tsx'
import { absolute } from './page/parts.tsx'
import { SCRIPT } from './page/script.ts'
import { STYLE } from './page/style.ts'
import { headlineOf, MARKS, type Headline, type Shown } from './page/words.ts'

/** The status page: written here, alive without a script, and nothing in it that Graph could have written as HTML. */

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

function headersFor(formAction: string): Readonly<Record<string, string>> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      `style-src ${hashOf(STYLE)}`,
      `script-src ${hashOf(SCRIPT)}`,
      "connect-src 'self'",
      'img-src data:',
      "base-uri 'none'",
      `form-action ${formAction}`,
      "frame-ancestors 'none'",
    ].join('; '),
    // Under no-referrer a browser says "Origin: null" of our own form, and it would be refused.
    'referrer-policy': 'same-origin',
    'x-frame-options': 'DENY',
  }
}

const HEADERS = {
  public: headersFor("'none'"),
  operator: { ...headersFor("'self'"), vary: 'Authorization' },
} as const

/** Always 200: what is wrong with the token is shown in words. */
export function pageAnswer(shown: Shown): HttpAnswer {
  const body = `<!doctype html>\n${String(<Page shown={shown} />)}\n`
  return { status: 200, type: 'text/html; charset=utf-8', body, headers: HEADERS[shown.view] }
}

function Page({ shown }: { readonly shown: Shown }) {
  const headline = headlineOf(shown)
  return (
    <html lang="en">
      <Head headline={headline} />
      <body>
        <Top shown={shown} />
        <Main shown={shown} headline={headline} />
        <Foot shown={shown} />
        <script dangerouslySetInnerHTML={{ __html: SCRIPT }} />
      </body>
    </html>
  )
}

function Head({ headline: { tone, word } }: { readonly headline: Headline }) {
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{`${MARKS[tone]} ${word} – WhatsApp token`}</title>
      <link rel="icon" href={favicon(tone)} data-lost={favicon('unknown')} />
      <noscript>
        <meta http-equiv="refresh" content="15" />
      </noscript>
      <style dangerouslySetInnerHTML={{ __html: STYLE }} />
    </head>
  )
}

/** Outside of what is refreshed, so that the button keeps its focus. */
function Top({ shown: { view, places } }: { readonly shown: Shown }) {
  return (
    <header>
      <div class="top">
        <p class="title">WhatsApp token {view === 'operator' && <span class="soft">· operator</span>}</p>
        <p id="live" class="soft" hidden>
          Live
        </p>
        <noscript>
          <p class="soft">Loads anew every 15 s</p>
        </noscript>
        {view === 'operator' && (
          <form method="post" action={`${places.root}health/token/check`}>
            <button type="submit">Verify now</button>
          </form>
        )}
      </div>
      <p id="notice" hidden></p>
      <p id="said" class="unseen" role="status"></p>
    </header>
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
