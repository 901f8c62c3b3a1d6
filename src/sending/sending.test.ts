import { describe, expect, test } from 'bun:test'
import { messageOf } from './message.ts'
import { readRecipient } from './recipient.ts'
import { readSent } from './sent.ts'

const NO_SIGNALS = { servedVersion: null, clockOffsetMs: null, usages: [], retryAfterMs: 0 }
const error = { code: 131030, subcode: null, message: 'a', details: 'b', isTransient: false, httpStatus: 400 }

describe('a recipient', () => {
  test.each([
    ['+491701234567', '+491701234567'],
    ['491701234567', '+491701234567'],
    [' +49 (170) 123-45.67 ', '+491701234567'],
    ['+1234567', '+1234567'],
    ['+123456789012345', '+123456789012345'],
  ])('%j is %s', (text, number) => {
    expect(readRecipient(text)).toEqual({ ok: true, number })
  })

  test.each([
    '',
    '+',
    '0170 1234567',
    '0049170123456',
    '+123456',
    '+1234567890123456',
    'Peter',
    '+49x1234567',
    '++491234567',
    '٠١٢٣٤٥٦٧٨',
  ])('%j is invalid', (text) => {
    expect(readRecipient(text)).toMatchObject({ ok: false })
  })

  test.each([
    'US.13491208655302741918',
    ' us.13491208655302741918 ',
    'BR.2a9Z',
    'US.ENT.11815799212886844830',
    'US.1349…',
  ])('%j is a business-scoped user id, which is not supported yet', (text) => {
    expect(readRecipient(text)).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/business-scoped user id.*not support.*Give the telephone number/),
    })
  })

  test.each(['US.', 'U.123456789', 'USA.123456789', 'US.hello', 'US.1349@x', 'tel.0170 1234567'])(
    '%j is no such id',
    (text) => {
      expect(readRecipient(text)).toMatchObject({ problem: 'has characters that no telephone number has' })
    },
  )
})

describe('a message', () => {
  test.each([
    [undefined, { type: 'text', text: { body: expect.any(String) } }],
    ['hello_world', { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } }],
    ['order_1:de', { type: 'template', template: { name: 'order_1', language: { code: 'de' } } }],
  ])('of the template %j', (template, fields) => {
    expect(messageOf('+491701234567', template)).toMatchObject({
      messaging_product: 'whatsapp',
      to: '+491701234567',
      ...fields,
    })
  })

  test.each(['', 'Hello', 'a:', 'a:xx_yy', 'a b'])('has no template %j', (template) => {
    expect(messageOf('+491701234567', template)).toBeNull()
  })
})

describe("Graph's answer", () => {
  const clean = (text: string) => `<${text}>`

  test('with a message id is accepted', () => {
    const json = { messaging_product: 'whatsapp', messages: [{ id: 'wamid.HBgL=' }] }
    expect(readSent({ kind: 'json', json, signals: NO_SIGNALS }, clean)).toEqual({
      kind: 'accepted',
      messageId: 'wamid.HBgL=',
      exitCode: 0,
    })
  })

  test.each([
    [{}],
    [null],
    [[]],
    [{ messages: [] }],
    [{ messages: [{ id: 7 }] }],
    [{ messages: [{ id: 'a\u001b[2J' }] }],
  ])('without a message id is not accepted: %j', (json) => {
    expect(readSent({ kind: 'json', json, signals: NO_SIGNALS }, clean)).toMatchObject({
      kind: 'unanswered',
      exitCode: 75,
    })
  })

  test("with an error quotes Graph's words, cleaned", () => {
    expect(readSent({ kind: 'error', error, signals: NO_SIGNALS }, clean)).toMatchObject({
      kind: 'rejected',
      graph: 'HTTP 400, error 131030 "<a> — <b>"',
      exitCode: 65,
    })
  })

  test('that never came exits 75', () => {
    expect(readSent({ kind: 'unreachable', what: 'DNS', signals: NO_SIGNALS }, clean)).toMatchObject({ exitCode: 75 })
  })
})
