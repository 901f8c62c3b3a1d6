import type { FakeClock } from '../../src/platform/clock.fake.ts'
import { ACCOUNT, APP, httpAnswerTo } from './http-answers.ts'
import type { Asked, Reply } from './words.ts'

/** Graph as a `fetch`. It has its own clock, which is never set. */

export const LATENCY_MS = 1
const REQUEST_TIMEOUT_MS = 5_000
/** How far the `Date` of one answer may be wrong. */
const MISDATED_MS = 3 * 86_400_000

/** Called when a request is sent, and when it has ended. `null`: it was cut off. */
export type Listener = {
  readonly asked: (token: string, asked: Asked) => void
  readonly answered: (token: string, asked: Asked, reply: Reply | null) => void
}

export class ScriptedGraph {
  readonly #clock: FakeClock
  readonly #listener: Listener
  readonly #said = new Map<string, Reply>()
  readonly #once = new Map<string, Reply>()
  /** Answers with too much data: the next request comes without the optional fields. */
  readonly #lighter = new Map<string, Reply>()
  #sleptMs = 0
  #isMisdated = false
  readonly #startMs: number
  /** How long each answer takes: never zero, to keep the order of events. */
  latencyMs = LATENCY_MS
  /** The token for which the app asks about itself: no request names it. */
  onBehalfOf: string

  constructor(clock: FakeClock, token: string, listener: Listener) {
    this.#clock = clock
    this.#listener = listener
    this.#startMs = clock.nowMs()
    this.onBehalfOf = token
  }

  /** Graph's own clock: it runs while our machine sleeps. */
  nowMs(): number {
    return this.#startMs + this.#clock.monotonicMs() + this.#sleptMs
  }

  /** The time in the `Date` of its answers. */
  datedMs(): number {
    return this.nowMs() + (this.#isMisdated ? MISDATED_MS : 0)
  }

  machineSleeps(ms: number): void {
    this.#sleptMs += ms
  }

  /** Sets the answer about this token, from now on or for one request. */
  say(token: string, asked: Asked, reply: Reply, once: boolean): void {
    const place = once ? this.#once : this.#said
    place.set(`${token} ${asked}`, reply)
  }

  allIsWell(): void {
    this.#said.clear()
    this.#once.clear()
    this.latencyMs = LATENCY_MS
  }

  readonly fetch = async (address: string, init: RequestInit): Promise<Response> => {
    const signal = init.signal as AbortSignal
    const url = new URL(address)
    const asked = askedOf(url.pathname)
    const bearer = new Headers(init.headers).get('authorization')?.replace('Bearer ', '') ?? ''
    const token = asked === 'app' ? this.onBehalfOf : (url.searchParams.get('input_token') ?? bearer)
    const key = `${token} ${asked}`
    const lighter = this.#lighter.get(key)
    this.#lighter.delete(key)
    if (signal.aborted) {
      if (lighter !== undefined) this.#listener.answered(token, asked, null)
      throw signal.reason
    }
    const reply = lighter ?? this.#once.get(key) ?? this.#said.get(key) ?? { word: 'good' as const }
    if (lighter === undefined) {
      this.#once.delete(key)
      this.#listener.asked(token, asked)
    }
    await this.#clock.sleep(reply.word === 'hang' ? REQUEST_TIMEOUT_MS : this.latencyMs, signal)
    const isTooMuch = ['heavy', 'too-much'].includes(reply.word) && url.searchParams.get('fields')?.includes('health')
    // The guard asks for this a second time, with fewer fields.
    if (isTooMuch === true && !signal.aborted) {
      this.#lighter.set(key, reply)
      return this.#response({ word: 'too-much' }, asked)
    }
    this.#isMisdated = reply.word === 'misdated'
    this.#listener.answered(token, asked, signal.aborted ? null : reply)
    if (signal.aborted) throw signal.reason
    if (reply.word === 'hang') throw new DOMException('the time is over', 'TimeoutError')
    if (reply.word === 'reset') throw Object.assign(new Error('reset'), { code: 'ECONNRESET' })
    const response = this.#response(reply, asked)
    this.#isMisdated = false
    return response
  }

  #response(reply: Reply, asked: Asked): Response {
    const { status = 200, body, headers = {} } = httpAnswerTo(asked, reply)
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const date = new Date(this.datedMs()).toUTCString()
    return new Response(text, { status, headers: { date, 'facebook-api-version': 'v25.0', ...headers } })
  }
}

function askedOf(path: string): Asked {
  if (path.endsWith('/debug_token')) return 'token'
  if (path.endsWith('/phone_numbers')) return 'numbers'
  if (path.endsWith('/subscribed_apps')) return 'subscriptions'
  if (path.endsWith(`/${APP}/subscriptions`)) return 'app'
  if (path.endsWith('/me')) return 'me'
  return path.endsWith(ACCOUNT) ? 'account' : 'phone'
}
