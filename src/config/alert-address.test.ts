import { describe, expect, test } from 'bun:test'
import { ADDRESS_OF } from '../alerts/receivers/rendering.fake.ts'
import { alertAddresses, type AlertFormat, type AlertFormatWord } from './alert-address.ts'
import { configOf, faultsOf, read, TOKEN } from './config.fake.ts'

const SLACK = ADDRESS_OF.slack
const formatsOf = (text: string, word: AlertFormatWord = 'auto') =>
  alertAddresses(text, word).map(({ format }) => format)
const alertFaults = (url: string, format?: string) =>
  faultsOf({
    WHATSAPP_TOKEN: TOKEN,
    TOKEN_GUARD_ALERT_URL: url,
    ...(format === undefined ? {} : { TOKEN_GUARD_ALERT_FORMAT: format }),
  })

describe('the format of an address', () => {
  test.each(Object.entries(ADDRESS_OF) as [AlertFormat, string][])('is known, or named: %s', (format, address) => {
    expect(formatsOf(address)).toEqual([format])
    expect(alertFaults(address)).toEqual([])
  })

  test.each<[string, AlertFormatWord, AlertFormat]>([
    ['https://hooks.slack-gov.com/services/T/B/X', 'auto', 'slack'],
    ['https://discordapp.com/api/v10/webhooks/1/x', 'auto', 'discord'],
    ['https://ptb.discord.com/api/webhooks/1/x', 'auto', 'discord'],
    ['https://events.eu.pagerduty.com/v2/enqueue?routing_key=x', 'auto', 'pagerduty'],
    ['https://x.webhook.office.com/webhookb2/x', 'auto', 'standard'],
    ['https://x.webhook.office.com/webhookb2/x', 'teams', 'teams'],
    ['https://hooks.slack.com.evil.example/services/T/B/X', 'auto', 'standard'],
    ['https://chat.example/hooks/x', 'slack', 'slack'],
    [SLACK, 'teams', 'slack'],
    [`standard+${SLACK}`, 'teams', 'standard'],
    ['SLACK+https://chat.example/hooks/x', 'auto', 'slack'],
  ])('%s under %s is %s', (address, word, format) => {
    expect(formatsOf(address, word)).toEqual([format])
  })

  test('is each one’s own where there are several', () => {
    expect(formatsOf(` ${SLACK}\nhttps://alerts.example/x\t\r\n${ADDRESS_OF.telegram} `, 'teams')).toEqual([
      'slack',
      'teams',
      'telegram',
    ])
  })
})

describe('an address that lacks what its format needs', () => {
  test.each<[url: string, format: string | undefined, lack: RegExp]>([
    ['https://hooks.slack.com/', undefined, /of slack that lacks the path \/services\//],
    ['https://hooks.slack.com/triggers/T0/1/HIDDEN', undefined, /of slack that lacks the path/],
    ['https://discord.com/api/webhooks/1/HIDDEN/slack', undefined, /of discord that lacks the path/],
    ['https://chat.googleapis.com/v1/spaces/A/messages?key=HIDDEN', undefined, /google-chat that lacks token in/],
    ['https://chat.googleapis.com/v1/spaces/A/messages', undefined, /lacks key and token in its query/],
    ['https://chat.googleapis.com/HIDDEN', undefined, /lacks the path \/v1/],
    ['https://api.telegram.org/bot1:HIDDEN/sendMessage', undefined, /lacks chat_id in its query/],
    ['https://api.telegram.org/bot1:HIDDEN/getMe?chat_id=1', undefined, /lacks the path \/botTOKEN\/sendMessage/],
    ['https://events.pagerduty.com/v2/enqueue?routing_key=', undefined, /lacks routing_key in its query/],
    ['https://events.pagerduty.com/HIDDEN?routing_key=HIDDEN', undefined, /lacks the path \/v2\/enqueue/],
    ['https://gateway.example/HIDDEN', 'telegram', /of telegram that lacks the path/],
    ['https://gateway.example/HIDDEN', 'pagerduty', /of pagerduty that lacks routing_key/],
    [
      `${SLACK} https://api.telegram.org/bot1:HIDDEN`,
      undefined,
      /has, as its address 2, one of telegram that lacks chat_id/,
    ],
  ])('%s is a fault', (url, format, lack) => {
    const faults = alertFaults(url, format)
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(lack)
    expect(faults[0]).not.toContain('HIDDEN')
  })

  test.each([
    ['teams+https://x.example/', undefined],
    ['https://x.example/a,b;c?to=1,2', undefined],
    ['https://mattermost.example/hooks/x', 'slack'],
    ['https://gateway.example/bot1:x/sendMessage?chat_id=1', 'telegram'],
    ['http://127.0.0.1:9/bot1:x?chat_id=1', 'telegram'],
  ])('while %s is complete', (url, format) => {
    expect(alertFaults(url, format)).toEqual([])
  })
})

test.each([
  ['slck+https://hooks.example/HIDDEN', /a format that is not known/],
  [`${SLACK} hooks/HIDDEN`, /in its address 2: it is no URL/],
  ['https://me:HIDDEN@hooks.example/', /credentials/],
  ['teams+http://hooks.example/HIDDEN', /neither loopback nor private/],
  ['ftp://hooks.example/HIDDEN', /neither https nor http/],
  ['https://a.example/HIDDEN,https://b.example/HIDDEN', /a comma or a semicolon where a blank/],
  ['https://a.example/HIDDEN;teams+https://b.example/HIDDEN', /a comma or a semicolon where a blank/],
  [`${SLACK}, ${SLACK}`, /in its address 1: it has a comma or a semicolon/],
  [' \n', /holds no address, only blanks/],
])('%s is a fault that does not show it', (url, problem) => {
  const faults = alertFaults(url)
  expect(faults).toHaveLength(1)
  expect(faults[0]).toMatch(problem)
  expect(faults.join()).not.toContain('HIDDEN')
})

test('an unknown format is a fault', () => {
  expect(alertFaults('https://hooks.example/', 'matrix')).toEqual(['TOKEN_GUARD_ALERT_FORMAT is "matrix"'])
})

test('all of several addresses is one secret', () => {
  const text = `${SLACK} ${ADDRESS_OF.telegram}`
  const { alertUrl, alertFormat } = configOf({ WHATSAPP_TOKEN: TOKEN, TOKEN_GUARD_ALERT_URL: text })
  expect([alertUrl?.reveal(), `${alertUrl}`, alertFormat]).toEqual([text, '[secret]', 'auto'])
})

describe('a warning', () => {
  const messages = (url: string, more: Record<string, string> = {}) =>
    read({ WHATSAPP_TOKEN: TOKEN, TOKEN_GUARD_ALERT_URL: url, ...more }).notices.map((notice) =>
      notice.kind === 'warning' ? notice.message : notice.name,
    )

  test.each<[url: string, more: Record<string, string>, message: RegExp]>([
    ['http://ntfy.internal/x', {}, /plain http to a private host/],
    ['https://x.logic.azure.com/workflows/x', {}, /begin it with teams\+/],
    ['https://x.environment.api.powerplatform.com:443/x', {}, /begin it with teams\+/],
    [ADDRESS_OF.pagerduty, {}, /share one incident/],
    [SLACK, { TOKEN_GUARD_ALERT_SECRET: 'x' }, /only the standard format is signed/],
  ])('about %s with %j', (url, more, message) => {
    expect(messages(url, more)).toEqual([expect.stringMatching(message)])
  })

  test.each<[url: string, more: Record<string, string>]>([
    ['http://127.0.0.1:9/x', {}],
    ['teams+https://x.logic.azure.com/workflows/x', {}],
    [ADDRESS_OF.pagerduty, { WHATSAPP_BUSINESS_ACCOUNT_ID: '1' }],
    [`${SLACK} https://alerts.example/x`, { TOKEN_GUARD_ALERT_SECRET: 'x' }],
  ])('is not given about %s with %j', (url, more) => {
    expect(messages(url, more)).toEqual([])
  })
})
