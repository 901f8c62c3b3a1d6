import { expect } from 'bun:test'
import { createHmac } from 'node:crypto'
import { copyFileSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { addressOf, sandboxVariables } from '../../src/commands/sandbox.ts'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { startGraph, without, type Graph } from '../process/graph.ts'
import { Program, temporaryFolder, type Environment } from '../process/harness.ts'

/** What holds of each example: it starts on a good token alone, shows its health, reports what it meets, and ends. */

const ROOT = new URL('../..', import.meta.url).pathname
const WAIT_MS = 20_000
const world = createSandbox()
const { META_APP_SECRET: SECRET = '' } = sandboxVariables(addressOf(world, 'http://127.0.0.1'))
const MESSAGES = `/${world.phoneNumberId}/messages`

export type Example = {
  readonly start: (env: Environment) => Program
  /** Where it is guarded by `run`: health is at the guard's port. Else it is among its own routes. */
  readonly isBehindRun: boolean
  /** A bot sends its answer through Graph; any other example only takes webhooks. */
  readonly isBot: boolean
  /** The exit codes of a start on a bad token, and after SIGTERM; `null` where the signal itself ends it. */
  readonly codes: { readonly refused: number; readonly ended: number | null }
}

export const fileOf = (example: string, file: string): string => join(ROOT, 'examples', example, file)

/** The binary needs no runtime, as bots in other languages would have it. It is tried where it is built. */
export function runCommand(): readonly string[] {
  const binary = join(ROOT, 'out/binary/whatsapp-token-guard-linux-x64')
  return existsSync(binary) ? [binary, 'run', '--'] : [process.execPath, join(ROOT, 'dist/cli.js'), 'run', '--']
}

const ADDRESS = { PORT: '0', HOST: '127.0.0.1' }

/** A bot in any language, behind `run`. */
export function behindRun(command: readonly string[], ended = 0): Example {
  const start = (env: Environment) => new Program([...runCommand(), ...command], { ...env, ...ADDRESS }, {})
  return { start, isBehindRun: true, isBot: true, codes: { refused: 77, ended } }
}

type InProject = {
  readonly path: string
  readonly isBot: boolean
  readonly env?: Environment
  readonly codes?: Partial<Example['codes']>
}

/** A program around the library, in a project that has the packed package. */
export function inProject(command: readonly string[], { path, isBot, env: more = {}, codes }: InProject): Example {
  const start = (env: Environment) => {
    const own = without(env, 'TOKEN_GUARD_PORT', 'TOKEN_GUARD_HOST')
    return new Program(command, { ...own, ...ADDRESS, ...more }, { cwd: path })
  }
  return { start, isBehindRun: false, isBot, codes: { refused: 1, ended: 0, ...codes } }
}

/** One file of an example, copied into a project. */
export function copied(example: string, file: string, project: string): string {
  copyFileSync(fileOf(example, file), join(project, file))
  return file
}

/** Its own words, PHP's, or Next's. */
const LISTENING =
  /(?:listening on port |Development Server \(http:\/\/127\.0\.0\.1:|Local: +http:\/\/127\.0\.0\.1:)(\d+)/

async function urlOf(program: Program): Promise<string> {
  const port = await program.until('the port', () => LISTENING.exec(program.printed)?.[1] ?? undefined)
  return `http://127.0.0.1:${port}`
}

function webhookOf(field: string, value: object): string {
  const entry = [{ id: world.businessAccountId, changes: [{ field, value }] }]
  return JSON.stringify({ object: 'whatsapp_business_account', entry })
}

const TEXT = webhookOf('messages', {
  metadata: { phone_number_id: world.phoneNumberId },
  messages: [{ type: 'text', from: '491701234567', text: { body: 'hi' } }],
})
const ACCOUNT = webhookOf('account_update', { event: 'DISABLED_UPDATE' })

function signed(body: string): RequestInit {
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature }
  return { method: 'POST', body, headers }
}

/** Posts as Meta does. */
async function post(url: string, request: RequestInit): Promise<number> {
  return (await fetch(`${url}/webhook`, { signal: AbortSignal.timeout(WAIT_MS), ...request })).status
}

async function answersTheWebhook(graph: Graph, url: string, letPass: () => void): Promise<void> {
  const verify = (token: string) => fetch(`${url}/webhook?hub.verify_token=${token}&hub.challenge=42`)
  const challenge = await verify('change-me')
  expect([challenge.headers.get('content-type')?.startsWith('text/plain'), await challenge.text()]).toEqual([
    true,
    '42',
  ])
  expect((await verify('another')).status).toBe(403)
  expect(await post(url, { ...signed(TEXT), headers: { 'x-hub-signature-256': 'sha256=0' } })).toBe(401)
  expect(await post(url, { method: 'POST', body: TEXT })).toBe(401)
  const sent = graph.further(MESSAGES, 1)
  // Meta waits for the answer: it comes while Graph still holds the bot's own message back.
  expect(await post(url, signed(TEXT))).toBe(200)
  await sent
  letPass()
  await isSent(graph)
}

/** Without a status while it is being answered. */
type Asked = { readonly path: string; readonly status: number | null }

/** The bot sends one message, and Graph takes it. */
async function isSent(graph: Graph): Promise<void> {
  const statuses = async () => {
    const { requests } = (await (await fetch(`${graph.url}/__sandbox`)).json()) as { requests: readonly Asked[] }
    return requests.flatMap(({ path, status }) => (path.endsWith(MESSAGES) && status !== null ? [status] : []))
  }
  await until('a message', async () => (await statuses()).length > 0)
  expect(await statuses()).toEqual([200])
}

/** The health answer of the guard, wherever it is. */
async function healthOf(example: Example, program: Program, url: string): Promise<number> {
  const base = example.isBehindRun ? `http://127.0.0.1:${await program.port()}` : url
  const { status, headers } = await fetch(`${base}/health/token`)
  expect(headers.get('content-type')).toStartWith('application/health+json')
  return status
}

/** Polls for what nothing prints. */
async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const endMs = Date.now() + WAIT_MS
  while (!(await isSo())) {
    if (Date.now() > endMs) throw new Error(`not within ${WAIT_MS} ms: ${what}`)
    await Bun.sleep(75)
  }
}

/** After a failure too, the bot ends with the guard: a guard that is killed leaves it behind. */
function endingWith(program: Program): AsyncDisposable {
  return {
    [Symbol.asyncDispose]: async () => {
      program.kill('SIGTERM')
      await program.exit
    },
  }
}

export async function proves(example: Example): Promise<void> {
  const held = Promise.withResolvers<void>()
  const before = (path: string) => (path === MESSAGES ? held.promise : undefined)
  await using graph = startGraph('permanent', { before })
  await using program = example.start(graph.env)
  await using _ending = endingWith(program)
  const url = await urlOf(program)
  expect(await healthOf(example, program, url)).toBe(200)
  // One guard in the whole process: only one boot asked.
  expect(graph.asked.filter((path) => path === '/debug_token')).toHaveLength(1)
  if (example.isBot) await answersTheWebhook(graph, url, held.resolve)
  else expect(await (await fetch(url)).text()).toBe('the shop')

  // What it meets next makes the guard ask Graph, long before the interval is over.
  graph.play('revoked')
  expect(await post(url, signed(example.isBot ? TEXT : ACCOUNT))).toBe(200)
  await until('a look of the guard', async () => (await healthOf(example, program, url)) === 503)
  if (example.isBot) expect(program.printed).toContain('token.refused')

  program.kill('SIGTERM')
  expect((await program.exit).code).toBe(example.codes.ended)
}

export async function refusesToStart(example: Example): Promise<void> {
  await using graph = startGraph('revoked')
  await using program = example.start(graph.env)
  // Most never listen. Next does, and lets its requests wait.
  const isAnswered = urlOf(program)
    .then((url) => fetch(`${url}/health/live`))
    .then(
      () => true,
      () => false,
    )
  expect((await program.exit).code).toBe(example.codes.refused)
  expect(program.stderr).toContain('token.revoked')
  expect(await isAnswered).toBe(false)
}

/** A bot that reads the token's file sends with the new one, and goes on. */
export async function findsARotatedToken(example: Example): Promise<void> {
  await using graph = startGraph()
  using folder = temporaryFolder()
  const path = join(folder.path, 'token')
  const { WHATSAPP_TOKEN: token = '', ...env } = graph.env
  writeFileSync(path, token)
  await using program = example.start({ ...env, WHATSAPP_TOKEN_FILE: path })
  await using _ending = endingWith(program)
  const url = await urlOf(program)
  writeFileSync(path, await graph.issue())
  await program.waitFor('token.reloaded')
  await graph.revoke(token)
  expect(await post(url, signed(TEXT))).toBe(200)
  await isSent(graph)
}
