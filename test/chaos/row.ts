import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { FindingCode } from '../../src/verification/codes.ts'
import type { Way } from './backends.ts'

/** The parts of which the table of faults is made. */

/** What Graph would have answered without the fault. */
export type GoodAnswer = { readonly status: number; readonly headers: Headers; readonly body: string }

/** Answers in Graph's place, on the open socket. */
export type Respond = (socket: Duplex, good: GoodAnswer) => void

/** What is asked for, by the last part of its path. */
export type Target = 'debug_token' | 'account' | 'phone' | 'phone_numbers' | 'subscribed_apps' | 'subscriptions'

export type Fault = {
  /** Only these requests meet the fault; absent: all of them. */
  readonly only?: Target
  /** So many requests meet it, then Graph is well. */
  readonly times?: number
  /** Before the request is read. */
  readonly onConnect?: Respond
  /** When the request is read. */
  readonly onRequest?: Respond
  /** The port is closed. */
  readonly closed?: true
}

export type Expected = {
  /** The exit code at boot. */
  readonly exit: 0 | 75 | 77 | 78
  /** The status in service. A good verdict stays unless Graph itself says otherwise. */
  readonly status: 'pass' | 'warn' | 'fail'
  readonly code: FindingCode | null
}

export type Row = {
  readonly name: string
  readonly fault: Fault
  readonly expected: Expected
  /** Where Node's fetch reads the answer otherwise. */
  readonly onNode?: Expected
  /** It lasts until the time-out, which is made short. */
  readonly isSlow?: true
  /** The token inspects itself: no app secret is set. */
  readonly bySelf?: true
  /** By TLS or a proxy; absent: plain HTTP. */
  readonly way?: Way
  /** The first word of what the report observed. */
  readonly kind?: string
  /** It cannot begin while the program runs. */
  readonly isBootOnly?: true
}

export function expectedOn(runtime: 'bun' | 'node', { expected, onNode }: Row): Expected {
  return runtime === 'node' ? (onNode ?? expected) : expected
}

/** No cell may take longer, on a busy machine and with the start of the program. */
export const BOOT_MS_MAX = 15_000
export const CHECK_MS_MAX = 8_000
export const SHORT_TIMEOUT = '2s'

export const VERIFIED: Expected = { exit: 0, status: 'pass', code: null }
export const silent = (code: FindingCode): Expected => ({ exit: 75, status: 'warn', code })
export const refused = (code: FindingCode): Expected => ({ exit: 77, status: 'fail', code })
/** Graph refuses the one who inspects: another try does not help at boot; in service it is a missing answer. */
export const inspectorRefused = (code: FindingCode): Expected => ({ exit: 78, status: 'warn', code })
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

/** A complete, well-formed answer. */
export function answer({ status = 200, headers = {}, body = '' }: Answer): Respond {
  const bytes = Buffer.from(body)
  return (socket) => {
    socket.write(head(status, { ...JSON_TYPE, ...headers, 'content-length': String(bytes.length) }))
    socket.end(bytes)
  }
}

/** The good answer with some parts changed. */
export function alteredAnswer(change: (good: GoodAnswer) => Answer): Respond {
  return (socket, good) => answer({ status: good.status, body: good.body, ...change(good) })(socket, good)
}

type Data = Readonly<Record<string, unknown>>

/** debug_token's answer with some fields of its `data` changed; `undefined` removes a field. */
export function data(change: Data | ((data: Data) => Data)): Fault {
  const changed = (body: string) => {
    const { data: before } = JSON.parse(body)
    return JSON.stringify({ data: { ...before, ...(typeof change === 'function' ? change(before) : change) } })
  }
  return { only: 'debug_token', onRequest: alteredAnswer(({ body }) => ({ body: changed(body) })) }
}

/** debug_token's answer changed as a text: for what no object can hold. */
export function text(change: (body: string) => string | Uint8Array): Fault {
  return { only: 'debug_token', onRequest: alteredAnswer(({ body }) => ({ body: change(body) })) }
}

export const reset: Respond = (socket) => void (socket as Socket).resetAndDestroy()

/** An error in Graph's own form. */
export function graphError(code: unknown, message: string, more: Data = {}, status = 400): Respond {
  const body = JSON.stringify({ error: { message, type: 'OAuthException', code, fbtrace_id: 'A1', ...more } })
  return answer({ status, body })
}
