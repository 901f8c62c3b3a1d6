import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { REQUEST_OUTCOMES } from '../graph/outcome.ts'
import { ALL_WELL, silence, stateOf, type Heard } from '../report/health.fake.ts'
import { FINDING_CODES } from '../verification/codes.ts'
import { anyAnswers, anyPolicy, MARKER } from '../verification/facts.fake.ts'
import { connection, deadToken, IDS, liveToken, NOW_MS } from '../verification/verification.fake.ts'
import { knownOf } from './app.fake.ts'
import { createMetrics } from './metrics.ts'

const made = () => createMetrics({ version: '1.2.3', runtime: 'bun 1.4.5' })
const NOW_SECONDS = NOW_MS / 1_000

/** Name with labels → value. */
async function scrape(heard: Heard, metrics = made()): Promise<ReadonlyMap<string, string>> {
  const { body } = await metrics.render(knownOf(heard))
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]))
}

const labelled = (name: string, label: string, values: readonly string[]) =>
  values.map((value) => `${name}{${label}="${value}"}`)

describe('the first scrape', () => {
  test('has every series, before anything was asked', async () => {
    const series = await scrape({})
    const expected = [
      ...labelled('whatsapp_token_status', 'status', ['pass', 'warn', 'fail']),
      ...labelled('whatsapp_token_finding', 'code', FINDING_CODES),
      'whatsapp_token_expiry_timestamp_seconds',
      'whatsapp_token_data_access_expiry_timestamp_seconds',
      'whatsapp_token_last_answer_timestamp_seconds',
      'whatsapp_token_last_attempt_timestamp_seconds',
      'whatsapp_token_next_check_timestamp_seconds',
      'whatsapp_token_graph_version_end_timestamp_seconds',
      ...labelled('whatsapp_token_checks_total', 'outcome', ['verified', 'refused', 'unverified']),
      'whatsapp_token_check_duration_seconds_sum',
      'whatsapp_token_check_duration_seconds_count',
      'whatsapp_token_check_duration_seconds_bucket{le="+Inf"}',
      ...labelled('whatsapp_token_drift_total', 'severity', ['info', 'warn', 'error']),
      ...labelled('whatsapp_token_graph_requests_total', 'outcome', REQUEST_OUTCOMES),
      ...labelled('whatsapp_token_alerts_total', 'outcome', ['delivered', 'failed', 'dropped']),
      ...labelled('whatsapp_token_heartbeats_total', 'outcome', ['delivered', 'failed', 'skipped']),
      'whatsapp_token_guard_build_info{version="1.2.3",runtime="bun 1.4.5"}',
    ]
    const names = [...series.keys()].filter((name) => !/_bucket\{le="[\d.]+"\}$/.test(name))
    expect(names.toSorted()).toEqual(expected.toSorted())
  })

  test('says that nothing is known', async () => {
    const series = await scrape({})
    expect(series.get('whatsapp_token_status{status="fail"}')).toBe('1')
    expect(series.get('whatsapp_token_expiry_timestamp_seconds')).toBe('NaN')
    expect(series.get('whatsapp_token_last_answer_timestamp_seconds')).toBe('0')
    expect(series.get('whatsapp_token_last_attempt_timestamp_seconds')).toBe('0')
    expect(series.get('whatsapp_token_next_check_timestamp_seconds')).toBe('0')
    expect(series.get('whatsapp_token_graph_version_end_timestamp_seconds')).toBe('NaN')
  })
})

describe('the state', () => {
  test.each([
    ['pass', { answers: ALL_WELL }],
    ['warn', { answers: [...ALL_WELL.slice(1), liveToken({ type: 'USER' })] }],
    ['fail', { answers: [deadToken('revoked')] }],
  ] as const)('only the series of %s is 1', async (status, heard) => {
    const series = await scrape(heard)
    const ones = ['pass', 'warn', 'fail'].filter(
      (each) => series.get(`whatsapp_token_status{status="${each}"}`) === '1',
    )
    expect(ones).toEqual([status])
  })

  test('shows the current findings, and removes them when they end', async () => {
    const metrics = made()
    const holding = async (heard: Heard) =>
      [...(await scrape(heard, metrics))].flatMap(([name, value]) =>
        name.startsWith('whatsapp_token_finding') && value === '1' ? [name.replace(/.*"(.*)".*/, '$1')] : [],
      )
    expect(await holding({ answers: [deadToken('expired')] })).toEqual(['token.expired'])
    expect(await holding({ answers: ALL_WELL })).toEqual([])
  })

  test.each([
    ['never', '+Inf'],
    [NOW_MS + 5_000, String(NOW_SECONDS + 5)],
    [null, 'NaN'],
  ] as const)('an expiry %p is %s', async (end, value) => {
    const series = await scrape({ answers: [liveToken({ expiresAt: end, dataAccessExpiresAt: end })] })
    expect(series.get('whatsapp_token_expiry_timestamp_seconds')).toBe(value)
    expect(series.get('whatsapp_token_data_access_expiry_timestamp_seconds')).toBe(value)
  })

  test.each([
    ['v23.0', String(Date.parse('2027-10-08') / 1_000)],
    ['v99.0', 'NaN'],
  ])('the end of %s is %s, whichever version answers', async (askedVersion, value) => {
    const series = await scrape({ answers: [{ ...connection('v25.0', 0), askedVersion }] })
    expect(series.get('whatsapp_token_graph_version_end_timestamp_seconds')).toBe(value)
  })

  test('keeps the expiry of a dead token', async () => {
    const before = stateOf({ answers: [liveToken({ expiresAt: NOW_MS + 5_000 })] })
    const series = await scrape({ before, answers: [deadToken('revoked')] })
    expect(series.get('whatsapp_token_expiry_timestamp_seconds')).toBe(String(NOW_SECONDS + 5))
  })

  test('shows when Graph was asked, and when it last answered', async () => {
    const heard = await scrape({ answers: ALL_WELL })
    expect(heard.get('whatsapp_token_last_answer_timestamp_seconds')).toBe(String(NOW_SECONDS))
    const silent = await scrape({ silences: { token: silence() } })
    expect(silent.get('whatsapp_token_last_answer_timestamp_seconds')).toBe('0')
    expect(silent.get('whatsapp_token_last_attempt_timestamp_seconds')).toBe(String(NOW_SECONDS))
  })
})

test('counters count', async () => {
  const metrics = made()
  metrics.countCheck('verified', 40)
  metrics.countCheck('unverified', 2_000)
  metrics.countDrift('error')
  metrics.countRequest('rate_limited')
  metrics.countAlert('dropped')
  metrics.countHeartbeat('skipped')
  const series = await scrape({}, metrics)
  expect(series.get('whatsapp_token_checks_total{outcome="unverified"}')).toBe('1')
  expect(series.get('whatsapp_token_check_duration_seconds_bucket{le="0.05"}')).toBe('1')
  expect(series.get('whatsapp_token_check_duration_seconds_sum')).toBe('2.04')
  expect(series.get('whatsapp_token_drift_total{severity="error"}')).toBe('1')
  expect(series.get('whatsapp_token_graph_requests_total{outcome="rate_limited"}')).toBe('1')
  expect(series.get('whatsapp_token_alerts_total{outcome="dropped"}')).toBe('1')
  expect(series.get('whatsapp_token_heartbeats_total{outcome="skipped"}')).toBe('1')
})

test('no label and no value names an id, or holds a text of Graph', async () => {
  await fc.assert(
    fc.asyncProperty(anyAnswers, anyPolicy, async (answers, policy) => {
      const { body } = await made().render(knownOf({ answers, policy }))
      expect([...IDS, MARKER].filter((each) => body.includes(each))).toEqual([])
    }),
    { numRuns: 30 },
  )
})
