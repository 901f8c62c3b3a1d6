import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { faultsOf, hasChromium, launch, open, PLAIN_HOST } from './browser.ts'
import { OPERATOR, serve, type Served } from './page.ts'

/** What the status page does while an operator looks at it. */

describe.skipIf(!hasChromium)('the page in Chromium, live,', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser.close())

  const word = (page: Page, text: string) => page.locator('#word', { hasText: text }).waitFor()
  const said = (page: Page, text: string) => page.locator('#said', { hasText: text }).waitFor({ state: 'attached' })
  const verifications = ({ graph }: Served) => graph.asked.filter((path) => path === '/debug_token').length
  const focused = (page: Page) => page.evaluate<string>('document.activeElement.innerText')

  test('follows a change without a reload: focus, scroll and open sections stay, and it is announced once', async () => {
    await using served = await serve()
    await served.turn('phone-blocked')
    await using opened = await open(browser, served, '/operator', { viewport: { width: 900, height: 400 } })
    const { page } = opened
    const drift = page.locator('details').first()
    await drift.locator('summary').click()
    // A page that was loaded anew would know nothing of this.
    await page.evaluate('window.held = [document.activeElement, document.querySelector("details[open]")]')
    const topOfFocused = () => page.evaluate<number>('document.activeElement.getBoundingClientRect().top')
    const top = await topOfFocused()
    expect([await page.evaluate('scrollY > 0'), top]).toEqual([true, expect.any(Number)])

    await served.turn('revoked')
    await word(page, 'Refused')
    expect(await page.title()).toBe('✗ Refused – WhatsApp token')
    expect(decodeURIComponent((await page.locator('[rel=icon]').getAttribute('href')) ?? '')).toContain('>✗<')
    await said(page, 'Refused. The token was revoked through the API')
    expect(
      await page.evaluate('[document.activeElement === held[0], document.querySelector("details[open]") === held[1]]'),
    ).toEqual([true, true])
    expect(Math.abs((await topOfFocused()) - top)).toBeLessThan(2)
  })

  test('counts the time since the last check', async () => {
    await using served = await serve()
    await using opened = await open(browser, served)
    await opened.page.locator('#asked', { hasText: /\b3 s ago/ }).waitFor()
    await opened.page.locator('#asked', { hasText: /\b4 s ago/ }).waitFor()
  })

  test('says that the service is gone and since when, and that it is back', async () => {
    await using served = await serve()
    await using opened = await open(browser, served, '/', { expected: /ERR_CONNECTION_REFUSED/ })
    const { page } = opened
    const notice = page.locator('#notice')
    expect(await notice.isVisible()).toBe(false)
    await served.vanish()
    await page
      .getByText(/^The service does not answer\. Last heard \d+ s ago\.$/)
      .first()
      .waitFor()
    await said(page, 'The service does not answer.')
    expect(await page.title()).toBe('? No answer – WhatsApp token')
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await faultsOf(page)).toEqual([])
    }
    const first = await notice.innerText()
    await page.locator('#notice', { hasNotText: first }).waitFor()

    served.back()
    await said(page, 'The service answers again. Verified.')
    expect(await notice.isVisible()).toBe(false)
    expect(await page.title()).toBe('✓ Verified – WhatsApp token')
  })

  test('"Verify now" is reached and pressed by keys, verifies once, keeps the focus and shows the end', async () => {
    await using served = await serve()
    // An operator may log in by the address too: fetch would refuse an address with a credential.
    const origin = served.url.replace('//', `//operator:${OPERATOR}@`)
    await using opened = await open(browser, served, '/operator', { origin })
    const { page } = opened
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Verify now')
    const before = verifications(served)
    served.graph.play('slow')
    await page.keyboard.press('Enter')
    await said(page, 'Verifying.')
    expect(await focused(page)).toBe('Verifying…')
    await page.keyboard.press('Enter')
    await said(page, 'Verified now. Verified.')
    expect([verifications(served), await focused(page)]).toEqual([before + 1, 'Verify now'])
    expect(page.url()).toEndWith('/operator')
  })

  test('"Verify now" that is refused says so, to the eye too', async () => {
    await using served = await serve()
    await using opened = await open(browser, served, '/operator', { expected: /status of 429/ })
    const { page } = opened
    await page.route('**/health/token/check', (route) => route.fulfill({ status: 429 }))
    await page.getByRole('button', { name: 'Verify now' }).click()
    const text = 'Not verified: the service answers with 429.'
    await page.locator('#notice', { hasText: text }).waitFor()
    await said(page, text)
    // The next answer is good news.
    await page.locator('#notice').waitFor({ state: 'hidden' })
  })

  test.each(['127.0.0.1', PLAIN_HOST])('"Verify now" works without a script, at %s', async (host) => {
    await using served = await serve()
    const origin = `http://${host}:${served.port}`
    await using opened = await open(browser, served, '/operator', { origin, javaScriptEnabled: false })
    const { page } = opened
    served.graph.play('phone-blocked')
    await page.getByRole('button', { name: 'Verify now' }).click()
    await word(page, 'Warning')
    expect(page.url()).toBe(`${origin}/operator`)
  })

  test.each(['/', '/token'])('mounted at %s, its links and its button find their places', async (at) => {
    await using served = await serve({ at })
    await using opened = await open(browser, served, at)
    const { page } = opened
    const hrefs = () => page.evaluate<string[]>('[...document.querySelectorAll("nav a")].map(({ href }) => href)')
    const places = ['/health/token', '/metrics'].map((path) => served.url + path)
    const operator = `${at === '/' ? '' : at}/operator`
    expect(await hrefs()).toEqual([served.url + operator, ...places])
    await page.getByRole('link', { name: 'Operator' }).click()
    await page.waitForURL(served.url + operator)
    expect(await hrefs()).toEqual([served.url + at, ...places])
    served.graph.play('phone-blocked')
    await page.getByRole('button', { name: 'Verify now' }).click()
    await said(page, 'Verified now. Warning.')
    await word(page, 'Warning')
  })

  test("another site's form does not verify, whoever is logged in", async () => {
    await using served = await serve()
    const html = `<form method="post" action="${served.url}/health/token/check"><button>Win</button></form>`
    using evil = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: () => new Response(html, { headers: { 'content-type': 'text/html' } }),
    })
    await using opened = await open(browser, served, '/operator', { expected: /./ })
    const before = verifications(served)
    await opened.page.goto(`http://${PLAIN_HOST}:${evil.port}/`)
    const answered = opened.page.waitForResponse(
      (response) => response.url().endsWith('/check') && response.status() !== 401,
    )
    await opened.page.getByRole('button').click()
    expect((await answered).status()).toBe(403)
    expect(verifications(served)).toBe(before)
  })

  test('markup from Graph stays text', async () => {
    const evil = '<img src=x onerror=document.title=1>'
    await using served = await serve({
      answer: (_request, path) =>
        path === '/debug_token'
          ? Response.json({ data: { is_valid: false, error: { code: 190, message: evil, subcode: 460 } } })
          : undefined,
    })
    await using opened = await open(browser, served, '/operator')
    expect(await opened.page.locator('body').innerText()).toContain(evil)
    expect(await opened.page.locator('img').count()).toBe(0)
  })
})
