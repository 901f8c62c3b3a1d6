import { expect } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { OPERATOR, type Served } from './page.ts'

/** Debian's Chromium, without a window. */

const PATH = '/usr/bin/chromium'

export const hasChromium = existsSync(PATH)

/** A name that is not loopback's: browsers trust it less, like another machine on the network over plain http. */
export const PLAIN_HOST = 'guard.test'

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: PATH,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`,
    ],
  })
}

export type Opened = AsyncDisposable & { readonly page: Page; readonly bytes: number }

export type Opening = BrowserContextOptions & {
  /** The address up to the path. Default: `127.0.0.1`. */
  readonly origin?: string
  /** The faults that the test expects. */
  readonly expected?: RegExp
}

/** Opens the page as an operator would. A request to another host, or one that breaks the policy, fails the test. */
export async function open(
  browser: Browser,
  served: Pick<Served, 'url'>,
  path = '/',
  opening: Opening = {},
): Promise<Opened> {
  const { origin = served.url, expected = /^$/, ...options } = opening
  const httpCredentials = { username: 'operator', password: OPERATOR }
  const context = await browser.newContext({ httpCredentials, reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (protocol !== 'data:' && host !== new URL(origin).host) faults.push(request.url())
  })
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
  page.on('pageerror', (error) => faults.push(error.message))
  const answer = await page.goto(origin + path)
  return {
    page,
    bytes: (await answer?.body())?.length ?? 0,
    [Symbol.asyncDispose]: async () => {
      await context.close()
      expect(faults.filter((fault) => !expected.test(fault))).toEqual([])
    },
  }
}

const AXE = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

/** What axe finds, with the elements. */
export async function faultsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE)
  const { violations } = (await page.evaluate('axe.run()')) as {
    readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[]
  }
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}
