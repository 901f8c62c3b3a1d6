import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser } from 'playwright-core'
import { faultsOf, hasChromium, launch, open } from './browser.ts'
import { serve, type Served, type Setting } from './page.ts'

/** The status page in a real browser: each state, in each light, on a desk and on a phone, and on paper. */

/** Without compression. A page with every finding may be larger. */
const HTML_BYTES_MAX = { normal: 16 * 1024, any: 24 * 1024 }

type State = {
  readonly name: string
  readonly word: string
  /** Somewhere on the page. */
  readonly says: readonly (string | RegExp)[]
  readonly mark: string
  readonly path?: string
  readonly setting?: Setting
  readonly prepare?: (served: Served) => Promise<void>
}

const STATES: readonly State[] = [
  { name: 'pass', word: 'Verified', mark: '✓', says: ['all is as it should be', /Token last checked .* UTC/] },
  {
    name: 'warn',
    word: 'Warning',
    mark: '!',
    setting: { scenario: 'phone-blocked' },
    says: ['phone.blocked', 'Register the number again'],
  },
  {
    name: 'refused',
    word: 'Refused',
    mark: '✗',
    prepare: (served) => served.turn('revoked'),
    says: ['token.revoked', 'find out by whom', 'Guide: step 4'],
  },
  {
    name: 'unverified',
    word: 'Unverified',
    mark: '?',
    setting: { scenario: 'failing', bootUnverified: 'start', bootTimeout: '1s' },
    says: [
      'Graph has not said anything about the token yet',
      /Last attempt, without an answer: .* UTC/,
      'graph.failing',
    ],
  },
  {
    name: 'stale',
    word: 'Stale',
    mark: '✗',
    setting: { checkInterval: '1s', staleAfter: '2s', staleStatus: 'fail' },
    prepare: async ({ graph, guard }) => {
      graph.play('failing')
      while (guard.state.status !== 'fail') await graph.further('/debug_token', 1)
    },
    says: ['graph.stale', 'graph.failing', /Last attempt, without an answer/],
  },
  {
    name: 'stopping',
    word: 'Stopping',
    mark: '?',
    prepare: ({ guard }) => guard.stop(),
    says: ['The service is stopping.'],
  },
  { name: 'off', word: 'Off', mark: '?', setting: { mode: 'off' }, says: ['the token is not verified'] },
  {
    name: 'report',
    word: 'Refused',
    mark: '✗',
    setting: { mode: 'report', scenario: 'scope-missing' },
    says: ['TOKEN_GUARD_MODE=report', 'scope.missing'],
  },
  {
    name: 'rotate',
    word: 'Verified',
    mark: '✓',
    setting: { expiry: 'rotate', scenario: 'sixty-days' },
    says: [/Issued\s*(59|60) min ago/, /Renew from\s*in 45 days/, /Expires\s*in 59 days/],
  },
  {
    name: 'temporary',
    word: 'Warning',
    mark: '!',
    setting: { expiry: 'temporary', scenario: 'temporary' },
    says: ['token.expires_soon', /Expires\s*in 22 hours/],
  },
  {
    name: 'operator',
    word: 'Warning',
    mark: '!',
    path: '/operator',
    prepare: (served) => served.turn('phone-blocked'),
    says: [
      'phone.status',
      '"CONNECTED" → "DISCONNECTED"',
      /Fingerprint\s*[0-9a-f]{12}/,
      '106070809010203',
      'Verify now',
    ],
  },
]

describe.skipIf(!hasChromium)('the page in Chromium', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser.close())

  describe.each(STATES.map((state) => [state.name, state] as const))('%s', (_name, state) => {
    const { word, says, mark, path, setting, prepare } = state
    let served: Served
    beforeAll(async () => {
      served = await serve(setting)
      await prepare?.(served)
    })
    afterAll(() => served[Symbol.asyncDispose]())

    test('says so in a word, with what there is to know, in the tab too', async () => {
      await using opened = await open(browser, served, path)
      const { page } = opened
      expect(await page.locator('h1').innerText()).toBe(word)
      expect(await page.title()).toBe(`${mark} ${word} – WhatsApp token`)
      expect(decodeURIComponent((await page.locator('[rel=icon]').getAttribute('href')) ?? '')).toContain(
        `>${mark}</text>`,
      )
      const text = await page.locator('body').innerText()
      for (const each of says) expect(text).toMatch(each)
      expect(opened.bytes).toBeLessThan(HTML_BYTES_MAX[mark === '✓' ? 'normal' : 'any'])
    })

    test('without a script it says the same', async () => {
      await using opened = await open(browser, served, path, { javaScriptEnabled: false })
      const text = await opened.page.locator('body').innerText()
      for (const each of [word, ...says]) expect(text).toMatch(each)
      expect(text).toContain('Loads anew every 15 s')
    })

    test('axe finds nothing, in the light and in the dark, wide and narrow, and nothing sticks out', async () => {
      await using opened = await open(browser, served, path)
      for (const width of [1280, 390, 320])
        for (const colorScheme of ['light', 'dark'] as const) {
          await opened.page.setViewportSize({ width, height: 800 })
          await opened.page.emulateMedia({ colorScheme })
          if (width !== 320) expect([width, colorScheme, await faultsOf(opened.page)]).toEqual([width, colorScheme, []])
          expect(await opened.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
        }
    })

    test('on paper it has no button, and everything open', async () => {
      await using opened = await open(browser, served, path)
      await opened.page.emulateMedia({ media: 'print' })
      expect(await opened.page.locator('button').filter({ visible: true }).count()).toBe(0)
      for (const dl of await opened.page.locator('details dl').all())
        expect((await dl.boundingBox())?.height).toBeGreaterThan(20)
      expect((await opened.page.pdf()).subarray(0, 5).toString()).toBe('%PDF-')
    })
  })

  test('axe would see a fault', async () => {
    await using served = await serve()
    await using opened = await open(browser, served)
    await opened.page.evaluate('document.querySelector("h1").style.color = "#0c8048"')
    expect(await faultsOf(opened.page)).toEqual([expect.stringMatching(/^color-contrast: <h1/)])
  })

  test('there is no motion for those who prefer less', async () => {
    await using served = await serve()
    for (const [reducedMotion, count] of [
      ['reduce', 0],
      ['no-preference', 1],
    ] as const) {
      await using opened = await open(browser, served, '/', { reducedMotion })
      expect(await opened.page.evaluate('document.getAnimations().length')).toBe(count)
    }
  })
})
