import { describe, expect, test } from 'bun:test'
import type { Alert } from '../alert.ts'
import { EXAMPLE } from './alerts.fake.ts'
import type { ShownFormat } from './bodies.fake.ts'
import { subjectOf } from './pagerduty.ts'
import { ADDRESS_OF, bodiesOf, postsOf, receiverAt, SUBJECT } from './rendering.fake.ts'

describe('the address', () => {
  test('of Telegram loses its query, which goes into the body', () => {
    const { receiver, url } = receiverAt(`${ADDRESS_OF.telegram.replace('/sendMessage', '')}&message_thread_id=7`)
    const [post] = receiver.render(EXAMPLE, { url, subject: SUBJECT })
    expect(post?.url).toBe('https://api.telegram.org/bot123456:a-token/sendMessage')
    expect(JSON.parse(post?.body ?? '')).toMatchObject({ chat_id: '-1001234567890', message_thread_id: '7' })
  })

  test('of Discord asks for a confirmation, and keeps its thread', () => {
    const { receiver, url } = receiverAt(`${ADDRESS_OF.discord}?thread_id=9`)
    expect(receiver.render(EXAMPLE, { url, subject: SUBJECT })[0]?.url).toBe(
      `${ADDRESS_OF.discord}?thread_id=9&wait=true`,
    )
  })

  test('of PagerDuty loses its key', () => {
    expect(postsOf('pagerduty', EXAMPLE)[0]?.url).toBe('https://events.pagerduty.com/v2/enqueue')
  })
})

describe('PagerDuty', () => {
  const actions = (change: Partial<Alert>) =>
    bodiesOf('pagerduty', { ...EXAMPLE, ...change }).map((body) => [body['event_action'], body['dedup_key']])
  const key = `whatsapp-token-guard/status/${SUBJECT}`

  test.each<[Partial<Alert>, readonly (readonly [string, string])[]]>([
    [{ status: 'fail' }, [['trigger', key]]],
    [{ status: 'warn', event: 'token.expires_soon' }, [['trigger', key]]],
    [{ event: 'status.repeated' }, [['trigger', key]]],
    [{ status: 'pass', findings: [] }, [['resolve', key]]],
    [
      { event: 'alert.test', status: 'fail' },
      [
        ['trigger', key.replace('status', 'test')],
        ['resolve', key.replace('status', 'test')],
      ],
    ],
  ])('%j', (change, expected) => {
    expect(actions(change)).toEqual(expected as never)
  })

  test('has one incident for the same ids, whoever reports it', () => {
    expect(actions({ instance: 'other', id: 'msg_other' })).toEqual(actions({}))
    expect(subjectOf('whatsapp-token-guard', ['2', '1'])).toBe(SUBJECT)
    expect(subjectOf('whatsapp-token-guard', ['1', '3'])).not.toBe(SUBJECT)
    expect(subjectOf('other', ['1', '2'])).not.toBe(SUBJECT)
  })

  test.each([
    ['fail', 'critical'],
    ['warn', 'warning'],
  ] as const)('is as grave as the status: %s', (status, severity) => {
    expect(bodiesOf('pagerduty', { ...EXAMPLE, status })[0]?.['payload'].severity).toBe(severity)
  })

  test('alone keeps an incident open until a pass', () => {
    const keeping = Object.entries(ADDRESS_OF).filter(([, address]) => receiverAt(address).receiver.keepsIncidents)
    expect(keeping.map(([format]) => format)).toEqual(['pagerduty'])
  })
})

describe('an answer', () => {
  const READ: readonly (readonly [ShownFormat, number, string | null, number, string | null])[] = [
    ['slack', 200, 'ok', 200, null],
    ['slack', 200, '{"ok":false,"error":"invalid_auth"}', 400, null],
    ['slack', 200, '{"success":true}', 200, null],
    ['slack', 404, 'no_service', 404, null],
    ['telegram', 200, '{"ok":true,"result":{}}', 200, null],
    ['telegram', 400, '{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}', 400, null],
    ['telegram', 429, '{"ok":false,"error_code":429,"parameters":{"retry_after":35}}', 429, '35'],
    ['telegram', 200, '{"ok":false}', 400, null],
    ['telegram', 502, '<html>', 502, null],
    ['telegram', 200, null, 200, null],
    ['teams', 202, '', 202, null],
    ['teams', 200, '1', 200, null],
    [
      'teams',
      200,
      'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x',
      429,
      null,
    ],
    ['teams', 200, 'Microsoft Teams endpoint returned HTTP error 413', 413, null],
  ]
  test.each(READ)('of %s, %d %j, means %d', (format, status, text, meant, retryAfter) => {
    const { receiver } = receiverAt(ADDRESS_OF[format])
    expect(receiver.reread?.({ status, retryAfter: null, text })).toMatchObject({ status: meant, retryAfter })
  })
})
