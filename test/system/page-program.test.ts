import { describe, expect, test } from 'bun:test'
import { startGraph } from '../process/graph.ts'
import { forOneRuntime, start } from '../process/harness.ts'
import { hasChromium, launch, open } from './browser.ts'

/** The page of the program itself, as each runtime writes it. */

forOneRuntime((runtime) => {
  describe.skipIf(!hasChromium)('the page of serve in Chromium', () => {
    test('runs its script, follows a stop, and says when the service has gone', async () => {
      await using browser = await launch()
      await using graph = startGraph()
      await using program = start(runtime, ['serve'], { ...graph.env, TOKEN_GUARD_STOP_DELAY: '8s' })
      const served = { url: `http://127.0.0.1:${await program.port()}` }
      await using opened = await open(browser, served, '/', { expected: /ERR_CONNECTION_REFUSED/ })
      const { page } = opened
      await page.locator('#asked', { hasText: / [2-9] s ago/ }).waitFor()
      expect(await page.title()).toBe('✓ Verified – WhatsApp token')

      program.kill('SIGTERM')
      await page.locator('#word', { hasText: 'Stopping' }).waitFor()
      await page.locator('#notice', { hasText: /^The service does not answer\. Last heard \d+ s ago\.$/ }).waitFor()
      expect(await program.exit).toEqual({ code: 0, signal: null })
    })
  })
})
