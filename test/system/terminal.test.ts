import { afterAll, describe, expect, test } from 'bun:test'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { has, run, RUNTIMES, type Runtime } from './programs.ts'

const graph = createSandbox()
const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: graph.fetch })
afterAll(() => server.stop(true))

const ESCAPE = '\u001b['
const env = { GRAPH_API_URL: server.url.origin, WHATSAPP_TOKEN: graph.token, TERM: 'xterm' }

/** Runs on a pseudo-terminal of util-linux' `script`. */
function onTerminal({ command }: Runtime, args: string, more: Record<string, string> = {}) {
  return run(['script', '-qec', `${command.join(' ')} ${args}`, '/dev/null'], { ...env, ...more })
}

for (const runtime of RUNTIMES)
  describe.skipIf(runtime.isMissing || !has('script'))(`on a terminal under ${runtime.name}`, () => {
    test('check shows a coloured report and no log lines', async () => {
      graph.play('permanent')
      const { stdout, code } = await onTerminal(runtime, 'check')
      expect(code).toBe(0)
      expect(stdout).toContain(ESCAPE)
      expect(stdout).toContain('The token is verified. (exit 0)')
      expect(stdout).not.toContain('"event"')
    })

    test('NO_COLOR leaves the report plain', async () => {
      graph.play('permanent')
      const { stdout } = await onTerminal(runtime, 'check', { NO_COLOR: '1' })
      expect(stdout).not.toContain(ESCAPE)
      expect(stdout).toMatch(/✓ token +valid/)
    })

    test('serve shows a refusal as a report that names the step of the guide', async () => {
      graph.play('scope-missing')
      const { stdout, code } = await onTerminal(runtime, 'serve --port 0', { NO_COLOR: '1' })
      expect(code).toBe(77)
      expect(stdout).toContain('✗ scope.missing')
      expect(stdout).toContain('expected    whatsapp_business_management')
      expect(stdout).toContain('step 4: generate the token')
      expect(stdout).toContain('The token is refused. Nothing starts (exit 77).')
      expect(stdout).not.toContain('"event"')
    })

    test('faults of the configuration are listed as text', async () => {
      const { stdout, code } = await onTerminal(runtime, 'serve', {
        NO_COLOR: '1',
        TOKEN_GUARD_PORT: 'x',
        LOG_LEVEL: 'loud',
      })
      expect(code).toBe(78)
      expect(stdout).toContain('2 things are wrong with the configuration.')
      expect(stdout).toContain('✗ TOKEN_GUARD_PORT is "x"')
      expect(stdout).toContain('✗ LOG_LEVEL is "loud"')
    })

    test('the sandbox prints its values as variables ready to paste', async () => {
      const command = ['script', '-qec', `${runtime.command.join(' ')} sandbox --port 0`, '/dev/null']
      const { stdout } = await run(command, { TERM: 'xterm' }, /what it was asked/)
      expect(stdout).toMatch(/^GRAPH_API_URL=http:\/\/127\.0\.0\.1:\d+\r?$/m)
      expect(stdout).toMatch(/^WHATSAPP_TOKEN=EAASANDBOX[A-Za-z0-9]+\r?$/m)
    })
  })
