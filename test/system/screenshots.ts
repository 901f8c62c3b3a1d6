import { mkdirSync, writeFileSync } from 'node:fs'
import type { ScenarioName } from '../../src/sandbox/sandbox.ts'
import { launch } from './browser.ts'
import { OPERATOR, serve, type Setting } from './page.ts'
import { smallPng } from './small-png.ts'

/** Draws the pictures of the documentation anew: `bun test/system/screenshots.ts [folder]`. */

const FOLDER = process.argv[2] ?? new URL('../../docs/images', import.meta.url).pathname
const WIDE = { width: 1280, height: 800 }
const PHONE = { width: 390, height: 844 }

type Shot = {
  readonly name: string
  readonly viewport: typeof WIDE
  readonly colorScheme: 'light' | 'dark'
  readonly path?: string
  readonly setting?: Setting
  /** Played after the start, one after the other. */
  readonly turns?: readonly ScenarioName[]
}

const ROTATE: Setting = { expiry: 'rotate', scenario: 'sixty-days' }

const SHOTS: readonly Shot[] = [
  { name: 'page-verified', viewport: WIDE, colorScheme: 'light' },
  { name: 'page-refused-dark', viewport: WIDE, colorScheme: 'dark', turns: ['revoked'] },
  { name: 'page-phone', viewport: PHONE, colorScheme: 'light', setting: ROTATE },
  {
    name: 'page-operator',
    viewport: WIDE,
    colorScheme: 'light',
    path: '/operator',
    turns: ['phone-blocked'],
  },
]

mkdirSync(FOLDER, { recursive: true })
await using browser = await launch()
for (const shot of SHOTS) await draw(shot)

async function draw({ name, viewport, colorScheme, path = '/', setting, turns = [] }: Shot): Promise<void> {
  await using served = await serve(setting)
  for (const scenario of turns) await served.turn(scenario)
  const httpCredentials = { username: 'operator', password: OPERATOR }
  const context = await browser.newContext({ viewport, colorScheme, httpCredentials })
  const page = await context.newPage()
  await page.goto(served.url + path)
  const picture = await page.screenshot({ fullPage: true, animations: 'disabled' })
  writeFileSync(`${FOLDER}/${name}.png`, await smallPng(browser, picture))
  await context.close()
}
