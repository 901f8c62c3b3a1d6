import type { FakeClock } from '../../src/platform/clock.fake.ts'
import { ACCOUNT, APP, spoken } from './spoken.ts'
import type { Asked, Saying } from './words.ts'

/** Graph by a `fetch`. It has a clock of its own, which nothing sets. */

export const LATENCY_MS = 1
const REQUEST_TIMEOUT_MS = 5_000
/** How far the `Date` of one answer may be wrong. */
const MISDATED_MS = 3 * 86_400_000

/** Called with each request: when it is sent, and how it ended. `null`: it was cut off. */
export type Listener = {
  readonly asked: (token: string, asked: Asked) => void
  readonly answered: (token: string, asked: Asked, saying: Saying | null) => void
}

export class ScriptedGraph {
  readonly #clock: FakeClock
  readonly #listener: Listener
  readonly #said = new Map<string, Saying>()
  readonly #once = new Map<string, Saying>()
  /** What was too much, and is to be asked for again without the fields that may be left out. */
  readonly #lighter = new Map<string, Saying>()
  #sleptMs = 0
  #isMisdated = false
  readonly #startMs: number
  /** How long each answer takes: never no time at all, so that one thing comes after the other. */
  latencyMs = LATENCY_MS
  /** The token that the app's own token asks for: no request names it. */
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

  /** As its answers date it. */
  datedMs(): number {
    return this.nowMs() + (this.#isMisdated ? MISDATED_MS : 0)
  }

  machineSleeps(ms: number): void {
    this.#sleptMs += ms
  }

  /** From now on, of this token. */
  say(token: string, asked: Asked, saying: Saying, once: boolean): void {
    const place = once ? this.#once : this.#said
    place.set(`${token} ${asked}`, saying)
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
    const saying = lighter ?? this.#once.get(key) ?? this.#said.get(key) ?? { word: 'good' as const }
    if (lighter === undefined) {
      this.#once.delete(key)
      this.#listener.asked(token, asked)
    }
    await this.#clock.sleep(saying.word === 'hang' ? REQUEST_TIMEOUT_MS : this.latencyMs, signal)
    const isTooMuch = ['heavy', 'too-much'].includes(saying.word) && url.searchParams.get('fields')?.includes('health')
    // One request more belongs to it.
    if (isTooMuch === true && !signal.aborted) {
      this.#lighter.set(key, saying)
      return this.#response({ word: 'too-much' }, asked)
    }
    this.#isMisdated = saying.word === 'misdated'
    this.#listener.answered(token, asked, signal.aborted ? null : saying)
    if (signal.aborted) throw signal.reason
    if (saying.word === 'hang') throw new DOMException('the time is over', 'TimeoutError')
    if (saying.word === 'reset') throw Object.assign(new Error('reset'), { code: 'ECONNRESET' })
    const response = this.#response(saying, asked)
    this.#isMisdated = false
    return response
  }

  #response(saying: Saying, asked: Asked): Response {
    const { status = 200, body, headers = {} } = spoken(asked, saying)
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
