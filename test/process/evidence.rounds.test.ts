import { describe, expect } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { independentlyOnOne, withoutStart } from './concurrent.ts'
import { without } from './graph.ts'
import { forOneRuntime, start, temporaryFolder, type Answer, type Program } from './harness.ts'
import { runHere } from './here.ts'
import {
  BROKEN,
  everyRead,
  EXPIRED,
  NOT_VISIBLE,
  rewritten,
  REVOKED,
  says,
  startParted,
  WRONG_SECRET,
  type PartedGraph,
  type Speak,
  type Words,
} from './parts.ts'
import { SANDBOX_SECRETS } from './secrets.ts'

/** How a refusal that rests on reads alone is lifted, and what is shown along with it. */

const EVERY_SECOND = { TOKEN_GUARD_CHECK_INTERVAL: '1s' }
const NODES = { debug_token: WRONG_SECRET, account: REVOKED, phone: REVOKED }
const ADDRESS = says(5, '(#5) Unauthorized source IP address', { status: 403 })
const DELETED = says(190, 'Error validating application. Application has been deleted.', { status: 401 })
const APP_BLOCKED = says(200, 'API access blocked.')
const NO_ACCESS = says(200, '(#200) Requires business_management permission', { status: 403 })

type Finding = { readonly code: string; readonly causes: readonly { readonly name: string }[] }
const codesOf = (findings: readonly Finding[]) => findings.map(({ code }) => code)
const causesOf = (findings: readonly Finding[]) => findings.map(({ code, causes }) => `${code} ${causes[0]?.name}`)
const codesAt = ({ json }: Answer, key: string): readonly string[] => codesOf(json.checks[key] ?? [])

/** Each round is answered by the next one of these words, all others by the last. */
async function play(graph: PartedGraph, ...each: readonly Words[]): Promise<void> {
  for (const words of each) {
    // debug_token is the first request of a round: the reads follow its answer.
    await graph.further('/debug_token', 1)
    graph.say({ ...words, debug_token: WRONG_SECRET })
  }
}

const isRefused = async (program: Program) => (await program.ask('/health/token')).status === 503
const GOOD: Words = {}
const MUTE: Words = { account: BROKEN, phone: BROKEN }

/** What a boot reports, with the causes of both findings. */
const BOOTS: readonly (readonly [what: string, words: Words, code: number, reported: readonly string[]])[] = [
  ['the app is gone, by all', { all: DELETED }, 77, ['token.revoked app_deleted']],
  [
    'the app is gone, by its own token alone',
    { debug_token: DELETED, app: DELETED },
    78,
    ['inspector.rejected app_deleted'],
  ],
  ['the app is blocked, by its own token alone', { debug_token: APP_BLOCKED }, 78, ['inspector.denied app_blocked']],
  [
    'the machine is not allowed, and the token has ended',
    { debug_token: ADDRESS, ...everyRead(REVOKED) },
    77,
    ['token.revoked revoked_by_call', 'app.address_denied address_denied'],
  ],
  [
    'the app may not inspect, and the token has expired',
    { debug_token: says(10, 'Application does not have permission'), ...everyRead(EXPIRED) },
    77,
    ['token.expired expired', 'inspector.denied inspector_not_allowed'],
  ],
  [
    'no JSON is answered, and the token cannot be read',
    { debug_token: () => new Response('hello'), ...everyRead(says(190, 'Invalid OAuth access token data.')) },
    77,
    ['token.invalid copied_wrong', 'graph.nonsense not_graph'],
  ],
]

forOneRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  describe('a refusal by reads alone', () => {
    const refuse = async (graph: PartedGraph, program: Program) => {
      await program.port()
      graph.say(NODES)
      await program.waitFor('token.refused')
    }

    onOne('is lifted by two good rounds with a silent one between them', async () => {
      await using graph = startParted()
      await using program = start(runtime, ['serve'], { ...graph.env, ...EVERY_SECOND })
      await refuse(graph, program)
      await play(graph, GOOD, MUTE, GOOD)
      expect(program.lines('token.recovered')).toEqual([])
      await program.waitFor('token.recovered')
    })

    onOne('stays if a read between two good rounds says again that the token has ended', async () => {
      await using graph = startParted()
      await using program = start(runtime, ['serve'], { ...graph.env, ...EVERY_SECOND })
      await refuse(graph, program)
      await play(graph, GOOD, { phone: REVOKED }, GOOD, MUTE)
      await graph.further('/debug_token', 1)
      expect([await isRefused(program), program.lines('token.recovered')]).toEqual([true, []])
      expect(program.lines('token.refused')).toHaveLength(1)
    })

    onOne('leaves a token that never passed without a verdict, and 503', async () => {
      await using graph = startParted({ debug_token: WRONG_SECRET, ...everyRead(REVOKED) })
      const env = {
        ...graph.env,
        ...EVERY_SECOND,
        TOKEN_GUARD_MODE: 'report',
      }
      await using program = start(runtime, ['serve'], env)
      const line = await program.waitFor('boot.would_refuse')
      expect([line['exitCode'], codesOf(line['findings'])]).toEqual([77, ['token.revoked', 'inspector.rejected']])
      graph.say({ debug_token: WRONG_SECRET })
      const lifted = await program.askUntil('/health/token', (answer) => !answer.text.includes('token.revoked'))
      expect([lifted.status, lifted.json.status]).toEqual([503, 'fail'])
      graph.say({})
      const well = await program.askUntil('/health/token', ({ status }) => status === 200)
      expect(well.json.status).toBe('pass')
    })
  })

  describe('a changed token', () => {
    for (const [what, words, event] of [
      ['whose own reads say that it has ended is not taken', everyRead(REVOKED), 'token.reload_refused'],
      ['that no inspector has judged waits, though its reads succeed', GOOD, 'check.unverified'],
    ] as const)
      onOne(what, async () => {
        using folder = temporaryFolder()
        await using graph = startParted()
        const path = join(folder.path, 'token')
        writeFileSync(path, graph.env['WHATSAPP_TOKEN'] ?? '')
        const env = { ...without(graph.env, 'WHATSAPP_TOKEN'), WHATSAPP_TOKEN_FILE: path }
        const issued = await graph.issue()
        await using program = start(runtime, ['serve'], env, { secrets: [issued, ...SANDBOX_SECRETS] })
        await program.port()
        graph.say({ debug_token: WRONG_SECRET, ...words })
        writeFileSync(path, issued)
        await program.waitFor(event)
        expect(program.lines('token.reloaded')).toEqual([])
        expect(codesAt(await program.ask('/health/token'), 'token:validity')).toEqual(
          event === 'token.reload_refused' ? ['token.candidate_refused'] : [],
        )
      })
  })

  describe('a boot where', () => {
    for (const [what, words, code, reported] of BOOTS)
      withoutStart(`${what}: ${code} ${reported.join(', ')}`, async () => {
        await using graph = startParted(words)
        const ended = await runHere(runtime, ['check', '--json', '--once'], graph.env)
        expect([ended.code, causesOf(JSON.parse(ended.stdout).findings)]).toEqual([code, [...reported]])
      })
  })

  describe('the account and its number', () => {
    const ASSETS_TOO = { ...EVERY_SECOND, TOKEN_GUARD_ASSET_INTERVAL: '1s' }

    onOne('are confirmed together where both are refused', async () => {
      await using graph = startParted()
      await using program = start(runtime, ['serve'], { ...graph.env, ...ASSETS_TOO })
      await program.port()
      graph.say({ account: NO_ACCESS, phone: NOT_VISIBLE })
      const line = await program.waitFor('check.refusal_suspected')
      expect(codesOf(line['findings'])).toContain('account.unassigned')
      const asked = graph.asked.length
      await program.waitFor('token.refused')
      expect(graph.partsSince(asked).slice(0, 2).toSorted()).toEqual(['account', 'phone'])
      expect(codesAt(await program.ask('/health/token'), 'whatsapp:business-account')).toEqual(['account.unassigned'])
    })

    onOne('a refused account is a warning in service while the number can be read', async () => {
      await using graph = startParted()
      await using program = start(runtime, ['serve'], { ...graph.env, ...ASSETS_TOO })
      await program.port()
      graph.say({ account: NO_ACCESS })
      const isShown = (answer: Answer) => codesAt(answer, 'whatsapp:business-account').includes('account.unassigned')
      const answer = await program.askUntil('/health/token', isShown)
      expect([answer.status, answer.json.status]).toEqual([200, 'warn'])
      expect([program.lines('token.refused'), program.lines('check.refusal_suspected')]).toEqual([[], []])
    })

    const unreadable: Speak = NO_ACCESS
    onOne('lists that this token may not read are notes, and the status is pass', async () => {
      await using graph = startParted({ subscribed_apps: unreadable, phone_numbers: unreadable, app: unreadable })
      await using program = start(runtime, ['serve'], { ...graph.env, ...ASSETS_TOO })
      await program.port()
      await graph.further('/debug_token', 2)
      const { status, json } = await program.ask('/health/token')
      expect([status, json.status, json.notes.length]).toEqual([200, 'pass', 3])
      expect(program.lines('check.unverified')).toEqual([])
    })

    withoutStart('another app that gets the messages is a note where META_APP_ID is not set', async () => {
      const other = rewritten(() => ({ data: [{ whatsapp_business_api_data: { id: '700', name: 'x', link: 'x' } }] }))
      await using graph = startParted({ subscribed_apps: other })
      const env = without(graph.env, 'META_APP_ID', 'META_APP_SECRET')
      const { code, stdout } = await runHere(runtime, ['check', '--json', '--once'], env)
      const { findings, notes } = JSON.parse(stdout)
      expect([code, findings, codesOf(notes)]).toEqual([0, [], ['other_app_subscribed']])
    })
  })
})
