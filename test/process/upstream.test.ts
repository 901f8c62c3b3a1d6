import { describe, expect } from 'bun:test'
import { independently, independentlyOnOne } from './concurrent.ts'
import { freePort, startGraph } from './graph.ts'
import { forEachRuntime, run, start, type Environment } from './harness.ts'
import { exchange } from './sockets.ts'

/** Replicas of one bot ask one guard, and ask Graph if that guard cannot answer. */

const QUICK: Environment = { TOKEN_GUARD_BOOT_TIMEOUT: '3s' }
const UPSTREAM = '/upstream'
const inspections = (asked: readonly string[]) => asked.filter((path) => path === '/debug_token').length

forEachRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)

  describe('a guard with an upstream', () => {
    independently(
      'asks Graph nothing while the other guard has heard from it, at the start and in service',
      async () => {
        await using graph = startGraph()
        await using first = start(runtime, ['serve'], graph.env)
        const env = {
          ...graph.env,
          TOKEN_GUARD_UPSTREAM: `http://127.0.0.1:${await first.port()}/`,
          TOKEN_GUARD_CHECK_INTERVAL: '1s',
          LOG_LEVEL: 'debug',
        }
        const asked = graph.asked.length
        await using second = start(runtime, ['serve'], env)
        await second.port()
        const used = () => second.lines('upstream.used').length
        await second.until('four answers', () => used() >= 4 || undefined)
        // An upstream has a second. On a busy machine it may take longer, and then Graph is asked instead.
        const late = second.lines('upstream.unusable').map((line) => line['problem'])
        expect(late).toEqual(late.map(() => expect.stringContaining('time-out')))
        const isLate = late.length > 0
        if (!isLate) expect(graph.asked).toHaveLength(asked)
        const { status, json } = await second.ask('/health/token')
        expect([status, json.status]).toEqual([200, 'pass'])
        if (!isLate) expect(json.checks['graph:reachability'][0].output).toContain('TOKEN_GUARD_UPSTREAM')
        // What was borrowed is not handed on.
        await using third = start(runtime, ['serve'], {
          ...env,
          TOKEN_GUARD_UPSTREAM: `http://127.0.0.1:${await second.port()}`,
        })
        await third.port()
        expect(third.lines('upstream.unusable')).toHaveLength(1)
        expect(graph.asked.length).toBeGreaterThan(asked)
      },
    )

    onOne('asks Graph where the other one is away, of another policy or token, or too old', async () => {
      await using graph = startGraph()
      await using first = start(runtime, ['serve'], graph.env)
      const url = `http://127.0.0.1:${await first.port()}`
      const other = await graph.issue()
      for (const [env, problem] of [
        [{ TOKEN_GUARD_UPSTREAM: `http://127.0.0.1:${freePort()}` }, /^connection: refused|time-out/],
        [{ TOKEN_GUARD_UPSTREAM: url, TOKEN_GUARD_EXPIRY: 'rotate' }, /answers 404/],
        [{ TOKEN_GUARD_UPSTREAM: url, WHATSAPP_TOKEN: other }, /answers 404/],
        [{ TOKEN_GUARD_UPSTREAM: url, TOKEN_GUARD_UPSTREAM_MAX_AGE: '1ms' }, null],
      ] as const) {
        const before = inspections(graph.asked)
        const secrets = [other]
        await using program = start(runtime, ['serve'], { ...graph.env, ...env }, { secrets })
        await program.port()
        expect(inspections(graph.asked)).toBe(before + 1)
        const problems = program.lines('upstream.unusable').map((line) => line['problem'])
        expect(problems).toEqual(problem === null ? [] : [expect.stringMatching(problem)])
      }
    })

    onOne('whose token is refused is refused by Graph alone', async () => {
      await using graph = startGraph()
      await using first = start(runtime, ['serve'], { ...graph.env, TOKEN_GUARD_CHECK_INTERVAL: '1s' })
      const env = { ...graph.env, ...QUICK, TOKEN_GUARD_UPSTREAM: `http://127.0.0.1:${await first.port()}` }
      graph.play('revoked')
      await first.waitFor('token.refused')
      expect((await run(runtime, ['serve'], env)).code).toBe(77)
      graph.play('failing')
      expect((await run(runtime, ['serve'], env)).code).toBe(75)
    })

    onOne('that names itself, or another one that names it, still asks Graph', async () => {
      await using graph = startGraph()
      const [one, other] = [freePort(), freePort()]
      const envOf = (port: number, upstream: number) => ({
        ...graph.env,
        TOKEN_GUARD_PORT: String(port),
        TOKEN_GUARD_UPSTREAM: `http://127.0.0.1:${upstream}`,
        TOKEN_GUARD_CHECK_INTERVAL: '1s',
        TOKEN_GUARD_UPSTREAM_MAX_AGE: '2s',
      })
      {
        await using self = start(runtime, ['serve'], envOf(one, one))
        await self.port()
        await graph.further('/debug_token', 3)
        expect((await self.ask('/health/token')).json.status).toBe('pass')
      }
      await using first = start(runtime, ['serve'], envOf(one, other))
      await first.port()
      await using second = start(runtime, ['serve'], envOf(other, one))
      await second.port()
      await graph.further('/debug_token', 4)
      graph.play('revoked')
      await Promise.all([first.waitFor('token.refused'), second.waitFor('token.refused')])
    })
  })

  onOne('/upstream answers only who holds the token, and slows down who guesses', async () => {
    await using graph = startGraph()
    await using program = start(runtime, ['serve'], graph.env)
    const port = await program.port()
    const ask = async (query: string) =>
      Number(/^HTTP\/1\.\d (\d+)/.exec(await exchange(port, `GET ${UPSTREAM}${query} HTTP/1.0\r\n\r\n`))?.[1])
    const statuses: number[] = []
    for (let nth = 0; nth < 12; nth++)
      statuses.push(await ask(nth === 0 ? '' : `?nonce=${'0'.repeat(32)}&proof=${nth}`))
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 404), 429, 429])
    expect((await program.ask('/health/token')).status).toBe(200)
  })

  onOne(
    'an address of another guard that is none is a fault, and plain http to a private host is warned of',
    async () => {
      await using graph = startGraph()
      for (const url of ['token-guard:3000', 'http://guard.example', 'https://a.example/?x=1', 'ftp://x']) {
        const { code, lines } = await run(runtime, ['serve'], { ...graph.env, TOKEN_GUARD_UPSTREAM: url })
        const [fault] = lines.find(({ event }) => event === 'config.invalid')?.['faults'] ?? []
        expect([url, code, fault?.name]).toEqual([url, 78, 'TOKEN_GUARD_UPSTREAM'])
      }
      await using program = start(runtime, ['serve'], { ...graph.env, TOKEN_GUARD_UPSTREAM: 'http://token-guard:3000' })
      await program.port()
      expect(program.lines('config.warning').map((line) => line['name'])).toEqual(['TOKEN_GUARD_UPSTREAM'])
    },
  )
})
