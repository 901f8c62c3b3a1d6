import { describe, expect, test } from 'bun:test'
import { liveToken, NOW_MS, policy, judge } from '../verification/verification.fake.ts'
import { DRIFT, REFUSAL, SAMPLES, type Sample } from './events.fake.ts'
import { logLine } from './events.ts'
import { findingFields } from './finding-fields.ts'
import type { Level, LogEvent } from './log-event.ts'

const WARNING = judge(liveToken({ type: 'USER' }), policy(), NOW_MS)

const TYPES = Object.keys(SAMPLES) as LogEvent['type'][]
const line = <Type extends LogEvent['type']>(type: Type, changes: Partial<Sample[Type]> = {}) =>
  logLine({ type, ...SAMPLES[type], ...changes } as unknown as LogEvent)

const LEVELS: readonly (readonly [LogEvent['type'], Level, object?])[] = [
  ['config.invalid', 'error'],
  ['config.unknown', 'warn'],
  ['config.warning', 'warn'],
  ['config.waiting', 'warn'],
  ['boot.verified', 'info'],
  ['boot.verified', 'warn', { findings: WARNING }],
  ['boot.refused', 'fatal'],
  ['boot.would_refuse', 'error'],
  ['boot.remembered', 'warn'],
  ['state.failed', 'warn'],
  ['report.received', 'debug'],
  ['report.received', 'debug', { about: 'webhook', what: 'messages', concerns: false }],
  ['report.received', 'debug', { about: 'other', what: null, concerns: false }],
  ['upstream.used', 'debug'],
  ['upstream.unusable', 'warn'],
  ['boot.unverified', 'fatal'],
  ['boot.unverified', 'error', { exitCode: null }],
  ['check.verified', 'debug'],
  ['check.delayed', 'warn'],
  ['check.unverified', 'warn'],
  ['check.refusal_suspected', 'warn'],
  ['token.drift', 'error'],
  ['token.drift', 'warn', { severity: 'warn' }],
  ['token.drift', 'info', { severity: 'info' }],
  ['token.refused', 'error'],
  ['token.recovered', 'info'],
  ['token.recovered', 'warn', { findings: WARNING }],
  ['alert.failed', 'warn'],
  ['alert.failed', 'error', { retryInMs: null }],
  ['heartbeat.failed', 'warn'],
  ['token.stale', 'warn'],
  ['token.fresh', 'info'],
  ['token.expires_soon', 'warn'],
  ['token.reloaded', 'info'],
  ['token.reloaded', 'warn', { findings: WARNING }],
  ['token.reload_refused', 'error'],
  ['secret.reloaded', 'info'],
  ['fleet.listening', 'info'],
  ['fleet.synced', 'info'],
  ['fleet.synced', 'debug', { removed: 0 }],
  ['fleet.list_suspect', 'warn'],
  ['fleet.source_failed', 'error'],
  ['fleet.database_away', 'error'],
  ['fleet.database_back', 'info'],
  ['fleet.blind', 'error'],
  ['fleet.suspect', 'error'],
  ['fleet.cleared', 'info'],
  ['fleet.confirmed', 'error'],
  ['fleet.changed', 'error'],
  ['fleet.changed', 'info', { status: 'pass' }],
  ['fleet.changed', 'warn', { status: 'warn', happened: 'token.drift' }],
  ['child.started', 'info'],
  ['child.failed', 'fatal'],
  ['child.outdated', 'warn'],
  ['child.stopping', 'info'],
  ['child.ended', 'info'],
  ['server.listening', 'info'],
  ['server.failed', 'fatal'],
  ['server.stopping', 'info'],
  ['server.stopped', 'info'],
  ['sandbox.listening', 'info'],
  ['defect', 'fatal'],
]

describe('every event', () => {
  test.each(LEVELS)('%s is %s', (type, level, changes = {}) => {
    expect(line(type, changes).level).toBe(level)
  })

  test('has a level among those', () => {
    expect(TYPES.filter((type) => !LEVELS.some(([each]) => each === type))).toEqual([])
  })

  test.each(TYPES)('%s has its name and a sentence on one line', (type) => {
    const { fields, message } = line(type)
    expect(fields.event).toBe(type)
    // oxlint-disable-next-line no-control-regex
    expect(message).toMatch(/^[^\u0000-\u001f\u007f-\u009f]+$/)
    expect(message).not.toMatch(/undefined|null|NaN|\[object/)
  })

  test.each(TYPES)('%s survives JSON, and leaves the fields of pino alone', (type) => {
    const { fields } = line(type)
    expect(JSON.parse(JSON.stringify(fields))).toEqual(fields as never)
    expect(Object.keys(fields).filter((key) => ['level', 'time', 'msg', 'type'].includes(key))).toEqual([])
  })
})

describe('the fields', () => {
  const rows: readonly (readonly [LogEvent['type'], object])[] = [
    ['config.invalid', { faults: SAMPLES['config.invalid'].faults }],
    ['config.unknown', { name: 'TOKEN_GUARD_PROT', nearest: 'TOKEN_GUARD_PORT' }],
    ['config.warning', { name: 'GRAPH_API_URL' }],
    ['config.waiting', { names: ['WHATSAPP_TOKEN_FILE (/run/token)', '.env'] }],
    ['boot.refused', { findings: REFUSAL.map(findingFields) }],
    ['boot.would_refuse', { exitCode: 77 }],
    ['token.drift', { ...DRIFT, severity: 'error' }],
    ['token.expires_soon', { remainingSeconds: 3 * 86_400 - 1, threshold: '3d' }],
    ['server.listening', { url: 'http://localhost:3000' }],
    ['sandbox.listening', { url: 'http://localhost:4010', token: 'EAASANDBOX', phoneNumberId: '2', appSecret: '4' }],
  ]
  test.each(rows)('of %s', (type, fields) => {
    expect(line(type).fields).toMatchObject(fields)
  })

  test('of a drift name the number if it is about one', () => {
    expect(line('token.drift', { phoneNumberId: '700' }).fields).toMatchObject({ phoneNumberId: '700' })
    expect(line('token.drift').fields).not.toHaveProperty('phoneNumberId')
  })

  test('of a finding are those of check --json', () => {
    const [finding] = REFUSAL
    expect(REFUSAL.map((each): object => findingFields(each))).toEqual([
      {
        code: 'token.revoked',
        severity: 'fail',
        expected: finding?.expected,
        observed: finding?.observed,
        remedy: finding?.remedy,
        step: 4,
        causes: [{ name: 'password_changed', remedy: finding?.remedy, step: 4 }],
        reason: { code: 190, subcode: 460 },
      },
    ])
    expect(WARNING.map(findingFields)[0]).not.toHaveProperty('reason')
  })
})

describe('the sentence', () => {
  test.each(['boot.refused', 'boot.would_refuse', 'check.refusal_suspected', 'token.refused'] as const)(
    'of %s names each finding and what it means',
    (type) => {
      for (const { code, summary } of REFUSAL) {
        expect(line(type).message).toContain(code)
        expect(line(type).message).toContain(summary)
      }
    },
  )

  test('of a recovery shows the warnings that remain', () => {
    expect(line('token.recovered', { findings: WARNING }).message).toContain('token.type')
  })

  test('of a missing answer shows the question, without the number, and when it is asked again', () => {
    const { message } = line('check.unverified')
    expect(message).toContain('token, phone')
    expect(message).toContain('1.5 s')
    expect(message).not.toContain('700')
  })

  test('of a wrong variable names it', () => {
    expect(line('config.invalid').message).toContain('WHATSAPP_TOKEN is not set')
    expect(line('config.unknown').message).toContain('did you mean TOKEN_GUARD_PORT?')
    expect(
      line('config.unknown', { notice: { kind: 'unknown', name: 'TOKEN_GUARD_X', nearest: null } }).message,
    ).not.toContain('did you mean')
  })

  test.each([
    [['a', 'b'], ['b'], 'scopes lost a'],
    [['b'], ['a', 'b', 'c'], 'scopes gained a, c'],
    [['a', 'x'], ['a', 'y'], 'scopes lost x and gained y'],
    [[{ scope: 'a' }], [], 'scopes lost {"scope":"a"}'],
    [['a'], ['a', '\u001b[2J'], 'scopes gained "\\u001b[2J"'],
    [0, 1_900_000_000, 'scopes was 0, is 1900000000'],
  ])('of a drift from %j to %j shows the difference', (before, after, difference) => {
    expect(line('token.drift', { field: 'scopes', before, after }).message).toBe(
      `Graph's answer changed: ${difference}`,
    )
  })

  test('of a drift names the number', () => {
    const { message } = line('token.drift', { field: 'phone.status', before: 'A', after: 'B', phoneNumberId: '700' })
    expect(message).toBe('Graph\'s answer changed: phone.status of 700 was "A", is "B"')
  })

  test('of a drift holds the old and the new value, escaped', () => {
    const { message } = line('token.drift', { before: 'a\u001b[2Jb', after: 'c\nd' })
    expect(message).toContain('scopes')
    for (const control of ['\u001b', '\n']) expect(message).not.toContain(control)
  })
})
