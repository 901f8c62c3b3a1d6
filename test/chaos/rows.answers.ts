import {
  answer,
  data,
  FAILING,
  graphError,
  NONSENSE,
  RATE_LIMITED,
  refused,
  alteredAnswer,
  text,
  UNREACHABLE,
  warned,
  VERIFIED,
  type Fault,
  type Row,
} from './row.ts'

/** Complete HTTP answers, and what is in them. */

const DAY_S = 86_400
const nowS = () => Math.floor(Date.now() / 1000)
const token = (body: string): Fault => ({ only: 'debug_token', onRequest: answer({ body }) })
const status = (code: number, headers: Readonly<Record<string, string>> = {}, body = ''): Fault => ({
  onRequest: answer({ status: code, headers, body }),
})
const HTML = '<html><body>Sign in to the hotel network</body></html>'
const PORTAL = '{"status":"captive","login_url":"http://portal.example/login","data":{"user":null},"error":false}'
const headed = (headers: Readonly<Record<string, string>>): Fault => ({ onRequest: alteredAnswer(() => ({ headers })) })
const usage = (id: string, type: string) =>
  JSON.stringify({ [id]: [{ type, call_count: 100, total_time: 100, estimated_time_to_regain_access: 600 }] })
const numbers = (body: object): Fault => ({
  only: 'phone_numbers',
  onRequest: answer({ body: JSON.stringify({ data: [{ id: '1' }], ...body }) }),
})
const FURTHER = 'https://graph.facebook.com/further'
const withRaw = (field: string, value: string) =>
  text((body) => body.replace(new RegExp(`"${field}":[^,}]+`), `"${field}":${value}`))

const rows = (expected: Row['expected'], faults: Readonly<Record<string, Fault>>): readonly Row[] =>
  Object.entries(faults).map(([name, fault]) => ({ name, fault, expected }))

export const ANSWER_ROWS: readonly Row[] = [
  ...rows(NONSENSE, {
    'HTML with 200': { onRequest: answer({ headers: { 'content-type': 'text/html' }, body: HTML }) },
    'nothing with 200': { onRequest: answer({}) },
    'blanks with 200': { onRequest: answer({ body: '  \n' }) },
    'a list': token('[]'),
    'an empty object': token('{}'),
    null: token('null'),
    'a text': token('"is_valid"'),
    'a number': token('1'),
    'data: null': token('{"data":null}'),
    'data: a list': token('{"data":[]}'),
    'data: a text': token('{"data":"valid"}'),
    'data that is empty': token('{"data":{}}'),
    "a portal's JSON": { onRequest: answer({ body: PORTAL }) },
    'the worst number for a reader of JSON': token(`${'1'.repeat(65_536)}e`),
    'the worst text for a reader of JSON': token(`"${'\\\\'.repeat(32_768)}`),
    'two documents': text((body) => body + body),
    'half a document': text((body) => body.slice(0, body.length / 2)),
    'JSON with a comment': text((body) => `/* */${body}`),
    'UTF-16': text((body) => Buffer.from(body, 'utf16le')),
    'a hundred thousand brackets': token('['.repeat(100_000)),
    'is_valid as a text': data({ is_valid: 'true' }),
    'is_valid as a number': data({ is_valid: 1 }),
    'is_valid: null': data({ is_valid: null }),
    'is_valid absent': data({ is_valid: undefined }),
    'expires_at absent': data({ expires_at: undefined }),
    'expires_at: null': data({ expires_at: null }),
    'expires_at as a text': data({ expires_at: '0' }),
    'expires_at: "never"': data({ expires_at: 'never' }),
    'expires_at: false': data({ expires_at: false }),
    'expires_at: a list': data({ expires_at: [] }),
    'expires_at: an object': data({ expires_at: {} }),
    'expires_at below 0': data({ expires_at: -1 }),
    'expires_at with a fraction': data({ expires_at: 0.5 }),
    'expires_at in milliseconds': data(() => ({ expires_at: Date.now() + 60 * DAY_S * 1000 })),
    'expires_at beyond any number': withRaw('expires_at', '1e999'),
    'expires_at of twenty digits': withRaw('expires_at', '17000000000000000000'),
    'scopes absent': data({ scopes: undefined }),
    'scopes as a text': data({ scopes: 'whatsapp_business_messaging' }),
    'scopes: null': data({ scopes: null }),
    'scopes of numbers': data({ scopes: [1] }),
    'is_valid beside an error': data({ error: { code: 190, message: 'odd' } }),
    '201': status(201),
    '202 with the good answer': { onRequest: alteredAnswer(() => ({ status: 202 })) },
    '204': { onRequest: (socket) => void socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n') },
    '206 with the good answer': { onRequest: alteredAnswer(() => ({ status: 206 })) },
    '301 elsewhere': status(301, { location: 'http://127.0.0.1:9/' }),
    '302 to itself': status(302, { location: '/v25.0/debug_token' }),
    '302 without Location': status(302),
    '307 elsewhere': status(307, { location: 'https://login.example/' }),
    '308 elsewhere': status(308, { location: '//example' }),
    '304': { onRequest: (socket) => void socket.end('HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n') },
    '400 with HTML': status(400, {}, HTML),
    '401 with HTML': status(401, {}, HTML),
    '403 with HTML': status(403, {}, HTML),
    '404 with HTML': status(404, {}, HTML),
    '410 with nothing': status(410),
    '418 with nothing': status(418),
    '451 with HTML': status(451, {}, HTML),
    '403 with the good answer': { onRequest: alteredAnswer(() => ({ status: 403 })) },
    'an error that is a text': { onRequest: answer({ status: 400, body: '{"error":"invalid_client"}' }) },
    'an error without a code': { onRequest: answer({ status: 400, body: '{"error":{"message":"no"}}' }) },
    'an error whose code is a text': { onRequest: graphError('190', 'Invalid OAuth access token.') },
    'an error whose code is null': { onRequest: graphError(null, 'Invalid OAuth access token.') },
  }),
  // Node's fetch takes it for a proxy's answer, and reports a failed request.
  { name: '407 with HTML', fault: status(407, {}, HTML), expected: NONSENSE, onNode: UNREACHABLE },
  ...rows(VERIFIED, {
    'a BOM first': text((body) => `\uFEFF${body}`),
    'unknown fields': data({ is_invalid: true, expires: 1, nested: { deep: [{}] } }),
    '__proto__ as a field': text((body) => body.replace('{"data":{', '{"data":{"__proto__":{"is_valid":false},')),
    'expires_at: -0': withRaw('expires_at', '-0'),
    'expires_at: 0.0': withRaw('expires_at', '0.0'),
    'is_valid twice, true the second time': text((body) => body.replace('{"data":{', '{"data":{"is_valid":false,')),
    'data_access_expires_at as a text': data({ data_access_expires_at: 'never' }),
    'issued_at as a text': data({ issued_at: 'once' }),
    'a target that is not a number': data({ granular_scopes: [{ scope: 'ads_read', target_ids: ['act_1', 'cat_2'] }] }),
    'granular scopes as a text': data({ granular_scopes: 'all' }),
    'a long fraction': text((body) => body.replace('{"data":{', '{"data":{"weight":0.30000000000000004,')),
    'Retry-After beside a good answer': headed({ 'retry-after': '86400' }),
    "another business's limits used up": headed({ 'x-business-use-case-usage': usage('999000999', 'ads_management') }),
    'an invalid usage header': headed({ 'x-business-use-case-usage': '[[{"', 'x-app-usage': 'much' }),
    'ids as numbers': data(({ app_id }) => ({ app_id: Number(app_id) })),
    'another content type': { onRequest: alteredAnswer(() => ({ headers: { 'content-type': 'text/plain' } })) },
    'an invalid token in one answer only': {
      ...data({ is_valid: false, error: { code: 190, message: 'odd' } }),
      times: 1,
    },
    'a missing scope in one answer only': { ...data({ scopes: [] }), times: 1 },
    'an unassigned account in one answer only': {
      only: 'account',
      times: 1,
      onRequest: graphError(100, 'Unsupported get request.', { error_subcode: 33 }),
    },
  }),
  ...rows(RATE_LIMITED, {
    '429': status(429),
    '429, Retry-After in seconds': status(429, { 'retry-after': '2' }),
    '429, Retry-After as a date': {
      onRequest: alteredAnswer(() => ({
        status: 429,
        headers: { 'retry-after': new Date(Date.now() + 9_000).toUTCString() },
      })),
    },
    '429, invalid Retry-After': status(429, { 'retry-after': 'soon' }),
    '429, Retry-After below 0': status(429, { 'retry-after': '-5' }),
    '429, Retry-After of a century': status(429, { 'retry-after': '3153600000' }),
    '429, Retry-After of forty digits': status(429, { 'retry-after': '9'.repeat(40) }),
    '429 with an error of the credential': { onRequest: graphError(190, 'odd', {}, 429) },
  }),
  ...rows(
    FAILING,
    Object.fromEntries([
      ...[500, 501, 502, 503, 504, 505, 507, 511, 520, 529, 599].map((code) => [
        `${code} with HTML`,
        status(code, {}, HTML),
      ]),
      ['503, Retry-After of a day', status(503, { 'retry-after': '86400' })],
      ['500 with the good answer', { onRequest: alteredAnswer(() => ({ status: 500 })) }],
      ['500 with an error of the credential', { onRequest: graphError(190, 'odd', { error_subcode: 463 }, 500) }],
      ['an error of the credential that is transient', { onRequest: graphError(190, 'odd', { is_transient: true }) }],
    ]),
  ),
  ...rows(warned('graph.nonsense'), {
    'a list of numbers that is cut off': numbers({ paging: { next: FURTHER } }),
    'a list of numbers that repeats itself': numbers({ paging: { cursors: { after: 'MTA' }, next: FURTHER } }),
  }),
  ...rows(FAILING, {
    'data.error 2': data({ is_valid: false, error: { code: 2, message: 'Service temporarily unavailable' } }),
    'data.error that is transient': data({ is_valid: false, error: { code: 190, message: 'x', is_transient: true } }),
  }),
  ...rows(RATE_LIMITED, { 'data.error 4': data({ is_valid: false, error: { code: 4, message: 'x' } }) }),
  ...rows(refused('token.expires'), {
    'a Date after the expiry of a token called valid': {
      only: 'debug_token',
      onRequest: alteredAnswer(({ body }) => ({
        headers: { date: new Date(Date.now() + 2 * DAY_S * 1000).toUTCString() },
        body: body.replace('"expires_at":0', `"expires_at":${nowS() + DAY_S}`),
      })),
    },
    'expires_at in sixty days': data(() => ({ expires_at: nowS() + 60 * DAY_S })),
    'expires_at in ten minutes': data(() => ({ expires_at: nowS() + 600 })),
    'expires_at in 2099': data({ expires_at: 4_070_908_800 }),
  }),
  ...rows(refused('token.expired'), {
    'expires_at two hours ago': data(() => ({ expires_at: nowS() - 7_200 })),
    'expires_at: 1': data({ expires_at: 1 }),
    'data.error 190/463': data({ is_valid: false, error: { code: 190, subcode: 463, message: 'x' } }),
  }),
  ...rows(refused('token.revoked'), {
    'data.error 190/460': data({ is_valid: false, error: { code: 190, subcode: 460, message: 'x' } }),
    'data.error 190/466': data({ is_valid: false, scopes: [], error: { code: 190, subcode: 466, message: 'x' } }),
  }),
  ...rows(refused('token.invalid'), {
    'is_valid twice, false the second time': text((body) =>
      body.replace(/"is_valid":true/, '"is_valid":true,"is_valid":false'),
    ),
    'is_valid: false and no more': data({ is_valid: false }),
    'is_valid: false alone': token('{"data":{"is_valid":false}}'),
    'data.error: invalid data': data({ is_valid: false, error: { code: 190, message: 'Invalid OAuth access token' } }),
    'data.error: cannot parse': data({ is_valid: false, error: { code: 190, message: 'Cannot parse access token' } }),
  }),
  ...rows(refused('scope.missing'), { 'scopes: none': data({ scopes: [] }) }),
  ...rows(refused('app.mismatch'), { 'the token of another app': data({ app_id: '1' }) }),
]
