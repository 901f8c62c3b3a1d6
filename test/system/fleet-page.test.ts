import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { worstFirst, type ListPage, type ListStart } from '../../src/fleet/worst-first.ts'
import { NO_SEARCH } from '../../src/http/fleet-page/addresses.ts'
import { DEAD, GOOD, HELD_BACK, OPERATOR, servePages, STRANGERS, TOKENS } from '../fleet/pages.ts'
import { faultsOf, hasChromium, launch, open, PLAIN_HOST } from './browser.ts'
import { hasPostgres, Postgres } from './postgres.ts'

/** The pages of a fleet of ten thousand tokens, in a real browser and over a real database. */

/** How wide the page is, and how far something is wider than its card. */
const OVERFLOWS = `[document.documentElement.scrollWidth,
  ...[...document.querySelectorAll('.card')].map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)]`

describe.skipIf(!hasPostgres || !hasChromium)('the pages of a fleet in Chromium', () => {
  let postgres: Postgres
  let browser: Browser
  let served: Awaited<ReturnType<typeof servePages>>
  beforeAll(async () => {
    postgres = new Postgres()
    ;[browser, served] = await Promise.all([launch(), servePages(postgres, 'pages')])
  })
  afterAll(async () => {
    await served?.[Symbol.asyncDispose]()
    await browser?.close()
    await postgres?.[Symbol.asyncDispose]()
  })

  const word = (page: Page, text: string | RegExp) => page.locator('#word', { hasText: text }).waitFor()
  const said = (page: Page, text: string) => page.locator('#said', { hasText: text }).waitFor({ state: 'attached' })
  const ids = (page: Page) => page.locator('tbody th').allInnerTexts()
  const asks = () => served.graph.asked.filter(({ path }) => path === '/debug_token').length
  const tokenPath = (id: string) => `/tokens/${encodeURIComponent(id)}`
  const search = async (page: Page, text: string) => {
    await page.getByLabel('Id or tenant').fill(text)
    await page.getByRole('button', { name: 'Search' }).click()
    await page.waitForURL(`**?q=${encodeURIComponent(text).replaceAll('%20', '+')}&**`)
  }

  test.each([
    ['the fleet', '/?tenant=Tenant%207'],
    ['a token whose refusal is held', tokenPath(HELD_BACK)],
  ])('axe finds nothing on the page of %s, in the light and in the dark, wide and narrow', async (_what, path) => {
    await using opened = await open(browser, served, path)
    for (const width of [1280, 390])
      for (const colorScheme of ['light', 'dark'] as const) {
        await opened.page.setViewportSize({ width, height: 800 })
        await opened.page.emulateMedia({ colorScheme })
        expect([width, colorScheme, await faultsOf(opened.page)]).toEqual([width, colorScheme, []])
      }
  })

  test.each([
    ['the fleet', '/'],
    ['a list with a long id', '/?q=long-'],
    ['a list with markup', '/?q=%3Cimg'],
    ['a token with a long id', tokenPath(STRANGERS.long)],
  ])('nothing sticks out of the page of %s', async (_what, path) => {
    await using opened = await open(browser, served, path)
    for (const width of [1280, 390, 320]) {
      await opened.page.setViewportSize({ width, height: 800 })
      const [whole = 0, ...beyond] = await opened.page.evaluate<number[]>(OVERFLOWS)
      expect([width, whole <= width, Math.max(0, ...beyond)]).toEqual([width, true, 0])
    }
  })

  test('shows what is worst before all else, with and without a script', async () => {
    for (const javaScriptEnabled of [true, false]) {
      await using opened = await open(browser, served, '/', { javaScriptEnabled })
      const { page } = opened
      expect(await page.title()).toBe('✗ An incident – WhatsApp tokens')
      expect(await page.locator('#count-fail').innerText()).toMatch(/^121\s*✗ fail$/)
      expect(await page.locator('#wrong li').first().innerText()).toMatch(/token\.revoked\s+91 tokens/)
      expect(await page.locator('#incidents h3').allInnerTexts()).toEqual(['App 100000000000'])
      expect(await page.locator('#work').innerText()).toMatch(/in time[\s\S]*no app[\s\S]*List read/)
      expect([(await ids(page)).length, await page.locator('tbody .badge.fail').count()]).toEqual([100, 100])
    }
  })

  test('finds a token by its id or how it begins, by its tenant, and by what is wrong', async () => {
    await using opened = await open(browser, served)
    const { page } = opened
    await search(page, 'customer-77')
    // The one that was asked for, then those that begin so.
    expect((await ids(page)).slice(0, 3)).toEqual(['customer-77', 'customer-770', 'customer-7700'])
    await search(page, 'real l')
    expect(await ids(page)).toEqual([DEAD, HELD_BACK, GOOD])
    await page.getByRole('link', { name: 'Show all tokens' }).click()
    await page.locator('#wrong').getByRole('link', { name: '30 tokens' }).click()
    await page.waitForURL('**?code=token.expired#tokens')
    expect((await ids(page)).length).toBe(30)
    await page.getByRole('combobox', { name: 'Status' }).selectOption('pass')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.locator('#none', { hasText: 'No token is like this.' }).waitFor()
  })

  test('goes on to the next page and back again', async () => {
    await using opened = await open(browser, served)
    const { page } = opened
    const first = await ids(page)
    await page.getByRole('link', { name: 'Next' }).click()
    await page.waitForURL('**?after=fail**')
    const second = await ids(page)
    expect([second.length, second.some((id) => first.includes(id))]).toEqual([100, false])
    expect(await page.locator('tbody .badge').allInnerTexts()).toEqual(
      second.map((_, n) => (n < 21 ? '✗ fail' : '! warn')),
    )
    await page.getByRole('link', { name: 'Previous' }).click()
    await page.waitForURL('**?before=fail**')
    expect(await ids(page)).toEqual(first)
    expect(await page.getByRole('link', { name: 'Previous' }).count()).toBe(0)
  })

  test('comes to each of the ten thousand once, forwards and backwards', async () => {
    const walk = async (onwards: boolean, start: ListStart): Promise<readonly string[]> => {
      const found: string[] = []
      for (let page: ListPage | null = null, from = start; page === null || page.rows.length > 0;) {
        page = await worstFirst(served.pool, NO_SEARCH, from, 499)
        found.push(...(onwards ? page.rows : page.rows.toReversed()).map(({ status, id }) => `${status} ${id}`))
        const last = onwards ? page.rows.at(-1) : page.rows[0]
        if (last === undefined || !(onwards ? page.hasAfter : page.hasBefore)) break
        from = { direction: onwards ? 'onwards' : 'backwards', place: last }
      }
      return found
    }
    const all = await walk(true, null)
    expect([all.length, new Set(all).size]).toEqual([TOKENS, TOKENS])
    expect([...new Set(all.map((each) => each.split(' ')[0]))]).toEqual(['fail', 'warn', 'unknown', 'pass'])
    const back = await walk(false, { direction: 'backwards', place: { status: 'pass', id: '\uFFFF' } })
    expect(new Set(back)).toEqual(new Set(all))
  })

  test('follows a change without a reload, and leaves what somebody types alone', async () => {
    await using opened = await open(browser, served)
    const { page } = opened
    await page.getByLabel('Id or tenant').pressSequentially('customer-4')
    await page.evaluate('window.held = document.activeElement')
    await served.pool.query("update token_guard.token set status = 'fail' where id = 'customer-421'")
    // As when somebody comes back to the tab.
    await page.evaluate('dispatchEvent(new Event("visibilitychange"))')
    await page.locator('#count-fail', { hasText: '122' }).waitFor()
    expect(await page.evaluate('[document.activeElement === held, held.value, scrollY > 0]')).toEqual([
      true,
      'customer-4',
      true,
    ])
    await served.pool.query("update token_guard.token set status = 'unknown' where id = 'customer-421'")
  })

  test.each(Object.entries(STRANGERS))(
    'a stranger with an id like this is a link to its page: %s',
    async (_what, id) => {
      await using opened = await open(browser, served, `/?q=${encodeURIComponent(id)}`)
      const { page } = opened
      await page.locator('tbody th a').click()
      await page.waitForURL(served.url + tokenPath(id))
      await word(page, 'Verified')
      expect([await page.locator('img').count(), await page.locator('bdi').first().innerText()]).toEqual([
        0,
        id.replace('\u202E', '\\u{202e}').replace('\u2066', '\\u{2066}'),
      ])
      await page.getByRole('link', { name: 'WhatsApp tokens' }).click()
      await page.waitForURL(`${served.url}/`)
    },
  )

  test('one token: what is wrong, what is held, and what changed', async () => {
    await using dead = await open(browser, served, tokenPath(DEAD))
    expect(await dead.page.title()).toBe(`✗ Refused – WhatsApp token ${DEAD}`)
    const text = await dead.page.locator('main').innerText()
    for (const each of ['token.revoked', 'Graph said', 'after pass', 'Fingerprint', 'Real Ltd', 'Next check at'])
      expect(text).toContain(each)
    await using held = await open(browser, served, tokenPath(HELD_BACK))
    expect(await held.page.locator('#word').innerText()).toBe('Warning')
    expect(await held.page.locator('#held').innerText()).toContain('token.revoked')
  })

  test('an id that the fleet does not have is not found', async () => {
    await using opened = await open(browser, served, '/tokens/nobody', { expected: /status of 404/ })
    expect(await opened.page.locator('#sentence').innerText()).toContain('no token with the id nobody')
    const authorization = `Bearer ${OPERATOR}`
    for (const path of ['/tokens/%00', '/tokens/%zz', '/fleet/tokens/%00'])
      expect([path, (await fetch(served.url + path, { headers: { authorization } })).status]).toEqual([path, 404])
    for (const path of ['/?q=%00', '/?after=fail:%00', '/fleet/tokens?tenant=%00'])
      expect([path, (await fetch(served.url + path, { headers: { authorization } })).status]).toEqual([path, 200])
  })

  test.each([
    ['with', '127.0.0.1'],
    ['without', PLAIN_HOST],
  ])('"Verify now" verifies once, and shows the end, %s a script, at %s', async (how, host) => {
    const javaScriptEnabled = how === 'with'
    const origin = `http://${host}:${served.port}`
    await using opened = await open(browser, served, tokenPath(GOOD), { origin, javaScriptEnabled })
    const { page } = opened
    const [before, checkedAt] = [asks(), await page.locator('#asked time').getAttribute('datetime')]
    await page.getByRole('button', { name: 'Verify now' }).click()
    if (javaScriptEnabled) await said(page, 'Verified now. Verified.')
    else await page.waitForFunction(`document.querySelector('#asked time')?.dateTime !== ${JSON.stringify(checkedAt)}`)
    await word(page, 'Verified')
    expect(await page.locator('#asked time').getAttribute('datetime')).not.toBe(checkedAt)
    expect([asks(), page.url()]).toEqual([before + 1, origin + tokenPath(GOOD)])
  })

  test('"Verify now" that takes longer says so', async () => {
    await using opened = await open(browser, served, tokenPath(GOOD))
    const { page } = opened
    await page.route('**/check', (route) => route.fulfill({ status: 202, json: { accepted: true } }))
    await page.getByRole('button', { name: 'Verify now' }).click()
    await page.locator('#notice', { hasText: 'The check takes longer.' }).waitFor()
  })

  test('"Verify now" is not for other sites, and nothing here is for those without the token', async () => {
    const check = `${served.url}/fleet${tokenPath(GOOD)}/check`
    const headers = { authorization: `Bearer ${OPERATOR}`, origin: 'https://evil.example', accept: 'text/html' }
    const before = asks()
    expect((await fetch(check, { method: 'POST', headers, redirect: 'manual' })).status).toBe(403)
    for (const path of ['/', tokenPath(GOOD), tokenPath('nobody')]) {
      const answer = await fetch(served.url + path)
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Basic')])
    }
    expect(asks()).toBe(before)
  })
})
