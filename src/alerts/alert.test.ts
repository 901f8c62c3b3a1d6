import { describe, expect, test } from 'bun:test'
import { Webhook } from 'standardwebhooks'
import type { Finding } from '../verification/finding.ts'
import { alertOf, type Happening } from './alert.ts'
import { judgeAttempt } from './attempt.ts'
import { webhookHeaders } from './signature.ts'

const FINDING = {
  code: 'token.revoked',
  key: 'token:validity',
  severity: 'fail',
  summary: 'Graph says that the token was ended.',
  expected: 'is_valid: true',
  observed: 'is_valid: false ("a text of Graph\'s <b>")',
  remedy: 'Generate a new one & put it in place.',
  step: 4,
  causes: ['session_ended'],
} as unknown as Finding
const FELL: Happening = {
  event: 'status.changed',
  status: 'fail',
  previousStatus: 'pass',
  findings: [FINDING],
  drifts: [],
}
const SENDER = { service: 'whatsapp-token-guard', instance: 'web-1', fingerprint: '0123456789ab' }
const AT = Date.UTC(2026, 10, 25, 12, 30)
const idOf = (happening = FELL, sender = SENDER, atMs = AT, nth = 1) => alertOf(happening, sender, atMs, nth).id

describe('an alert', () => {
  test('shows status, cause and remedy, in the public view', () => {
    const alert = alertOf(FELL, SENDER, AT, 1)
    expect(alert).toMatchObject({
      event: 'status.changed',
      status: 'fail',
      previousStatus: 'pass',
      at: '2026-11-25T12:30:00.000Z',
      instance: 'web-1',
      findings: [
        {
          code: 'token.revoked',
          severity: 'fail',
          remedy: FINDING.remedy,
          step: 4,
          causes: [{ name: 'session_ended' }],
        },
      ],
    })
    expect(JSON.stringify(alert)).not.toContain('a text of Graph')
    expect(JSON.stringify(alert)).not.toContain(SENDER.fingerprint)
  })

  test('has one sentence, unescaped', () => {
    expect(alertOf(FELL, SENDER, AT, 1).text).toBe(
      "whatsapp-token-guard on web-1: The token's status went from pass to fail. token.revoked: Graph says that the token was ended. Generate a new one & put it in place.",
    )
  })

  test('names the fields that have drifted, without their values', () => {
    const drift = { field: 'scopes', before: ['secret'], after: [], severity: 'error' } as const
    const alert = alertOf({ ...FELL, event: 'token.drift', drifts: [drift] }, SENDER, AT, 1)
    expect(alert.text).toContain('for the worse: scopes. The status is fail.')
    expect(alert.drifts).toEqual([{ field: 'scopes', severity: 'error' }])
  })

  test('has the same id on every replica within the hour', () => {
    expect(idOf(FELL, { ...SENDER, instance: 'web-2' }, AT + 60_000)).toBe(idOf())
  })

  test.each([
    ['another hour', idOf(FELL, SENDER, AT + 3_600_000)],
    ['another token', idOf(FELL, { ...SENDER, fingerprint: 'ffffffffffff' })],
    ['the same once more', idOf(FELL, SENDER, AT, 2)],
    ['the way back', idOf({ ...FELL, status: 'pass', previousStatus: 'fail' })],
  ])('has another id for %s', (_what, id) => {
    expect(id).not.toBe(idOf())
  })
})

describe('a signature', () => {
  const BODY = '{"text":"ä"}'
  const NOW = Date.now()

  test.each([
    ['with the prefix', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', undefined],
    ['without it', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', undefined],
    ['that is no base64', 'just-a-password', { format: 'raw' as const }],
  ])('by a secret %s is what the Standard Webhooks library verifies', (_what, secret, options) => {
    const headers = webhookHeaders('msg_1', NOW, BODY, secret)
    const webhook = new Webhook(secret, options)
    expect(webhook.verify(BODY, headers)).toEqual({ text: 'ä' })
    expect(() => webhook.verify(BODY.replace('ä', 'a'), headers)).toThrow()
  })

  test('is absent without a secret', () => {
    expect(Object.keys(webhookHeaders('msg_1', NOW, BODY, null))).toEqual(['webhook-id', 'webhook-timestamp'])
  })
})

describe('an attempt', () => {
  const answer = (status: number, retryAfter: string | null = null) => ({ kind: 'answer', status, retryAfter }) as const

  test.each([200, 201, 204])('%d is delivered', (status) => {
    expect(judgeAttempt(answer(status), 1, 0, AT)).toEqual({ kind: 'delivered' })
  })

  test.each([300, 301, 302, 307, 400, 401, 403, 404, 410, 422])('%d is not tried again', (status) => {
    const problem =
      status < 400 ? `the receiver redirects (${status}), which is not followed` : `the receiver answers ${status}`
    expect(judgeAttempt(answer(status), 1, 0, AT)).toEqual({ kind: 'hopeless', problem })
  })

  test.each([408, 425, 429, 500, 502, 503, 504])('%d is tried again', (status) => {
    expect(judgeAttempt(answer(status), 1, 0.5, AT)).toMatchObject({ kind: 'again', afterMs: 1_000 })
  })

  test.each([
    [1, 1_000],
    [2, 2_000],
    [4, 8_000],
    [7, 60_000],
    [2000, 60_000],
  ])('waits longer after each, within bounds: try %d', (tries, afterMs) => {
    expect(judgeAttempt({ kind: 'none', what: 'refused' }, tries, 0.5, AT)).toMatchObject({ kind: 'again', afterMs })
  })

  test('is jittered by a quarter to either side', () => {
    const afterMs = (random: number) => judgeAttempt(answer(500), 1, random, AT)
    expect([afterMs(0), afterMs(1)]).toMatchObject([{ afterMs: 750 }, { afterMs: 1_250 }])
  })

  test.each([
    ['30', 30_000],
    ['99999999', 600_000],
    ['Wed, 25 Nov 2026 12:31:00 GMT', 60_000],
    ['Wed, 25 Nov 2026 12:00:00 GMT', 1_000],
    ['soon', 1_000],
    ['-5', 1_000],
  ])('waits as the receiver asks, within bounds: Retry-After %s', (retryAfter, afterMs) => {
    expect(judgeAttempt(answer(503, retryAfter), 1, 0.5, AT)).toMatchObject({ afterMs })
  })
})
