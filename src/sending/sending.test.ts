import { describe, expect, test } from 'bun:test'
import { explainFailure, EXPLAINED_CODES } from './failures.ts'
import { messageOf } from './message.ts'
import { readRecipient } from './recipient.ts'
import { readSent } from './sent.ts'

const NO_SIGNALS = { servedVersion: null, clockOffsetMs: null, usages: [], retryAfterMs: 0 }
const error = (
  code: number,
  {
    subcode = null,
    message = 'm',
    httpStatus = 400,
  }: { subcode?: number | null; message?: string; httpStatus?: number } = {},
) => ({
  code,
  subcode,
  message,
  isTransient: false,
  httpStatus,
})

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
  ])('%j is none', (text) => {
    expect(readRecipient(text)).toMatchObject({ ok: false })
  })
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

describe('a failure', () => {
  test.each([
    [error(131030), 65],
    [error(131047), 65],
    [error(131026), 65],
    [error(131008), 65],
    [error(131009), 65],
    [error(132000), 65],
    [error(132001, { httpStatus: 404 }), 65],
    [error(132012), 65],
    [error(132015), 65],
    [error(100), 65],
    [error(999_999), 65],
    [error(100, { subcode: 33 }), 77],
    [error(190, { httpStatus: 401 }), 77],
    [error(190, { subcode: 463 }), 77],
    [error(0, { httpStatus: 401 }), 77],
    [error(3, { httpStatus: 403 }), 77],
    [error(10, { httpStatus: 403 }), 77],
    [error(200, { httpStatus: 403 }), 77],
    [error(299, { httpStatus: 403 }), 77],
    [error(131005, { httpStatus: 403 }), 77],
    [error(131031, { httpStatus: 403 }), 77],
    [error(131042), 77],
    [error(368, { httpStatus: 403 }), 77],
    [error(133010), 77],
    [error(4), 75],
    [error(80007), 75],
    [error(130429, { httpStatus: 429 }), 75],
    [error(131048), 75],
    [error(131056), 75],
    [error(2, { httpStatus: 500 }), 75],
    [error(131000, { httpStatus: 500 }), 75],
    [error(131016, { httpStatus: 500 }), 75],
    [error(131057), 75],
    [error(2500, { message: 'Unknown path components: /messages' }), 78],
  ] as const)('%j exits %d', (given, exitCode) => {
    const { means, toDo, ...failure } = explainFailure(given)
    expect(failure.exitCode).toBe(exitCode)
    for (const text of [means, toDo]) expect(text).toMatch(/^[A-Z].{10,}/)
  })

  test('is explained by one row a code', () => {
    expect(new Set(EXPLAINED_CODES).size).toBe(EXPLAINED_CODES.length)
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
  ])('without one is none: %j', (json) => {
    expect(readSent({ kind: 'json', json, signals: NO_SIGNALS }, clean)).toMatchObject({
      kind: 'unanswered',
      exitCode: 75,
    })
  })

  test("with an error quotes Graph's words, cleaned", () => {
    const given = { ...error(131030, { message: 'a' }), details: 'b' }
    expect(readSent({ kind: 'error', error: given, signals: NO_SIGNALS }, clean)).toMatchObject({
      kind: 'rejected',
      graph: 'HTTP 400, error 131030 "<a> — <b>"',
      exitCode: 65,
    })
  })

  test('that never came is 75', () => {
    expect(readSent({ kind: 'unreachable', what: 'DNS', signals: NO_SIGNALS }, clean)).toMatchObject({ exitCode: 75 })
  })
})
