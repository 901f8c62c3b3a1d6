import type { Duplex } from 'node:stream'
import type { FindingCode } from '../../src/verification/codes.ts'
import type { Way } from './backends.ts'

/** The parts of the table of faults. */

/** What Graph would have said. */
export type Truth = { readonly status: number; readonly headers: Headers; readonly body: string }

/** Answers in Graph's place. */
export type Speak = (socket: Duplex, truth: Truth) => void

/** The last part of the path of what is asked: all where it is not set. */
export type Target = 'debug_token' | 'account' | 'phone' | 'phone_numbers' | 'subscribed_apps' | 'subscriptions'

export type Fault = {
  readonly only?: Target
  /** So often, then the truth. */
  readonly times?: number
  /** Before a byte was read. */
  readonly onConnect?: Speak
  readonly onRequest?: Speak
  /** Nobody listens. */
  readonly closed?: true
}

export type Expected = {
  /** Of a boot. */
  readonly exit: 0 | 75 | 77 | 78
  /** In service. A verdict that was good stays so but where Graph itself says otherwise. */
  readonly status: 'pass' | 'warn' | 'fail'
  readonly code: FindingCode | null
}

export type Row = {
  readonly name: string
  readonly fault: Fault
  readonly expected: Expected
  /** Where Node's fetch hears something else. */
  readonly onNode?: Expected
  /** It takes until the time-out, which is short then. */
  readonly isSlow?: true
  /** The token inspects itself. */
  readonly bySelf?: true
  /** Over TLS or a proxy; else plain HTTP. */
  readonly way?: Way
  /** What the report must call it. */
  readonly kind?: string
  /** Nothing can bring it about in service. */
  readonly isBootOnly?: true
}

export function expectedOn(runtime: 'bun' | 'node', { expected, onNode }: Row): Expected {
  return runtime === 'node' ? (onNode ?? expected) : expected
}

/** What no cell may exceed, start of the program and a busy machine included. */
export const BOOT_MS_MAX = 15_000
export const CHECK_MS_MAX = 8_000
export const SHORT_TIMEOUT = '2s'

export const WELL: Expected = { exit: 0, status: 'pass', code: null }
export const silent = (code: FindingCode): Expected => ({ exit: 75, status: 'warn', code })
export const refused = (code: FindingCode): Expected => ({ exit: 77, status: 'fail', code })
/** Graph will not answer this asker: at boot trying again does not help; in service it is no answer. */
export const askerRefused = (code: FindingCode): Expected => ({ exit: 78, status: 'warn', code })
export const warned = (code: FindingCode): Expected => ({ exit: 0, status: 'warn', code })

export const UNREACHABLE = silent('graph.unreachable')
export const FAILING = silent('graph.failing')
export const NONSENSE = silent('graph.nonsense')
export const RATE_LIMITED = silent('graph.rate_limited')
export const UNRECOGNISED = silent('graph.unrecognised')

type Answer = {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

const JSON_TYPE = { 'content-type': 'application/json; charset=UTF-8' }

export function head(status: number, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} Words\r\n${lines.join('')}connection: close\r\n\r\n`
}

/** A whole answer, well formed. */
export function answer({ status = 200, headers = {}, body = '' }: Answer): Speak {
  const bytes = Buffer.from(body)
  return (socket) => {
    socket.write(head(status, { ...JSON_TYPE, ...headers, 'content-length': String(bytes.length) }))
    socket.end(bytes)
  }
}

/** The truth, otherwise worded. */
export function retold(change: (truth: Truth) => Answer): Speak {
  return (socket, truth) => answer({ status: truth.status, body: truth.body, ...change(truth) })(socket, truth)
}

type Data = Readonly<Record<string, unknown>>

/** debug_token's `data`, changed; what is `undefined` is left out. */
export function data(change: Data | ((data: Data) => Data)): Fault {
  const changed = (body: string) => {
    const { data: told } = JSON.parse(body)
    return JSON.stringify({ data: { ...told, ...(typeof change === 'function' ? change(told) : change) } })
  }
  return { only: 'debug_token', onRequest: retold(({ body }) => ({ body: changed(body) })) }
}

/** debug_token's answer as text: for what no object can say. */
export function text(change: (body: string) => string | Uint8Array): Fault {
  return { only: 'debug_token', onRequest: retold(({ body }) => ({ body: change(body) })) }
}

/** Graph's own error envelope. */
export function graphError(code: unknown, message: string, more: Data = {}, status = 400): Speak {
  const body = JSON.stringify({ error: { message, type: 'OAuthException', code, fbtrace_id: 'A1', ...more } })
  return answer({ status, body })
}
