import { describe, expect, test } from 'bun:test'
import { COMMANDS as WORDS } from '../../src/commands/command-words.ts'
import { FLEET_VARIABLES } from '../../src/config/variables.fleet.ts'
import { VARIABLE_NAMES } from '../../src/config/variables.ts'
import { SCENARIO_NAMES } from '../../src/sandbox/sandbox.ts'
import { independently, independentlyOnOne } from './concurrent.ts'
import { graphError, startGraph, without } from './graph.ts'
import { forEachRuntime, forOneRuntime, isFirst, run, start } from './harness.ts'

const COMMANDS = Object.keys(WORDS)

forOneRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  describe('the command line', () => {
    onOne('explains itself: commands, variables and exit codes', async () => {
      const { code, stdout, stderr } = await run(runtime, ['--help'])
      expect([code, stderr]).toEqual([0, ''])
      const isFleets = (name: string) => name in FLEET_VARIABLES
      for (const name of [...COMMANDS.map((each) => each.split(' ')[0]), ...VARIABLE_NAMES])
        expect([name, stdout.includes(name ?? '')]).toEqual([name, !isFleets(name ?? '')])
      for (const exit of [0, 64, 70, 71, 75, 77, 78]) expect(stdout).toMatch(new RegExp(`^ +${exit} +\\S`, 'm'))
    })

    onOne('explains the variables of a fleet where they are read', async () => {
      const { stdout } = await run(runtime, ['fleet', 'serve', '--help'])
      for (const name of VARIABLE_NAMES) expect(stdout).toContain(name)
    })

    for (const command of COMMANDS)
      onOne(`explains ${command}, and shows the version`, async () => {
        const help = await run(runtime, [...command.split(' '), '--help'])
        const takesEnvFile = !['sandbox', 'demo', 'fleet', 'fleet demo'].includes(command)
        expect([help.code, help.stdout.includes('--env-file <path>')]).toEqual([0, takesEnvFile])
        const version = await run(runtime, [...command.split(' '), '--version'])
        expect([version.code, version.stdout]).toMatchObject([0, expect.stringMatching(/^\d+\.\d+\.\d+\S*\n$/)])
      })

    const WRONG: readonly (readonly [args: readonly string[], hint: RegExp])[] = [
      [['chekc'], /Did you mean check\?/],
      [['check', '--jsno'], /Did you mean --json\?/],
      [['check', 'EAAx'], /too many arguments/],
      [['serve', '--port', '70000'], /Expected .*65535/],
      [['serve', '--port'], /argument missing/],
      [['serve', '--host', 'a b'], /--host/],
      [['sandbox', '--scenario', 'revokd'], /Allowed choices are .*revoked/],
      [['sandbox', '--env-file=/dev/null'], /unknown option '--env-file/],
      [['demo', '--env-file=/dev/null'], /unknown option '--env-file/],
      [[], /Usage:/],
    ]
    for (const [args, hint] of WRONG)
      onOne(`"${args.join(' ')}" is 64, and says what was meant`, async () => {
        const { code, stdout, stderr } = await run(runtime, args)
        expect([code, stdout]).toEqual([64, ''])
        expect(stderr).toMatch(hint)
      })
  })

  describe('check', () => {
    onOne('reports on standard output and logs on standard error', async () => {
      await using graph = startGraph('scope-missing')
      const { code, stdout, stderr } = await run(runtime, ['check'], graph.env)
      expect(code).toBe(77)
      expect(stdout).toContain('✗ scope.missing')
      expect(stdout).toContain('step 4')
      expect(stdout).not.toContain('\u001b')
      expect(stderr).toContain('check.refusal_suspected')
    })

    onOne('--once asks once, and does not wait for a Graph that fails', async () => {
      await using graph = startGraph('failing')
      const env = without(graph.env, 'WHATSAPP_BUSINESS_ACCOUNT_ID', 'WHATSAPP_PHONE_NUMBER_ID')
      expect((await run(runtime, ['check', '--once'], env)).code).toBe(75)
      expect(graph.asked).toEqual(['/debug_token', '/me'])
    })

    onOne('asks a Graph on this machine directly, whatever HTTP_PROXY says', async () => {
      await using graph = startGraph()
      const proxies = { HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: 'elsewhere.example' }
      expect((await run(runtime, ['check', '--once'], { ...graph.env, ...proxies })).code).toBe(0)
    })

    onOne('with --strict a warning exits 77, and a warning about a missing answer exits 75', async () => {
      await using blocked = startGraph('phone-blocked')
      expect((await run(runtime, ['check'], blocked.env)).code).toBe(0)
      expect((await run(runtime, ['check', '--strict'], blocked.env)).code).toBe(77)
      await using silent = startGraph('permanent', {
        answer: (_request, path) => (path.endsWith('/subscribed_apps') ? new Response('', { status: 502 }) : undefined),
      })
      const env = { ...silent.env, TOKEN_GUARD_BOOT_TIMEOUT: '3s' }
      expect((await run(runtime, ['check', '--strict'], env)).code).toBe(75)
    })

    onOne('--json prints a document for a wrong configuration too', async () => {
      const { code, stdout } = await run(runtime, ['check', '--json'], { TOKEN_GUARD_PORT: 'x' })
      expect(code).toBe(78)
      expect(JSON.parse(stdout)).toMatchObject({
        version: 1,
        status: 'fail',
        outcome: 'unverified',
        exitCode: 78,
        checkedAt: null,
        findings: [],
        facts: null,
        faults: [{ name: 'WHATSAPP_TOKEN' }, { name: 'TOKEN_GUARD_PORT' }],
      })
    })

    onOne("lets none of Graph's control characters through", async () => {
      const message = 'Error \u001b[2Jvalidating\u0007 \u202eaccess\u0000 token\r\n{"event":"boot.verified"}'
      await using graph = startGraph('permanent', {
        answer: (_request, path) => (path === '/debug_token' ? undefined : graphError(400, { code: 10, message })),
      })
      const report = await run(runtime, ['check'], graph.env)
      const log = await run(runtime, ['serve'], graph.env)
      expect([report.code, log.code]).toEqual([77, 77])
      for (const { stdout, stderr } of [report, log]) {
        expect(`${stdout}${stderr}`.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e]/u)
        expect(stdout).not.toMatch(/^\{"event":"boot.verified"\}/m)
      }
      expect(report.stdout).toContain('validating')
    })
  })
})

forEachRuntime((runtime) => {
  describe('sandbox', () => {
    independently('shows what it listens with in one line, and plays what it is asked for', async () => {
      await using program = start(runtime, ['sandbox', '--port', '0', '--scenario', 'revoked'], {}, { secrets: [] })
      const line = await program.waitFor('sandbox.listening')
      const { url, token, appId, appSecret } = line as any
      expect(Object.keys(line)).toEqual(
        expect.arrayContaining(['url', 'token', 'businessAccountId', 'phoneNumberId', 'appId', 'appSecret']),
      )
      const inspect = async () => {
        const headers = { authorization: `Bearer ${appId}|${appSecret}` }
        return (await fetch(`${url}/v23.0/debug_token?input_token=${token}`, { headers })).json() as any
      }
      expect((await inspect()).data.is_valid).toBe(false)
      expect((await fetch(`${url}/__sandbox/scenario/permanent`, { method: 'PUT' })).status).toBe(200)
      expect((await inspect()).data.is_valid).toBe(true)
      expect((await fetch(`${url}/__sandbox/scenario/none`, { method: 'PUT' })).status).toBe(404)
      const seen: any = await (await fetch(`${url}/__sandbox`)).json()
      expect([seen.scenario, seen.scenarios.toSorted()]).toEqual(['permanent', [...SCENARIO_NAMES].toSorted()])
      expect(seen.requests.at(-1).path).toContain('/debug_token')
      expect(JSON.stringify(seen)).not.toContain(token)
      program.kill('SIGTERM')
      expect(await program.exit).toEqual({ code: 0, signal: null })
    })
  })

  // One after another: each takes the sandbox's own port where it is free.
  describe('demo', () => {
    test('runs both, shows what to open and what to type, and drifts when it is typed', async () => {
      await using program = start(runtime, ['demo', '--port', '0'])
      await program.until('the invitation', () => /Ctrl-C ends it/.test(program.stdout) || undefined)
      expect((await program.ask('/health/token')).json.status).toBe('pass')
      const [, url = ''] =
        /curl -X PUT (http:\/\/127\.0\.0\.1:\d+\/__sandbox\/scenario\/scope-missing)/.exec(program.stdout) ?? []
      await fetch(url, { method: 'PUT' })
      await program.waitFor('token.refused')
      expect((await program.ask('/health/token')).status).toBe(503)
      program.kill('SIGINT')
      expect(await program.exit).toEqual({ code: 0, signal: null })
      expect(await fetch(url, { method: 'PUT' }).catch(() => 'gone')).toBe('gone')
    }, 60_000)

    const twoAtATime = async () => {
      await using first = start(runtime, ['demo', '--port', '0'])
      await first.waitFor('server.listening')
      await using second = start(runtime, ['demo', '--port', '0'])
      await second.waitFor('server.listening')
      expect((await second.ask('/health/token')).status).toBe(200)
      await using third = start(runtime, ['demo', '--port', String(await first.port())])
      expect((await third.exit).code).toBe(71)
    }
    if (isFirst(runtime)) test('two at a time do not disturb each other', twoAtATime, 60_000)
  })
})
