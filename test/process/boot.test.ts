import { describe, expect } from 'bun:test'
import { independently, independentlyOnOne } from './concurrent.ts'
import { freePort, graphError, startGraph, variables, without } from './graph.ts'
import { forEachRuntime, run, start, type Environment, type Line } from './harness.ts'

const START: Environment = { TOKEN_GUARD_BOOT_UNVERIFIED: 'start', TOKEN_GUARD_BOOT_TIMEOUT: '1s' }
const REPORT: Environment = { TOKEN_GUARD_MODE: 'report' }
const OFF: Environment = { TOKEN_GUARD_MODE: 'off' }

const codesOf = (line: Line): readonly string[] => line['findings'].map(({ code }: { code: string }) => code)
const inspections = (asked: readonly string[]) => asked.filter((path) => path === '/debug_token').length

/** Only the token: nothing else is asked. */
const tokenAlone = (env: Environment) => without(env, 'WHATSAPP_BUSINESS_ACCOUNT_ID', 'WHATSAPP_PHONE_NUMBER_ID')

forEachRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  describe('boot', () => {
    independently('waits for a Graph that comes late', async () => {
      const port = freePort()
      await using program = start(runtime, ['serve'], variables(`http://127.0.0.1:${port}`))
      const silent = await program.waitFor('check.unverified')
      expect(codesOf(silent)).toEqual(['graph.unreachable'])
      expect(silent['retryInMs']).toBeGreaterThan(0)
      await using _graph = startGraph('permanent', { port })
      expect((await program.waitFor('boot.verified'))['findings']).toEqual([])
      expect((await program.ask('/health/token')).status).toBe(200)
    })

    independently('gives up with 75 if nothing listens at the address, and says what failed', async () => {
      const env = { ...variables(`http://127.0.0.1:${freePort()}`), TOKEN_GUARD_BOOT_TIMEOUT: '1s' }
      const { code, lines } = await run(runtime, ['serve'], env)
      const [last] = lines.slice(-1)
      expect(code).toBe(75)
      expect(last).toMatchObject({ event: 'boot.unverified', exitCode: 75, level: 'fatal' })
      expect(last?.['msg']).toMatch(/refused|ECONNREFUSED/i)
    })

    onOne('listens only after the token has passed', async () => {
      const port = freePort()
      const asked = Promise.withResolvers<void>()
      const released = Promise.withResolvers<void>()
      await using graph = startGraph('permanent', {
        answer: async () => {
          asked.resolve()
          await released.promise
          return graphError(400, { code: 190, message: 'Invalid OAuth access token.' })
        },
      })
      await using program = start(runtime, ['serve'], { ...tokenAlone(graph.env), TOKEN_GUARD_PORT: String(port) })
      await asked.promise
      expect(await fetch(`http://127.0.0.1:${port}/health/live`).catch(() => 'refused')).toBe('refused')
      released.resolve()
      expect((await program.exit).code).toBe(77)
    })

    onOne('asks a second time before it refuses, one second later', async () => {
      await using graph = startGraph('revoked')
      const startedMs = performance.now()
      const { code, lines } = await run(runtime, ['serve'], tokenAlone(graph.env))
      expect([code, inspections(graph.asked)]).toEqual([77, 2])
      expect(performance.now() - startedMs).toBeGreaterThan(1_000)
      expect(lines.map(({ event }) => event)).toEqual(['check.refusal_suspected', 'boot.refused'])
    })

    onOne('lets an odd refusal pass: the second answer counts', async () => {
      await using graph = startGraph('odd-once')
      await using program = start(runtime, ['serve'], tokenAlone(graph.env))
      await program.waitFor('boot.verified')
      expect([inspections(graph.asked), program.lines('check.refusal_suspected').length]).toEqual([2, 1])
    })

    onOne('asks nothing more where Graph wants to be left alone beyond the boot time', async () => {
      await using graph = startGraph('permanent', {
        answer: () =>
          graphError(429, { code: 4, message: 'Application request limit reached' }, { 'retry-after': '60' }),
      })
      const startedMs = performance.now()
      const env = { ...tokenAlone(graph.env), TOKEN_GUARD_BOOT_TIMEOUT: '4s' }
      const { code, lines } = await run(runtime, ['serve'], env)
      expect([code, inspections(graph.asked)]).toEqual([75, 1])
      expect(performance.now() - startedMs).toBeGreaterThan(3_900)
      expect(codesOf(lines.at(-1) as Line)).toEqual(['graph.rate_limited'])
    })

    independently('ends in time when Graph hangs', async () => {
      await using graph = startGraph('hanging')
      const startedMs = performance.now()
      const { code } = await run(runtime, ['serve'], { ...graph.env, TOKEN_GUARD_BOOT_TIMEOUT: '1s' })
      expect(code).toBe(75)
      expect(performance.now() - startedMs).toBeLessThan(5_000)
    })

    onOne('goes on without a number that does not answer, which is a warning', async () => {
      await using graph = startGraph('permanent', {
        answer: (_request, path) =>
          path === `/${variables('').WHATSAPP_PHONE_NUMBER_ID}` ? new Response('', { status: 503 }) : undefined,
      })
      await using program = start(runtime, ['serve'], { ...graph.env, TOKEN_GUARD_BOOT_TIMEOUT: '3s' })
      await program.waitFor('boot.verified')
      const { status, json } = await program.ask('/health/token')
      expect([status, json.status]).toEqual([200, 'warn'])
      expect(json.checks['whatsapp:phone-number']).toMatchObject([{ status: 'warn', code: 'graph.failing' }])
      expect(json.checks['token:validity']).toMatchObject([{ status: 'pass' }])
    })
  })

  describe('an unverified start', () => {
    onOne('serves 503 until the token has passed', async () => {
      await using graph = startGraph('failing')
      await using program = start(runtime, ['serve'], { ...graph.env, ...START, TOKEN_GUARD_CHECK_INTERVAL: '1s' })
      expect((await program.waitFor('boot.unverified'))['exitCode']).toBeNull()
      const paths = ['/health/token', '/health/ready', '/health/live']
      const statuses = async () =>
        (await Promise.all(paths.map((path) => program.ask(path)))).map(({ status }) => status)
      expect(await statuses()).toEqual([503, 503, 200])
      graph.play('permanent')
      await program.waitFor('boot.verified')
      expect(await statuses()).toEqual([200, 200, 200])
    })

    onOne('is not ended by a refusal that comes later', async () => {
      await using graph = startGraph('failing')
      await using program = start(runtime, ['serve'], { ...graph.env, ...START, TOKEN_GUARD_CHECK_INTERVAL: '1s' })
      await program.waitFor('boot.unverified')
      graph.play('revoked')
      expect(codesOf(await program.waitFor('token.refused'))).toEqual(['token.revoked'])
      const { status, json } = await program.ask('/health/token')
      expect([status, json.checks['token:validity'][0].code]).toEqual([503, 'token.revoked'])
      expect((await program.ask('/health/live')).status).toBe(200)
    })
  })

  describe('TOKEN_GUARD_MODE', () => {
    onOne('report starts in spite of a refusal, and shows the code it would have ended with', async () => {
      await using graph = startGraph('scope-missing')
      await using program = start(runtime, ['serve'], { ...graph.env, ...REPORT })
      const line = await program.waitFor('boot.would_refuse')
      expect([line['exitCode'], codesOf(line)]).toEqual([77, ['scope.missing']])
      expect((await program.ask('/health/token')).status).toBe(503)
      expect((await program.ask('/health/live')).status).toBe(200)
    })

    onOne('report changes nothing for a wrong configuration, nor for check', async () => {
      await using graph = startGraph('revoked')
      expect((await run(runtime, ['serve'], { ...REPORT, WHATSAPP_TOKEN: 'TODO' })).code).toBe(78)
      expect((await run(runtime, ['check'], { ...tokenAlone(graph.env), ...REPORT })).code).toBe(77)
    })

    onOne('off asks nothing, and says why /health/token is 503', async () => {
      await using graph = startGraph()
      await using program = start(runtime, ['serve'], { ...OFF, GRAPH_API_URL: graph.url, TOKEN_GUARD_PORT: '0' })
      const { status, json } = await program.ask('/health/token')
      expect([status, json.output]).toEqual([503, 'TOKEN_GUARD_MODE=off: the token is not verified.'])
      expect(program.lines('config.warning').map((line) => line['name'])).toEqual(['TOKEN_GUARD_MODE'])
      expect(graph.asked).toEqual([])
    })

    onOne('off is a fault in production, and no verdict for check', async () => {
      const ended = await run(runtime, ['serve'], { ...OFF, NODE_ENV: 'production' })
      expect([ended.code, ended.lines.at(-1)?.['faults'][0].name]).toEqual([78, 'TOKEN_GUARD_MODE'])
      expect((await run(runtime, ['check'], OFF)).code).toBe(75)
    })
  })
})
