import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { graphError } from '../process/graph.ts'
import type { Program } from '../process/harness.ts'
import { exchange } from '../process/sockets.ts'
import type { Fault, KnowingGraph } from './knowing-graph.ts'
import type { Traces } from './traces.ts'
import { answerThatHolds } from './words-of-secrets.ts'
import { ROUTES, type RouteRow } from '../../src/http/routes.ts'

/** Secrets that occur nowhere else, what goes wrong around them, and where they could show. */

const letters = (length: number) =>
  Array.from(
    randomBytes(length),
    (byte) => 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ012345'[byte % 58],
  ).join('')

export const TOKEN = `EAA${letters(190)}`
export const APP_SECRET = randomBytes(16).toString('hex')
/** With characters that some format escapes. */
export const OPERATOR = `${letters(12)}"\\<%41&/+'${letters(12)}`
/** As short as those of Slack. Plain words in lower case could not be recognised as secrets. */
const pathOf = (length: number) => letters(length).replaceAll(/(...)./g, '$1Q')
export const HOOK = pathOf(24)
/** Where messages should go: at automation services the address itself is the credential. Its host is no secret. */
export const WEBHOOK = pathOf(28)
export const WEBHOOK_HOST = 'messages.example'
const webhookAt = (host: string) => `https://${host}/in/${WEBHOOK}`
export const ALERT_SECRET = `whsec_${randomBytes(24).toString('base64')}`
export const CANARIES = { TOKEN, APP_SECRET, OPERATOR, HOOK, ALERT_SECRET, WEBHOOK }

/** Eight characters that a word may consist of. */
const wordIn = (token: string) => /[A-Za-z][A-Za-z0-9]{7}/.exec(token.slice(60))?.[0] ?? ''

/** Whatever answers in Graph's place sends back what it was sent. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'an error that quotes the token': (request, body) =>
    graphError(400, { code: 190, message: `Malformed ${request.headers.get('authorization')} ${TOKEN} ${body}` }),
  'a denial that quotes all': () =>
    graphError(403, {
      code: 10,
      message: Object.values(CANARIES).join(' '),
      error_user_title: TOKEN,
      error_user_msg: `${HOOK} ${OPERATOR}`,
      error_data: { details: `${APP_SECRET} ${TOKEN.slice(0, 30)}` },
      fbtrace_id: TOKEN,
    }),
  'a 500 with the URL': (request) => new Response(`<b>${request.url}</b>`, { status: 500 }),
  'an error that quotes the URL, encoded': (request) =>
    graphError(500, { code: 2, message: encodeURIComponent(request.url), type: TOKEN, is_transient: true }),
  'the token in base64': () =>
    graphError(400, { code: 1, message: Buffer.from(`x:${TOKEN}`).toString('base64'), error_subcode: TOKEN }),
  'a socket that is cut': () => 'cut',
  'a redirect to itself': (request) => new Response(null, { status: 307, headers: { location: request.url } }),
  'the token as every value': () =>
    Response.json({
      data: { is_valid: true, type: TOKEN, scopes: [TOKEN, APP_SECRET], expires_at: 0, app_id: TOKEN, user_id: TOKEN },
      id: TOKEN,
      name: TOKEN,
      status: TOKEN,
    }),
  'an error that quotes the address of messages': () =>
    graphError(400, { code: 100, message: `Cannot deliver to ${webhookAt(WEBHOOK_HOST)} nor /in/${WEBHOOK}` }),
  'headers that hold it': () =>
    new Response('{}', {
      headers: { 'facebook-api-version': TOKEN, 'retry-after': TOKEN, 'x-app-usage': TOKEN, date: TOKEN },
    }),
}

/** Answers that pass, so that what they hold is kept. */
export const HOLDING: Readonly<Record<string, Fault>> = {
  'a part of the token as every word': (request) =>
    answerThatHolds(request, { word: TOKEN.slice(40, 72), address: webhookAt(WEBHOOK_HOST) }),
  'eight characters of the token as every word': (request) =>
    answerThatHolds(request, {
      word: wordIn(TOKEN),
      address: webhookAt(`${TOKEN.slice(20, 40).toLowerCase()}.example`),
    }),
  'the address of messages, at another host': (request) =>
    answerThatHolds(request, { word: 'CONNECTED', address: webhookAt('old-tunnel.example') }),
}

/** Receives what is posted to the alert URL. The path is the secret, and is not searched. */
export function alertReceiver() {
  const received: string[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      received.push(`${JSON.stringify([...request.headers])} ${await request.text()}`)
      return new Response()
    },
  })
  return { url: `${server.url.origin}/hooks/${HOOK}`, received, [Symbol.asyncDispose]: () => server.stop(true) }
}

export const environment = (graph: KnowingGraph, alertUrl: string) => ({
  ...graph.env,
  TOKEN_GUARD_OPERATOR_TOKEN: OPERATOR,
  TOKEN_GUARD_ALERT_URL: alertUrl,
  TOKEN_GUARD_ALERT_SECRET: ALERT_SECRET,
  WHATSAPP_WEBHOOK_URL: webhookAt(WEBHOOK_HOST),
  TOKEN_GUARD_BOOT_TIMEOUT: '1s',
  LOG_LEVEL: 'trace',
})

const rows: readonly RouteRow[] = Object.values(ROUTES)
const pathsOf = (isOperators: boolean) =>
  rows
    .filter((row) => (row.isOperators === true) === isOperators)
    .flatMap(({ paths, aliases = [] }) => [...paths, ...aliases])
export const PATHS = pathsOf(false)
const OPERATORS = pathsOf(true)
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND']
export const VIEWS: Readonly<Record<string, string>> = {
  'the public view': '',
  "the operator's view": `Authorization: Bearer ${OPERATOR}\r\n`,
  "the operator's view by Basic": `Authorization: Basic ${Buffer.from(`x:${OPERATOR}`).toString('base64')}\r\n`,
  'a wrong credential': `Authorization: Bearer ${TOKEN}\r\n`,
}

export async function lookEverywhere(traces: Traces, port: number, moment: string): Promise<void> {
  const asks = [...PATHS, ...OPERATORS, `/${TOKEN}?access_token=${TOKEN}`].flatMap((path) =>
    METHODS.flatMap((method) => Object.entries(VIEWS).map(([view, header]) => ({ path, method, view, header }))),
  )
  for (const { path, method, view, header } of asks) {
    const bytes = `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n${header}\r\n`
    traces.look(`${method} ${path.slice(0, 20)}, ${view}, ${moment}`, await exchange(port, bytes))
  }
}

/** What the other users of the machine see of every process; `environ` is the user's own and root's. */
export function lookAtProcesses(traces: Traces, ...pids: readonly number[]): void {
  traces.look('ps', Bun.spawnSync(['ps', '-eww', '-o', 'args']).stdout.toString())
  for (const pid of pids)
    for (const file of ['cmdline', 'comm', 'status', 'stat'])
      traces.look(`/proc/PID/${file}`, readFileSync(`/proc/${pid}/${file}`, 'latin1'))
}

export function lookAtOutput(
  traces: Traces,
  what: string,
  { stdout, stderr }: Pick<Program, 'stdout' | 'stderr'>,
): void {
  traces.look(`standard output of ${what}`, stdout)
  traces.look(`standard error of ${what}`, stderr)
}
