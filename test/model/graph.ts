import type { FakeClock } from '../../src/platform/clock.fake.ts'
import { BUSY_FOR_MS, type Asked, type Saying, type Word } from './words.ts'

/** Graph by a `fetch`: the bytes of each word. It has a clock of its own, which nobody sets. */

export const APP = '700700700700701'
export const ACCOUNT = '700700700700702'
export const PHONE = '700700700700703'
const SCOPES = ['business_management', 'whatsapp_business_messaging', 'whatsapp_business_management']
export const LATENCY_MS = 1
const REQUEST_TIMEOUT_MS = 5_000

/** Who hears of each request: when it is sent, and how it ended. `null`: it was cut off. */
export type Listener = {
  readonly asked: (token: string, asked: Asked) => void
  readonly answered: (token: string, asked: Asked, saying: Saying | null) => void
}

export class ScriptedGraph {
  readonly #clock: FakeClock
  readonly #listener: Listener
  readonly #said = new Map<string, Saying>()
  readonly #once = new Map<string, Saying>()
  #sleptMs = 0
  readonly #startMs: number
  /** How long each answer takes: never no time at all, so that one thing comes after the other. */
  latencyMs = LATENCY_MS

  constructor(clock: FakeClock, listener: Listener) {
    this.#clock = clock
    this.#listener = listener
    this.#startMs = clock.nowMs()
  }

  /** Graph's own clock: it runs while our machine sleeps. */
  nowMs(): number {
    return this.#startMs + this.#clock.monotonicMs() + this.#sleptMs
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
    if (signal.aborted) throw signal.reason
    const url = new URL(address)
    const asked = askedOf(url.pathname)
    const bearer = new Headers(init.headers).get('authorization')?.replace('Bearer ', '')
    const token = url.searchParams.get('input_token') ?? bearer ?? ''
    const key = `${token} ${asked}`
    const saying = this.#once.get(key) ?? this.#said.get(key) ?? { word: 'good' as const }
    this.#once.delete(key)
    this.#listener.asked(token, asked)
    const waitMs = saying.word === 'hang' ? REQUEST_TIMEOUT_MS : this.latencyMs
    await this.#clock.sleep(waitMs, signal)
    this.#listener.answered(token, asked, signal.aborted ? null : saying)
    if (signal.aborted) throw signal.reason
    if (saying.word === 'hang') throw new DOMException('the time is over', 'TimeoutError')
    if (saying.word === 'reset') throw Object.assign(new Error('reset'), { code: 'ECONNRESET' })
    return this.#response(saying, asked)
  }

  #response(saying: Saying, asked: Asked): Response {
    const { status = 200, body, headers = {} } = SILENT[saying.word] ?? spoken(asked, saying)
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const date = new Date(this.nowMs()).toUTCString()
    return new Response(text, { status, headers: { date, 'facebook-api-version': 'v25.0', ...headers } })
  }
}

type Spoken = {
  readonly status?: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

function askedOf(path: string): Asked {
  if (path.endsWith('/debug_token')) return 'token'
  if (path.endsWith('/phone_numbers')) return 'numbers'
  if (path.endsWith('/subscribed_apps')) return 'subscriptions'
  return path.endsWith(ACCOUNT) ? 'account' : 'phone'
}

const error = (status: number, code: number, message: string, subcode?: number): Spoken => ({
  status,
  body: { error: { message, type: 'OAuthException', code, error_subcode: subcode, fbtrace_id: 'A1' } },
})

const SILENT: Readonly<Partial<Record<Word, Spoken>>> = {
  failing: error(500, 2, 'An unexpected error has occurred.'),
  html: { status: 503, body: '<html>Service Unavailable</html>' },
  empty: { body: '' },
  list: { body: '[]' },
  busy: { status: 429, body: 'slow down' },
  'busy-for-long': { status: 429, body: 'slow down', headers: { 'retry-after': String(BUSY_FOR_MS / 1000) } },
  throttled: error(403, 4, '(#4) Application request limit reached'),
  'unheard-of': error(400, 424_242, 'Something new'),
}

function spoken(asked: Asked, { word, endsAt = 0 }: Saying): Spoken {
  if (word === 'unassigned') return error(400, 100, 'Unsupported get request.', 33)
  if (word === 'locked') return error(403, 368, 'Temporarily blocked for policies violations')
  if (word === 'forbidden') return error(403, 200, '(#200) You do not have permission to access this field.')
  if (word === 'denied') return error(400, 100, '(#100) You must provide an app access token')
  if (word === 'rejected') return error(400, 190, 'Invalid OAuth access token signature.')
  switch (asked) {
    case 'token':
      return { body: { data: tokenData(word, endsAt) } }
    case 'account':
      return { body: { id: ACCOUNT, name: 'A', status: 'ACTIVE', health_status: AVAILABLE } }
    case 'phone': {
      const status = word === 'disconnected' ? 'DISCONNECTED' : 'CONNECTED'
      return { body: { id: PHONE, display_phone_number: '1', status, health_status: AVAILABLE } }
    }
    case 'numbers':
      return { body: { data: [{ id: word === 'foreign' ? '1' : PHONE }] } }
    case 'subscriptions':
      return { body: { data: word === 'none' ? [] : [{ whatsapp_business_api_data: { id: APP } }] } }
  }
}

const AVAILABLE = { can_send_message: 'AVAILABLE', entities: [] }

const DEATHS: Readonly<Partial<Record<Word, object>>> = {
  revoked: { code: 190, subcode: 466, message: 'The session was invalidated explicitly using an API call.' },
  expired: { code: 190, subcode: 463, message: 'Session has expired on Thursday.' },
  garbled: { code: 190, message: 'Invalid OAuth access token - Cannot parse access token' },
}

function tokenData(word: Word, endsAt: number): object {
  const death = DEATHS[word]
  if (death !== undefined) return { is_valid: false, error: death, scopes: [] }
  return {
    is_valid: true,
    app_id: APP,
    user_id: '5',
    type: word === 'user' ? 'USER' : 'SYSTEM_USER',
    scopes: word === 'narrow' ? SCOPES.slice(1) : SCOPES,
    expires_at: word === 'ending' ? endsAt / 1000 : 0,
    issued_at: 1_700_000_000,
  }
}
