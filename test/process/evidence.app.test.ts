import { describe, expect } from 'bun:test'
import { independentlyOnOne } from './concurrent.ts'
import { without } from './graph.ts'
import { forOneRuntime, run, start, type Answer, type Environment } from './harness.ts'
import { BROKEN, EXPIRED, says, startParted, type Part, type Words } from './parts.ts'

/** What Graph says about the app and the machine, and what the guard asks to find out. */

const EVERY_SECOND = { TOKEN_GUARD_CHECK_INTERVAL: '1s' }
const IDS = ['WHATSAPP_BUSINESS_ACCOUNT_ID', 'WHATSAPP_PHONE_NUMBER_ID'] as const
const BLOCKED: Words = { all: says(200, 'API access blocked.') }
const DENIED: Words = { debug_token: says(5, '(#5) Unauthorized source IP address', { status: 403 }) }
const FAIL_ON = { TOKEN_GUARD_FAIL_ON: 'app.address_denied' }

const codesOf = (findings: readonly { readonly code: string }[]) => findings.map(({ code }) => code)
const entriesAt = ({ json }: Answer, key: string) => json.checks[key]

/** Every code in a health body. */
const codesIn = ({ json }: Answer) =>
  Object.values<any>(json.checks).flatMap((entries) => entries.flatMap(({ code }: any) => code ?? []))

type Asked = readonly [
  what: string,
  words: Words,
  suspected: readonly Part[],
  steady: readonly Part[],
  env: (env: Environment) => Environment,
]
const same = (env: Environment) => env
const withoutIds = (env: Environment) => without(env, ...IDS)
const withoutApp = (env: Environment) => without(env, 'META_APP_ID', 'META_APP_SECRET')
const DEAD: Words = { debug_token: BROKEN, account: EXPIRED, phone: EXPIRED, me: EXPIRED }
const READS = ['account', 'phone'] as const

/** What a round asks: the one that suspects, and each further one. */
const ASKED: readonly Asked[] = [
  ['debug_token fails', { debug_token: BROKEN }, ['debug_token', ...READS], ['debug_token', ...READS], same],
  ['the reads refuse', DEAD, ['debug_token', ...READS, ...READS], ['debug_token', ...READS], same],
  ['the reads refuse, and no id is set', DEAD, ['debug_token', 'me', 'me'], ['debug_token', 'me'], withoutIds],
  [
    'debug_token fails, and no id is set',
    { debug_token: BROKEN },
    ['debug_token', 'me'],
    ['debug_token', 'me'],
    withoutIds,
  ],
  ['the machine is not allowed', DENIED, ['debug_token', ...READS], ['debug_token', ...READS], same],
  ['the app is blocked', BLOCKED, ['debug_token', ...READS, ...READS], ['debug_token', ...READS], same],
  [
    'the app is blocked, and the token inspects itself',
    BLOCKED,
    ['debug_token', ...READS, 'debug_token', ...READS],
    ['debug_token', ...READS],
    withoutApp,
  ],
  ['debug_token is throttled', { debug_token: says(4, 'x', { status: 429 }) }, ['debug_token'], ['debug_token'], same],
]

forOneRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  describe('an app that Meta has blocked', () => {
    for (const [what, envOf] of [
      ['by the app secret', same],
      ['by the token itself', withoutApp],
    ] as const) {
      onOne(`ends a boot with 77 and one finding, ${what}`, async () => {
        await using graph = startParted(BLOCKED)
        const { code, stdout } = await run(runtime, ['check', '--json', '--once'], envOf(graph.env))
        expect([code, codesOf(JSON.parse(stdout).findings)]).toEqual([77, ['app.blocked']])
      })

      onOne(`is 503 in service, and is well again with its first good answer, ${what}`, async () => {
        await using graph = startParted()
        await using program = start(runtime, ['serve'], { ...envOf(graph.env), ...EVERY_SECOND })
        await program.port()
        graph.say(BLOCKED)
        expect(codesOf((await program.waitFor('token.refused'))['findings'])).toEqual(['app.blocked'])
        const refused = await program.ask('/health/token')
        expect([refused.status, entriesAt(refused, 'token:app')[0].code, codesIn(refused)]).toEqual([
          503,
          'app.blocked',
          ['app.blocked'],
        ])
        graph.say({})
        await program.waitFor('token.recovered')
        const back = await program.ask('/health/token')
        expect([back.status, back.json.status]).toEqual([200, 'pass'])
      })
    }
  })

  describe('a machine that the app does not allow', () => {
    onOne('ends a boot with 78, after one second look', async () => {
      await using graph = startParted(DENIED)
      const { code, stdout } = await run(runtime, ['check', '--json', '--once'], graph.env)
      expect([code, codesOf(JSON.parse(stdout).findings)]).toEqual([78, ['app.address_denied']])
      expect(graph.partsSince(0).filter((part) => part === 'debug_token')).toHaveLength(2)
    })

    onOne('ends a boot with 78 where it counts as a refusal too', async () => {
      await using graph = startParted(DENIED)
      const { code, stdout } = await run(runtime, ['check', '--json', '--once'], { ...graph.env, ...FAIL_ON })
      expect([code, codesOf(JSON.parse(stdout).findings)]).toEqual([78, ['app.address_denied']])
    })

    onOne('is a warning of the app in service, until debug_token gives a definite answer', async () => {
      await using graph = startParted()
      await using program = start(runtime, ['serve'], { ...graph.env, ...EVERY_SECOND })
      await program.port()
      graph.say(DENIED)
      const isWarned = (answer: Answer) => entriesAt(answer, 'token:app')[0].code === 'app.address_denied'
      const warned = await program.askUntil('/health/token', isWarned)
      expect([warned.status, warned.json.status, entriesAt(warned, 'token:app')[0].status]).toEqual([
        200,
        'warn',
        'warn',
      ])
      await graph.further('/debug_token', 1)
      graph.say({ debug_token: BROKEN })
      await graph.further('/debug_token', 2)
      const failing = await program.ask('/health/token')
      expect([failing.status, isWarned(failing)]).toEqual([200, true])
      graph.say({})
      const well = await program.askUntil('/health/token', ({ json }) => json.status === 'pass')
      expect(entriesAt(well, 'token:app')).toMatchObject([{ status: 'pass' }])
      expect(program.lines('token.refused')).toEqual([])
    })

    onOne('is 503 in service where TOKEN_GUARD_FAIL_ON says so', async () => {
      await using graph = startParted()
      await using program = start(runtime, ['serve'], { ...graph.env, ...EVERY_SECOND, ...FAIL_ON })
      await program.port()
      graph.say(DENIED)
      expect(codesOf((await program.waitFor('token.refused'))['findings'])).toContain('app.address_denied')
      const refused = await program.ask('/health/token')
      expect([refused.status, entriesAt(refused, 'token:app')[0].code]).toEqual([503, 'app.address_denied'])
      expect(program.lines('check.refusal_suspected')).toHaveLength(1)
      graph.say({})
      await program.waitFor('token.recovered')
    })
  })

  describe('a round', () => {
    onOne('in which all is due asks each once, whatever debug_token says', async () => {
      await using graph = startParted()
      const env = { ...graph.env, ...EVERY_SECOND, TOKEN_GUARD_ASSET_INTERVAL: '1s' }
      await using program = start(runtime, ['serve'], env)
      await program.port()
      graph.say({ debug_token: BROKEN })
      await graph.further('/debug_token', 1)
      const before = graph.asked.length
      await graph.further('/debug_token', 4)
      const asked = graph.partsSince(before)
      // The rounds at both ends may be seen in part.
      for (const part of ['account', 'phone', 'phone_numbers', 'subscribed_apps', 'app'] as const)
        expect(asked.filter((each) => each === part).length).toBeWithin(3, 6)
      expect(asked.filter((part) => part === 'me' || part === 'other')).toEqual([])
    })

    for (const [what, words, suspected, steady, envOf] of ASKED)
      onOne(`where ${what} asks ${suspected.join(', ')}; then ${steady.join(', ')}`, async () => {
        await using graph = startParted()
        await using program = start(runtime, ['serve'], { ...envOf(graph.env), ...EVERY_SECOND })
        await program.port()
        const before = graph.asked.length
        graph.say(words)
        // Two further rounds, and the beginning of a third one.
        const count = [suspected, steady].flat().filter((part) => part === 'debug_token').length
        await graph.further('/debug_token', count + 1)
        const asked = graph.partsSince(before)
        const inOrder = (parts: readonly string[]) => parts.toSorted()
        const first = asked.slice(0, suspected.length)
        const second = asked.slice(suspected.length, suspected.length + steady.length)
        expect([inOrder(first), inOrder(second), asked.length]).toEqual([
          inOrder(suspected),
          inOrder(steady),
          suspected.length + steady.length + 1,
        ])
      })
  })
})
