/** @jsxImportSource hono/jsx */
import { createHash } from 'node:crypto'
import type { PropsWithChildren } from 'hono/jsx'
import type { HttpAnswer } from '../answer.ts'
import { favicon } from './favicon.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'
import { MARKS, type Tone } from './words.ts'

/** What every page is in: its head, its own style and script, and the headers that permit nothing else. */

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

export function pageHeaders(formAction: string, style = STYLE): Readonly<Record<string, string>> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      `style-src ${hashOf(style)}`,
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

export function htmlAnswer(document: object, headers: HttpAnswer['headers'] = {}, status = 200): HttpAnswer {
  return { status, type: 'text/html; charset=utf-8', body: `<!doctype html>\n${String(document)}\n`, headers }
}

type DocumentProps = {
  readonly tone: Tone
  /** What the state is in a word without a dash, and of what: the tab shows both, with a dash between. */
  readonly title: readonly [word: string, name: string]
  readonly style?: string
  /** Without a script, that it loads anew. Not where people type. */
  readonly isReloading?: boolean
}

export function Document(props: PropsWithChildren<DocumentProps>) {
  const {
    tone,
    title: [word, name],
    style = STYLE,
    isReloading = true,
    children,
  } = props
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${MARKS[tone]} ${word} – ${name}`}</title>
        <link rel="icon" href={favicon(tone)} data-lost={favicon('unknown')} />
        {isReloading && (
          <noscript>
            <meta http-equiv="refresh" content="15" />
          </noscript>
        )}
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        {children}
        <script dangerouslySetInnerHTML={{ __html: SCRIPT }} />
      </body>
    </html>
  )
}

type TopProps = {
  /** Where "Verify now" goes. */
  readonly action?: string | null
  readonly withoutScript?: string
}

/** Outside of what is refreshed, so that the button keeps its focus. */
export function Top(props: PropsWithChildren<TopProps>) {
  const { action = null, withoutScript = 'Loads anew every 15 s', children } = props
  return (
    <header>
      <div class="top">
        <p class="title">{children}</p>
        <p id="live" class="soft" hidden>
          Live
        </p>
        <noscript>
          <p class="soft">{withoutScript}</p>
        </noscript>
        {action !== null && (
          <form method="post" action={action}>
            <button type="submit">Verify now</button>
          </form>
        )}
      </div>
      <p id="notice" hidden></p>
      <p id="said" class="unseen" role="status"></p>
    </header>
  )
}
