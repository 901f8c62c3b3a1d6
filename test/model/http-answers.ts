import { WAITS_MS, type Asked, type Reply, type Word } from './words.ts'

/** The HTTP answer for each word. */

export const APP = '700700700700701'
export const ACCOUNT = '700700700700702'
export const PHONE = '700700700700703'
const SCOPES = ['business_management', 'whatsapp_business_messaging', 'whatsapp_business_management']

export type HttpAnswer = {
  readonly status?: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const error = (status: number, code: number, message: string, subcode?: number): HttpAnswer => ({
  status,
  body: { error: { message, type: 'OAuthException', code, error_subcode: subcode, fbtrace_id: 'A1' } },
})
const afterMs = (ms: number | undefined) => ({ 'retry-after': String((ms ?? 0) / 1000) })
const busy = (word: Word): HttpAnswer => ({ status: 429, body: 'slow down', headers: afterMs(WAITS_MS[word]) })

/** The same for every question. */
const ANYWHERE: Readonly<Partial<Record<Word, HttpAnswer>>> = {
  failing: error(500, 2, 'An unexpected error has occurred.'),
  html: { status: 503, body: '<html>Service Unavailable</html>' },
  empty: { body: '' },
  list: { body: '[]' },
  'too-much': error(400, 1, "Please reduce the amount of data you're asking for, then retry your request"),
  busy: { status: 429, body: 'slow down' },
  'busy-for-long': busy('busy-for-long'),
  'busy-for-days': busy('busy-for-days'),
  throttled: error(403, 4, '(#4) Application request limit reached'),
  'unheard-of': error(400, 424_242, 'Something new'),
  unassigned: error(400, 100, 'Unsupported get request.', 33),
  missing: error(400, 100, '(#100) Missing Permission'),
  locked: error(403, 368, 'Temporarily blocked for policies violations'),
  forbidden: error(403, 200, '(#200) You do not have permission to access this field.'),
  denied: error(400, 100, '(#100) You must provide an app access token'),
  rejected: error(400, 190, 'Invalid OAuth access token signature.'),
  blocked: error(400, 200, 'API access blocked.'),
  address: error(403, 5, "(#5) This IP can't make requests for that application."),
}

const DEATHS: Readonly<Partial<Record<Word, { code: number; subcode?: number; message: string }>>> = {
  revoked: { code: 190, subcode: 466, message: 'The session was invalidated explicitly using an API call.' },
  expired: { code: 190, subcode: 463, message: 'Session has expired on Thursday.' },
  garbled: { code: 190, message: 'Invalid OAuth access token - Cannot parse access token' },
  ended: { code: 102, message: 'Session key invalid or no longer valid' },
  passing: { code: 2, message: 'Service temporarily unavailable' },
  'passing-throttle': { code: 4, message: 'Application request limit reached' },
}

const HEADERS: Readonly<Partial<Record<Word, Readonly<Record<string, string>>>>> = {
  waiting: afterMs(WAITS_MS.waiting),
  used: { 'x-app-usage': JSON.stringify({ call_count: 76, total_time: 3, total_cputime: 2 }) },
  'used-by-others': {
    'x-app-usage': JSON.stringify({ call_count: 74, total_time: 74, total_cputime: 74 }),
    'x-business-use-case-usage': JSON.stringify({
      '42': [{ type: 'ads_management', call_count: 100, total_time: 100, estimated_time_to_regain_access: 600 }],
    }),
  },
}

export function httpAnswerTo(asked: Asked, reply: Reply): HttpAnswer {
  const { word } = reply
  const anywhere = ANYWHERE[word]
  if (anywhere !== undefined) return anywhere
  const death = DEATHS[word]
  if (death !== undefined && asked !== 'token') return error(400, death.code, death.message, death.subcode)
  return { body: bodyOf(asked, reply), headers: HEADERS[word] ?? {} }
}

function bodyOf(asked: Asked, { word, endsAt = 0 }: Reply): unknown {
  const health = word === 'heavy' ? {} : { health_status: { can_send_message: sendingOf(word), entities: [] } }
  switch (asked) {
    case 'token':
      return { data: tokenData(word, endsAt) }
    case 'account':
      return { id: ACCOUNT, name: 'A', ...health }
    case 'phone': {
      const status = word === 'disconnected' ? 'DISCONNECTED' : 'CONNECTED'
      return { id: PHONE, display_phone_number: '1', status, ...health }
    }
    case 'numbers':
      return { data: [{ id: word === 'foreign' ? '1' : PHONE }] }
    case 'subscriptions':
      return { data: word === 'none' ? [] : [{ whatsapp_business_api_data: { id: APP } }] }
    case 'app': {
      const fields = [{ name: word === 'unticked' ? 'flows' : 'messages', version: 'v25.0' }]
      return { data: [{ object: 'whatsapp_business_account', callback_url: 'https://bot.example/hook', fields }] }
    }
    case 'me':
      return { id: '5' }
  }
}

function sendingOf(word: Word): string {
  return word === 'limited' ? 'LIMITED' : 'AVAILABLE'
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
    expires_at: endsAt / 1000,
    issued_at: 1_700_000_000,
  }
}
