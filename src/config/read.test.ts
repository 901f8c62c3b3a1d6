import { expect, test } from 'bun:test'
import { configOf, faultsOf, read, TOKEN } from './config.fake.ts'

const SECRET_TEXT = 'f00dfeedc0ffee0123456789deadbeef'
const withToken = (env: Readonly<Record<string, string>>) => ({ WHATSAPP_TOKEN: TOKEN, ...env })

test('a token alone is enough', () => {
  const { token, ...rest } = configOf({ WHATSAPP_TOKEN: TOKEN })
  expect(token?.reveal()).toBe(TOKEN)
  expect(rest).toEqual({
    businessAccountId: null,
    phoneNumberIds: [],
    appId: null,
    appSecret: null,
    webhookUrl: null,
    graphUrl: 'https://graph.facebook.com',
    graphVersion: 'v25.0',
    mode: 'enforce',
    requiredScopes: [['business_management'], ['whatsapp_business_messaging'], ['whatsapp_business_management']],
    expiry: 'never',
    rotateBeforeMs: 14 * 86_400_000,
    bootTimeoutMs: 20_000,
    bootUnverified: 'refuse',
    checkIntervalMs: 300_000,
    assetIntervalMs: 900_000,
    checkTimeoutMs: 5_000,
    staleAfterMs: 1_800_000,
    staleStatus: 'warn',
    failOn: [],
    readiness: 'process',
    stopDelayMs: 0,
    host: null,
    port: 3000,
    operatorToken: null,
    alertUrl: null,
    alertFormat: 'auto',
    alertRepeatMs: 86_400_000,
    alertSecret: null,
    heartbeatUrl: null,
    statePath: null,
    stateMaxAgeMs: 86_400_000,
    upstreamUrl: null,
    upstreamMaxAgeMs: 600_000,
    logLevel: 'info',
    fleet: {
      database: null,
      listSql: null,
      tokenSql: null,
      source: null,
      syncIntervalMs: 300_000,
      intervalMs: 3_600_000,
      assetIntervalMs: 3_600_000,
      staleAfterMs: 6 * 3_600_000,
      rate: 10,
      incident: null,
      holdMs: 900_000,
    },
  })
})

type Case = readonly [name: string, text: string]

const good: readonly Case[] = [
  ['WHATSAPP_TOKEN', 'garbage'],
  ['WHATSAPP_PHONE_NUMBER_ID', '123, 456 ,123'],
  ['GRAPH_API_URL', 'http://localhost:4010'],
  ['GRAPH_API_URL', 'http://127.0.0.1.:4010'],
  ['GRAPH_API_URL', 'http://127.0.0.2:1'],
  ['GRAPH_API_URL', 'http://[::1]:4010/prefix/'],
  ['GRAPH_API_URL', 'https://proxy.example/graph'],
  ['GRAPH_API_URL', 'https://gateway.example/v1'],
  ['GRAPH_API_URL', 'https://proxy.example/v23.0/graph'],
  ['TOKEN_GUARD_REQUIRED_SCOPES', 'a|b, c_1'],
  ['TOKEN_GUARD_CHECK_INTERVAL', '1s'],
  ['TOKEN_GUARD_CHECK_INTERVAL', '24d'],
  ['TOKEN_GUARD_ROTATE_BEFORE', '1ms'],
  ['TOKEN_GUARD_STOP_DELAY', '0s'],
  ['TOKEN_GUARD_CHECK_TIMEOUT', '20s'],
  ['TOKEN_GUARD_STALE_AFTER', '10m'],
  ['TOKEN_GUARD_HOST', '::'],
  ['TOKEN_GUARD_HOST', '0.0.0.0'],
  ['TOKEN_GUARD_HOST', 'my-host.internal'],
  ['TOKEN_GUARD_PORT', '0'],
  ['TOKEN_GUARD_PORT', '65535'],
  ['TOKEN_GUARD_OPERATOR_TOKEN', 'x'.repeat(16)],
  ['TOKEN_GUARD_ALERT_URL', 'https://hooks.example/abc'],
  ['TOKEN_GUARD_ALERT_URL', 'http://127.0.0.1:9/abc'],
  ['WHATSAPP_WEBHOOK_URL', 'https://hooks.example/wa?key=1#part'],
  ['WHATSAPP_WEBHOOK_URL', 'http://hooks.example:8080'],
  ['TOKEN_GUARD_FAIL_ON', 'phone.blocked, token.type ,phone.blocked'],
  ['TOKEN_GUARD_FAIL_ON', ''],
  ['LOG_LEVEL', 'silent'],
  ['PORT', '8080'],
  ['META_APP_ID', ''],
]

test.each(good)('%s=%s is right', (name, text) => {
  expect(faultsOf(withToken({ [name]: text }))).toEqual([])
})

const bad: readonly (readonly [name: string, text: string, problem: RegExp])[] = [
  ['WHATSAPP_TOKEN', 'Bearer abc', /has "Bearer " in front/],
  ['WHATSAPP_BUSINESS_ACCOUNT_ID', 'your-account-id', /is "your-account-id"/],
  ['WHATSAPP_PHONE_NUMBER_ID', '1,,2', /empty entry/],
  ['WHATSAPP_PHONE_NUMBER_ID', '+49 170', /is "\+49 170"/],
  ['META_APP_ID', '"123"', /quotes are a part of it/],
  ['META_APP_ID', 'a\u001b[31mb', /is "a\\u\{1b\}\[31mb"/],
  ['META_APP_ID', SECRET_TEXT, /not shown/],
  ['META_APP_ID', 'x'.repeat(61), /61 characters/],
  ['GRAPH_API_URL', 'graph.facebook.com', /is "graph.facebook.com"/],
  ['GRAPH_API_URL', 'ftp://graph.facebook.com', /is "ftp:/],
  ['GRAPH_API_URL', 'https://me:word@graph.facebook.com', /has credentials/],
  ['GRAPH_API_URL', 'https://graph.facebook.com/?access_token=1', /has a query/],
  ['GRAPH_API_URL', 'https://graph.facebook.com/#a', /has a "#/],
  ['GRAPH_API_URL', 'https://graph.facebook.com/v23.0', /ends in a version \(\/v23\.0\)/],
  ['GRAPH_API_URL', 'https://graph.facebook.com/V23.0/', /ends in a version/],
  ['GRAPH_API_URL', 'https://graph.facebook.com/v23', /ends in a version/],
  ['GRAPH_API_URL', 'https://proxy.example/graph/v23.0//', /ends in a version/],
  ['GRAPH_API_URL', 'http://graph.facebook.com', /plain http/],
  ['GRAPH_API_URL', 'http://127.example.com', /plain http/],
  ['GRAPH_API_URL', 'http://graph.localhost', /plain http/],
  ['GRAPH_API_URL', 'http://localhost.:4010', /plain http/],
  ['GRAPH_API_URL', 'http://localhost.example.com', /plain http/],
  ['GRAPH_API_VERSION', '23.0', /is "23.0"/],
  ['TOKEN_GUARD_MODE', 'Enforce', /is "Enforce"/],
  ['TOKEN_GUARD_REQUIRED_SCOPES', 'a,b-c', /is "a,b-c"/],
  ['TOKEN_GUARD_REQUIRED_SCOPES', 'a|', /is "a\|"/],
  ['TOKEN_GUARD_EXPIRY', 'soon', /is "soon"/],
  ['TOKEN_GUARD_ROTATE_BEFORE', '0d', /longer than 0/],
  ['TOKEN_GUARD_BOOT_TIMEOUT', '0s', /longer than 0/],
  ['TOKEN_GUARD_CHECK_INTERVAL', '5', /^TOKEN_GUARD_CHECK_INTERVAL is "5"$/],
  ['TOKEN_GUARD_CHECK_INTERVAL', '999ms', /less than 1s/],
  ['TOKEN_GUARD_CHECK_INTERVAL', '25d', /longer than 24d.*at once/],
  ['TOKEN_GUARD_CHECK_INTERVAL', `${'9'.repeat(50)}d`, /longer than 24d/],
  ['TOKEN_GUARD_ASSET_INTERVAL', '0s', /longer than 0/],
  ['TOKEN_GUARD_CHECK_TIMEOUT', '20001ms', /longer than TOKEN_GUARD_BOOT_TIMEOUT/],
  ['TOKEN_GUARD_STALE_AFTER', '599s', /less than 2 check intervals/],
  ['TOKEN_GUARD_STALE_STATUS', 'pass', /is "pass"/],
  ['TOKEN_GUARD_HOST', '[::1]', /is "\[::1\]"/],
  ['TOKEN_GUARD_HOST', '300.1.1.1', /is "300/],
  ['TOKEN_GUARD_HOST', 'localhost:3000', /is "localhost:3000"/],
  ['TOKEN_GUARD_PORT', '65536', /is "65536"/],
  ['TOKEN_GUARD_PORT', '-1', /is "-1"/],
  ['PORT', 'abc', /^PORT is "abc"/],
  ['TOKEN_GUARD_OPERATOR_TOKEN', 'x'.repeat(15), /fewer than 16/],
  ['TOKEN_GUARD_OPERATOR_TOKEN', 'blank in the middle', /blank/],
  ['TOKEN_GUARD_ALERT_URL', 'http://hooks.example/abc', /neither loopback nor private/],
  ['TOKEN_GUARD_ALERT_URL', 'hooks', /is no URL/],
  ['WHATSAPP_WEBHOOK_URL', 'hooks.example/wa', /is no URL/],
  ['WHATSAPP_WEBHOOK_URL', 'https:hooks.example', /is no URL/],
  ['WHATSAPP_WEBHOOK_URL', 'https://hooks.example\\wa', /is no URL/],
  ['WHATSAPP_WEBHOOK_URL', '"https://hooks.example/wa"', /is no URL/],
  ['WHATSAPP_WEBHOOK_URL', 'https://hooks.example/w a', /has a blank/],
  ['WHATSAPP_WEBHOOK_URL', 'ftp://hooks.example/wa', /neither https nor http/],
  ['WHATSAPP_WEBHOOK_URL', 'https://me:word@hooks.example/wa', /has credentials/],
  ['WHATSAPP_WEBHOOK_URL', 'https://hooks.example/'.padEnd(2_049, 'x'), /has more than 2048 characters/],
  ['LOG_LEVEL', 'verbose', /is "verbose"/],
]

test.each(bad)('%s=%j is one fault', (name, text, problem) => {
  const faults = faultsOf(withToken({ [name]: text }))
  expect(faults).toHaveLength(1)
  expect(faults[0]).toStartWith(`${name} `)
  expect(faults[0]).toMatch(problem)
})

test('a fault says what was expected', () => {
  const result = read(withToken({ TOKEN_GUARD_CHECK_INTERVAL: '5' }))
  expect(result).toMatchObject({
    ok: false,
    faults: [
      {
        name: 'TOKEN_GUARD_CHECK_INTERVAL',
        problem: 'is "5"',
        expected: 'a duration with its unit, such as 5m (500ms, 5s, 5m, 1h, 14d; at most 24d)',
      },
    ],
  })
})

test('the fault about a version in the address says where it belongs', () => {
  expect(read(withToken({ GRAPH_API_URL: 'https://graph.facebook.com/v23.0' }))).toMatchObject({
    faults: [{ expected: expect.stringMatching(/without a version.*GRAPH_API_VERSION names/) }],
  })
})

test('the fault about a missing token says how to get one', () => {
  const result = read({})
  expect(result).toMatchObject({ ok: false, faults: [{ name: 'WHATSAPP_TOKEN', problem: 'is not set' }] })
  expect(JSON.stringify(result)).toMatch(/step 4.*\.env.*step 5/)
})
