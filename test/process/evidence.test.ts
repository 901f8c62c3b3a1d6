import { describe, expect } from 'bun:test'
import { independentlyOnOne, withoutStart } from './concurrent.ts'
import { without } from './graph.ts'
import { forOneRuntime, run, start, type Answer, type Line, type Program } from './harness.ts'
import { runHere } from './here.ts'
import {
  BROKEN,
  everyRead,
  EXPIRED,
  REVOKED,
  SILENT,
  startParted,
  THROTTLED,
  UNKNOWN,
  WELL,
  WRONG_SECRET,
  type PartedGraph,
  type Words,
} from './parts.ts'

/** A read made with the token is Graph's word about it, where debug_token gives no verdict. */

const EVERY_SECOND = { TOKEN_GUARD_CHECK_INTERVAL: '1s' }
const ASSETS_TOO = { ...EVERY_SECOND, TOKEN_GUARD_ASSET_INTERVAL: '1s' }
const IDS = ['WHATSAPP_BUSINESS_ACCOUNT_ID', 'WHATSAPP_PHONE_NUMBER_ID'] as const

const codesOf = (findings: readonly { readonly code: string }[]) => findings.map(({ code }) => code)
const codesAt = ({ json }: Answer, key: string): readonly string[] => codesOf(json.checks[key] ?? [])
const codesInLine = (line: Line) => codesOf(line['findings'])

/** Waits for so many rounds from now on, until the last one has ended. */
async function rounds(graph: PartedGraph, count: number): Promise<void> {
  await graph.further('/debug_token', count + 1)
}

async function expectStays(program: Program, graph: PartedGraph, status: string): Promise<Answer> {
  await rounds(graph, 3)
  const answer = await program.ask('/health/token')
  expect([answer.status, answer.json.status]).toEqual([200, status])
  expect(program.lines('token.refused')).toEqual([])
  return answer
}

const ALL_EXPIRED: Words = { debug_token: BROKEN, ...everyRead(EXPIRED) }

type Weighed = readonly [what: string, words: Words, verdict: string | null]
const WEIGHED: readonly Weighed[] = [
  ['every read says that it has expired', ALL_EXPIRED, 'token.expired'],
  ['one read is silent, and the other says it', { ...ALL_EXPIRED, account: BROKEN }, 'token.expired'],
  ['the other read is silent, and the one says it', { ...ALL_EXPIRED, phone: BROKEN }, 'token.expired'],
  ['a read succeeds', { ...ALL_EXPIRED, phone: WELL }, null],
  ['a read is answered with an unknown code', { ...ALL_EXPIRED, account: UNKNOWN }, null],
  ['every read is silent', { debug_token: BROKEN, ...everyRead(BROKEN), phone: SILENT }, null],
]

forOneRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  // The longest ones begin first.
  describe('a read that is refused', () => {
    onOne('decides nothing while debug_token calls the token valid', async () => {
      await using graph = startParted()
      await using program = start(runtime, ['serve'], { ...graph.env, ...ASSETS_TOO })
      await program.port()
      graph.say(everyRead(REVOKED))
      await program.waitFor('check.unverified')
      const answer = await expectStays(program, graph, 'warn')
      expect(answer.json.checks['token:validity']).toMatchObject([{ status: 'pass' }])
      expect(program.lines('check.refusal_suspected')).toEqual([])
    })

    for (const [what, words] of [
      ['throttled', THROTTLED],
      ['not reached', SILENT],
    ] as const)
      onOne(`decides nothing where debug_token is ${what}`, async () => {
        await using graph = startParted()
        const env = { ...graph.env, ...ASSETS_TOO, TOKEN_GUARD_CHECK_TIMEOUT: '500ms' }
        await using program = start(runtime, ['serve'], env)
        await program.port()
        graph.say({ debug_token: words, ...everyRead(REVOKED) })
        await program.waitFor('check.unverified')
        await graph.further('/debug_token', 2)
        const answer = await program.ask('/health/token')
        expect([answer.status, answer.json.status]).toEqual([200, 'warn'])
        expect(program.lines('check.refusal_suspected')).toEqual([])
      })
  })

  describe('with the app secret reset and the token revoked', () => {
    onOne('the token is refused by its own reads, and is back after two rounds of good ones', async () => {
      await using graph = startParted()
      await using program = start(runtime, ['serve'], { ...graph.env, ...EVERY_SECOND })
      await program.port()
      graph.say({ debug_token: WRONG_SECRET, ...everyRead(REVOKED) })
      expect(codesInLine(await program.waitFor('check.refusal_suspected'))).toContain('token.revoked')
      expect(codesInLine(await program.waitFor('token.refused'))).toContain('token.revoked')
      const refused = await program.ask('/health/token')
      expect([refused.status, codesAt(refused, 'token:validity'), codesAt(refused, 'graph:reachability')]).toEqual([
        503,
        ['token.revoked'],
        ['inspector.rejected'],
      ])
      await rounds(graph, 2)
      expect(program.lines('token.refused')).toHaveLength(1)
      expect(program.lines('check.refusal_suspected')).toHaveLength(1)

      // The first good round begins here, the second one a second later.
      await graph.further('/debug_token', 1)
      graph.say({ debug_token: WRONG_SECRET })
      const askedTimes = () => graph.asked.filter((path) => path === '/debug_token').length
      const first = askedTimes()
      await program.waitFor('token.recovered')
      expect(askedTimes()).toBeGreaterThan(first)
      const back = await program.ask('/health/token')
      expect([back.status, back.json.status, codesAt(back, 'graph:reachability')]).toEqual([
        200,
        'warn',
        ['inspector.rejected'],
      ])
      expect(back.json.checks['token:validity']).toMatchObject([{ status: 'pass' }])
    })

    onOne('a boot ends with 77, and shows both', async () => {
      await using graph = startParted({ debug_token: WRONG_SECRET, ...everyRead(REVOKED) })
      const { code, stdout } = await run(runtime, ['check', '--json', '--once'], graph.env)
      expect([code, codesOf(JSON.parse(stdout).findings)]).toEqual([77, ['token.revoked', 'inspector.rejected']])
    })

    onOne('a definite answer about the token counts at once', async () => {
      await using graph = startParted()
      await using program = start(runtime, ['serve'], { ...graph.env, ...EVERY_SECOND })
      await program.port()
      graph.say({ debug_token: WRONG_SECRET, ...everyRead(REVOKED) })
      await program.waitFor('token.refused')
      await rounds(graph, 1)
      const asked = graph.asked.length
      graph.say({})
      await program.waitFor('token.recovered')
      expect(graph.partsSince(asked).filter((part) => part === 'debug_token').length).toBeLessThanOrEqual(2)
      expect((await program.ask('/health/token')).json.status).toBe('pass')
    })
  })

  describe('where debug_token fails and', () => {
    for (const [what, words, verdict] of WEIGHED) {
      withoutStart(`${what}: ${verdict ?? 'no verdict'} at boot`, async () => {
        await using graph = startParted(words)
        const env = { ...graph.env, TOKEN_GUARD_CHECK_TIMEOUT: '2s' }
        const { code, stdout } = await runHere(runtime, ['check', '--json', '--once'], env)
        const findings = codesOf(JSON.parse(stdout).findings)
        expect(code).toBe(verdict === null ? 75 : 77)
        if (verdict === null) expect(findings).toContain('graph.failing')
        else expect(findings[0]).toBe(verdict)
      })

      onOne(`${what}: ${verdict ?? 'no verdict'} in service`, async () => {
        await using graph = startParted()
        const env = { ...graph.env, ...EVERY_SECOND, TOKEN_GUARD_CHECK_TIMEOUT: '500ms' }
        await using program = start(runtime, ['serve'], env)
        await program.port()
        graph.say(words)
        if (verdict === null) {
          expect(codesAt(await expectStays(program, graph, 'warn'), 'graph:reachability')).toContain('graph.failing')
        } else {
          expect(codesInLine(await program.waitFor('token.refused'))).toContain(verdict)
          const answer = await program.ask('/health/token')
          expect([answer.status, codesAt(answer, 'token:validity')]).toEqual([503, [verdict]])
        }
      })
    }

    onOne('no id is set: the token is asked who it is', async () => {
      await using graph = startParted()
      await using program = start(runtime, ['serve'], { ...without(graph.env, ...IDS), ...EVERY_SECOND })
      await program.port()
      graph.say({ debug_token: BROKEN, me: EXPIRED })
      expect(codesInLine(await program.waitFor('token.refused'))).toContain('token.expired')
    })
  })
})
