import { describe, expect, test } from 'bun:test'
import { independently } from '../process/concurrent.ts'
import { graphError, startGraph, type Graph } from '../process/graph.ts'
import { forOneRuntime, run, start } from '../process/harness.ts'
import { SANDBOX_SECRETS } from '../process/secrets.ts'
import { readAnswer } from '../process/sockets.ts'
import { has } from '../system/programs.ts'
import { terminal } from '../system/terminals.ts'
import { talk } from './talk.ts'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { FINDING_CODES } from '../../src/verification/codes.ts'

/** Every text that Graph sends is an attack on the place that shows it: terminal, log, page, header, metric. */

const OPERATOR = 'tB6nYq4ZsX8kWd2f'
const ATTACK = [
  '\u001b]0;owned\u0007\u001b[2J\u009b31m\b\u0000\u007f',
  '\r\nSet-Cookie: a=b\r\n\r\n{"level":"error","event":"forged","msg":"forged"}\n',
  '"><script>alert(1)</script><img src=x onerror=alert(1)>\'&lt;{{7*7}}${7*7}',
  '\u202e\u2066\u200b\u2028\u2029\ufeff\u0085',
  '\nwhatsapp_token_status{status="pass"} 1\n',
].join('')

/** Without the line's end, which is ours. */
// oxlint-disable-next-line no-control-regex
const DANGEROUS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/
const KEPT = ['id', 'app_id', 'user_id', 'granular_scopes', 'can_send_message']

/** Graph's own answer, with the attack at the end of each text that is no id. */
function poisoned(json: unknown, key = ''): unknown {
  if (typeof json === 'string') return KEPT.includes(key) ? json : json + ATTACK
  if (Array.isArray(json)) return [...json.map((each) => poisoned(each, key)), ...(key === 'scopes' ? json : [])]
  if (typeof json !== 'object' || json === null) return json
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name, KEPT.includes(name) ? value : poisoned(value, name)]),
  )
}

const failing = (status: number, code: number) => () =>
  graphError(status, {
    code,
    message: `Invalid ${ATTACK}`,
    type: ATTACK,
    fbtrace_id: ATTACK,
    error_user_title: ATTACK,
    error_user_msg: ATTACK,
    error_data: { details: ATTACK, messaging_product: ATTACK },
  })

const sandbox = createSandbox({ scenario: 'phone-blocked' })

/** What answers in Graph's place, by name. */
const ANSWERS: Readonly<Record<string, (request: Request) => Response | Promise<Response>>> = {
  'every text of a good answer': async (request) =>
    Response.json(poisoned(await (await sandbox.fetch(request)).json())),
  'the text of a refusal': failing(400, 190),
  'the text of a denial': failing(403, 10),
  'the text of an unknown error': failing(400, 999_999),
  'the text of a missing object': failing(400, 100),
  'the text of a full recipient': failing(400, 131_026),
  'the text inside a verdict': () =>
    Response.json({ data: { is_valid: false, error: { code: 190, subcode: 463, message: ATTACK }, scopes: [ATTACK] } }),
  'a page': () => new Response(ATTACK, { status: 500, headers: { 'content-type': 'text/html' } }),
  'a version': (request) => {
    const answer = sandbox.fetch(request) as Promise<Response>
    return Promise.resolve(answer).then(async (response) => {
      return new Response(await response.text(), {
        headers: { 'facebook-api-version': 'v99.0"><script>alert(1)</script>' },
      })
    })
  },
}

function expectHarmless(text: string): void {
  const at = DANGEROUS.exec(text)?.index
  expect(at === undefined ? '' : JSON.stringify(text.slice(Math.max(0, at - 100), at + 20))).toBe('')
}

/** One line is one event of ours. */
function expectOwnLines(printed: string): void {
  for (const line of printed.split('\n').filter((each) => each !== ''))
    expect(JSON.parse(line).event).not.toBe('forged')
}

/** Elements that load, run, link or submit something. */
const activeElements = (page: string) =>
  page.match(/<(script|img|iframe|svg|a|link|base|form|object|meta)\b[^>]*/gi)?.filter((each) => !isOwn(each)) ?? null

/** The parts of a page for each finding, and its status icon: they hold no text from Graph. */
function isOwn(element: string): boolean {
  const [, code = ''] = /^<a href="#([\w.]+)"$/.exec(element) ?? []
  return FINDING_CODES.includes(code as never) || ICONS.test(element)
}
const ICONS = /^<link rel="icon" href="data:image\/svg\+xml,(?![^"]*(?:script|onload|alert))[^"<>]{200,600}"[^>]*$/

/** `usual`: the same page without an attack. */
function expectOwnPage(heard: string, usual: string): void {
  const { headers, body } = readAnswer(heard)
  expect(headers.has('set-cookie')).toBe(false)
  expect(activeElements(body)).toEqual(activeElements(usual))
  expectHarmless(Buffer.from(heard, 'latin1').toString('utf8').replaceAll('\r\n', '\n'))
}

test('the search finds what is dangerous', () => {
  for (const each of ['\u001b', '\r', '\u009b', '\u202e', '\u2028', '\u0000', '\b'])
    expect(DANGEROUS.test(each)).toBe(true)
  expect(() => expectOwnPage('HTTP/1.1 200 OK\r\n\r\n<p><script>alert(1)</script><script>', '<p><script>')).toThrow()
})

forOneRuntime((runtime) => {
  const secrets = [...SANDBOX_SECRETS, OPERATOR]

  describe("Graph's words", () => {
    for (const [what, answer] of Object.entries(ANSWERS)) {
      independently(`${what}: move nothing in a log, a page, a header or a metric`, async () => {
        let isPoisoned = false
        await using graph = startGraph('permanent', { answer: (request) => (isPoisoned ? answer(request) : undefined) })
        const env = {
          ...graph.env,
          TOKEN_GUARD_OPERATOR_TOKEN: OPERATOR,
          TOKEN_GUARD_CHECK_INTERVAL: '1s',
          TOKEN_GUARD_ASSET_INTERVAL: '1s',
          LOG_LEVEL: 'trace',
        }
        await using program = start(runtime, ['serve'], env, { secrets })
        const port = await program.port()
        const ask = async (path: string, authorization = '') =>
          (await talk(port, `GET ${path} HTTP/1.0\r\n${authorization}\r\n`)).heard
        const right = `Authorization: Bearer ${OPERATOR}\r\n`
        const pages = async () => [await ask('/'), await ask('/operator', right)] as const
        const [open, full] = await pages()
        isPoisoned = true
        await graph.further('/debug_token', 4)
        const [poisonedOpen, poisonedFull] = await pages()
        expectOwnPage(poisonedOpen, open)
        expectOwnPage(poisonedFull, full)
        for (const view of ['', right]) {
          const { headers, body } = readAnswer(await ask('/health/token', view))
          expect(headers.get('content-type')).toBe('application/health+json')
          expect(headers.has('set-cookie')).toBe(false)
          const strings: string[] = []
          JSON.parse(Buffer.from(body, 'latin1').toString('utf8'), (_key, value) => {
            if (typeof value === 'string') strings.push(value)
          })
          for (const each of strings) expectHarmless(each)
        }
        const metrics = readAnswer(await ask('/metrics')).body
        expect(metrics).not.toMatch(/script|forged/)
        expect(metrics.match(/^whatsapp_token_status\{status="pass"\}/gm)).toHaveLength(1)
        program.kill('SIGTERM')
        expect((await program.exit).code).toBe(0)
        expectHarmless(program.printed)
        expectOwnLines(program.printed)
      })

      independently(`${what}: move nothing in what the commands print`, async () => {
        await using graph = startGraph('permanent', { answer })
        const commands = [['check'], ['check', '--json'], ['doctor'], ['send-test', '--yes', '--to', '+491701234567']]
        for (const args of [...commands, ['rotate', '--print', '--yes']]) {
          const { code, stdout, stderr } = await run(runtime, args, { ...graph.env, TOKEN_GUARD_BOOT_TIMEOUT: '1s' })
          expect(code).toBeOneOf([0, 1, 65, 75, 77, 78])
          expectHarmless(stdout)
          expectHarmless(stderr)
        }
      })
    }

    describe.skipIf(!has('script'))('on a terminal', () => {
      const onTerminal = async (graph: Graph, command: string) => {
        const env = { ...graph.env, TOKEN_GUARD_BOOT_TIMEOUT: '1s', NO_COLOR: '1' }
        await using session = terminal([...runtime.command, command].join(' '), env)
        await session.exit
        return session.printed().replaceAll('\r\n', '\n')
      }
      for (const [what, answer] of Object.entries(ANSWERS))
        independently(`${what}: move no cursor`, async () => {
          await using graph = startGraph('permanent', { answer })
          for (const command of ['check', 'doctor']) {
            const printed = await onTerminal(graph, command)
            expect(printed.length).toBeGreaterThan(100)
            expectHarmless(printed)
          }
        })
    })
  })
})
