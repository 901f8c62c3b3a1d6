import { describe, expect } from 'bun:test'
import { independentlyOnOne } from './concurrent.ts'
import { graphError } from './graph.ts'
import { forOneRuntime, start, type Answer, type Environment, type Program, type Runtime } from './harness.ts'
import { headed, startParted, type PartedGraph, type Speak } from './parts.ts'
import { SANDBOX_SECRETS } from './secrets.ts'

/** Graph is left alone where it throttles, and for no longer than that. */

const HOUR_S = 3_600
const OPERATOR = 'xW3kRt9uPb5mQv7c'
const EVERY_SECOND = { TOKEN_GUARD_CHECK_INTERVAL: '1s', TOKEN_GUARD_OPERATOR_TOKEN: OPERATOR, LOG_LEVEL: 'debug' }
const OPTIONS = { secrets: [OPERATOR, ...SANDBOX_SECRETS] }

const FOREIGN_BUSINESS = '999000999000999'
const foreignUsage = (type: string) => ({
  'x-business-use-case-usage': JSON.stringify({
    [FOREIGN_BUSINESS]: [
      { type, call_count: 100, total_cputime: 100, total_time: 100, estimated_time_to_regain_access: 600 },
    ],
  }),
})
const usage = (percent: number) => ({
  'x-app-usage': JSON.stringify({ call_count: percent, total_time: 3, total_cputime: 2 }),
})

/** Headers of good answers that ask for nothing. */
const HARMLESS: readonly (readonly [what: string, headers: Readonly<Record<string, string>>])[] = [
  ['Retry-After of a day', { 'retry-after': '86400' }],
  ["another business's use of its advertisements", foreignUsage('ads_management')],
  ['three quarters less one of what the app may use', usage(74)],
  ['all at once', { 'retry-after': '86400', ...foreignUsage('pages'), ...usage(10) }],
]

const throttled: Speak = () =>
  graphError(429, { code: 4, message: '(#4) Application request limit reached' }, { 'retry-after': String(HOUR_S) })

const planOf = ({ json }: Answer) => json.checks['graph:reachability'][0]
/** Seconds until the next check, as the body shows it. */
const ahead = (answer: Answer) => (Date.parse(planOf(answer).nextCheck) - Date.now()) / 1_000

async function nextCheckByMetric(program: Program): Promise<number> {
  const { text } = await program.ask('/metrics')
  const [, seconds] = /^whatsapp_token_next_check_timestamp_seconds (\S+)$/m.exec(text) ?? []
  return Number(seconds)
}

const serve = (runtime: Runtime, env: Environment) => start(runtime, ['serve'], { ...env, ...EVERY_SECOND }, OPTIONS)

/** Throttled in service: no further check for an hour. */
async function throttle(program: Program, graph: PartedGraph): Promise<void> {
  await program.port()
  graph.say({ debug_token: throttled })
  await program.waitFor('check.delayed')
}

async function expectOwnPace(program: Program, graph: PartedGraph): Promise<void> {
  await graph.further('/debug_token', 3)
  const answer = await program.ask('/health/token')
  expect([answer.json.status, planOf(answer).nextCheckDelayedBy]).toEqual(['pass', undefined])
  expect(ahead(answer)).toBeLessThan(2)
  expect(program.lines('check.delayed')).toHaveLength(1)
}

forOneRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  describe('a good answer', () => {
    for (const [what, headers] of HARMLESS)
      onOne(`slows no check: ${what}`, async () => {
        await using graph = startParted({ all: headed(() => headers) })
        await using program = serve(runtime, graph.env)
        await program.port()
        await graph.further('/debug_token', 4)
        const answer = await program.ask('/health/token')
        expect([answer.json.status, planOf(answer).nextCheckDelayedBy]).toEqual(['pass', undefined])
        expect(ahead(answer)).toBeLessThan(2)
        expect(program.lines('check.delayed')).toEqual([])
      })

    onOne('that shows much of the limits used slows the checks, and says so once', async () => {
      await using graph = startParted()
      await using program = serve(runtime, graph.env)
      await program.port()
      graph.say({ all: headed(() => usage(80)) })
      const line = await program.waitFor('check.delayed')
      expect(line['reason']).toBe('usage')
      const isSlow = (answer: Answer) => planOf(answer).nextCheckDelayedBy === 'usage'
      const slow = await program.askUntil('/health/token', isSlow)
      expect([slow.status, slow.json.status]).toEqual([200, 'pass'])
      graph.say({})
      await program.askUntil('/health/token', (answer) => !isSlow(answer))
      await expectOwnPace(program, graph)
    })

    onOne("that shows the account's own limits used slows them too", async () => {
      await using graph = startParted()
      await using program = serve(runtime, graph.env)
      await program.port()
      const row = [{ type: 'whatsapp', call_count: 90, total_cputime: 1, total_time: 1 }]
      const headers = { 'x-business-use-case-usage': JSON.stringify({ [FOREIGN_BUSINESS]: row }) }
      graph.say({ all: headed(() => headers) })
      expect((await program.waitFor('check.delayed'))['reason']).toBe('usage')
    })
  })

  onOne('an answer that fails slows no check, whatever it asks for', async () => {
    await using graph = startParted()
    await using program = serve(runtime, graph.env)
    await program.port()
    graph.say({ debug_token: () => new Response('', { status: 503, headers: { 'retry-after': '86400' } }) })
    await graph.further('/debug_token', 4)
    const answer = await program.ask('/health/token')
    expect([answer.json.status, planOf(answer).nextCheckDelayedBy]).toEqual(['warn', undefined])
    expect(ahead(answer)).toBeLessThan(2)
  })

  describe('a throttled answer', () => {
    onOne('puts the next check off for as long as it asks, which is shown, and logged once', async () => {
      await using graph = startParted()
      await using program = serve(runtime, graph.env)
      await throttle(program, graph)
      const answer = await program.ask('/health/token')
      expect([answer.status, answer.json.status, planOf(answer)]).toEqual([
        200,
        'warn',
        expect.objectContaining({ code: 'graph.rate_limited', nextCheckDelayedBy: 'throttled' }),
      ])
      expect(ahead(answer)).toBeWithin(HOUR_S - 60, HOUR_S + 1)
      const byMetric = await nextCheckByMetric(program)
      expect(Math.abs(byMetric - Date.parse(planOf(answer).nextCheck) / 1_000)).toBeLessThan(1)
      expect(program.lines('check.delayed').map(({ reason }) => reason)).toEqual(['throttled'])
    })

    onOne('counts for an hour at most', async () => {
      await using graph = startParted()
      await using program = serve(runtime, graph.env)
      await program.port()
      graph.say({ debug_token: () => graphError(429, { code: 4, message: 'x' }, { 'retry-after': '86400' }) })
      await program.waitFor('check.delayed')
      expect(ahead(await program.ask('/health/token'))).toBeWithin(HOUR_S - 60, HOUR_S + 1)
    })

    onOne('does not hold up a verification on request, which ends the slow pace', async () => {
      await using graph = startParted()
      await using program = serve(runtime, graph.env)
      await throttle(program, graph)
      graph.say({})
      const headers = { authorization: `Bearer ${OPERATOR}` }
      const checked = await program.ask('/health/token/check', { method: 'POST', headers })
      expect([checked.status, checked.json.status]).toEqual([200, 'pass'])
      await expectOwnPace(program, graph)
    })

    onOne('still slows the checks if the verification on request is throttled too', async () => {
      await using graph = startParted()
      await using program = serve(runtime, graph.env)
      await throttle(program, graph)
      const asked = graph.asked.length
      const headers = { authorization: `Bearer ${OPERATOR}` }
      const checked = await program.ask('/health/token/check', { method: 'POST', headers })
      expect([checked.status, checked.json.status]).toEqual([200, 'warn'])
      expect(graph.partsSince(asked).filter((part) => part === 'debug_token')).toHaveLength(1)
      expect(ahead(await program.ask('/health/token'))).toBeGreaterThan(HOUR_S - 60)
      expect(program.lines('check.delayed')).toHaveLength(1)
    })

    onOne('is over with a SIGHUP', async () => {
      await using graph = startParted()
      await using program = serve(runtime, graph.env)
      await throttle(program, graph)
      graph.say({})
      program.kill('SIGHUP')
      await program.askUntil('/health/token', ({ json }) => json.status === 'pass')
      await expectOwnPace(program, graph)
    })
  })
})
