import { describe, expect, test } from 'bun:test'
import { RECIPIENTS } from './recipients.ts'
import { stage, TEXT } from './sandbox.fake.ts'
import type { ScenarioName } from './scenarios.ts'

describe('sending', () => {
  test('is accepted', async () => {
    const { send } = stage()
    expect((await send()).body).toEqual({
      messaging_product: 'whatsapp',
      contacts: [{ input: '+16505551234', wa_id: '16505551234' }],
      messages: [{ id: expect.stringMatching(/^wamid\./) }],
    })
  })

  test('is refused as the state demands', async () => {
    const { sandbox, send } = stage()
    const refusal = async (scenario: ScenarioName) => {
      sandbox.play(scenario)
      const { status, body } = await send()
      return [status, body.error?.code, body.error?.error_subcode].filter((each) => each !== undefined)
    }
    expect(await refusal('expired')).toEqual([401, 190, 463])
    expect(await refusal('account-unassigned')).toEqual([400, 100, 33])
    expect(await refusal('phone-unassigned')).toEqual([400, 100, 33])
    expect(await refusal('phone-blocked')).toEqual([400, 133010])
    expect(await refusal('account-locked')).toEqual([403, 131031])
    expect(await refusal('scope-missing')).toEqual([200])
    expect(await refusal('payment-missing')).toEqual([200])
  })

  test('to an unknown id, or without its parts', async () => {
    const { sandbox, ask, send } = stage()
    const { body } = await ask('/v23.0/12345/messages', undefined, { method: 'POST' })
    expect(body.error).toMatchObject({ type: 'GraphMethodException', code: 100, error_subcode: 33 })
    expect(body.error.message).toStartWith("Unsupported post request. Object with ID '12345' does not exist")
    expect((await send(sandbox.token, { ...TEXT, to: '' })).body.error.code).toBe(100)
    expect((await send(sandbox.token, { ...TEXT, text: {} })).body.error).toMatchObject({
      code: 131008,
      error_data: { messaging_product: 'whatsapp', details: expect.any(String) },
    })
  })

  const { messaging_product, to } = TEXT
  test.each([
    ['text', { body: 'hello' }],
    ['template', { name: 'hello_world', language: { code: 'en_US' } }],
    ['image', { link: 'https://example.com/a.png' }],
    ['location', { latitude: 1, longitude: 2 }],
    ['contacts', [{ name: { formatted_name: 'A' } }]],
    ['reaction', { message_id: 'wamid.x', emoji: '' }],
    ['interactive', { type: 'button' }],
  ])('takes a message of type %s', async (type, content) => {
    const { sandbox, send } = stage()
    const { status, body } = await send(sandbox.token, { messaging_product, to, type, [type]: content })
    expect([status, body.messages[0].message_status]).toEqual([200, type === 'template' ? 'accepted' : undefined])
  })

  test.each([
    ['an unknown type', { type: 'poem', poem: {} }, 100, 'Param type must be one of'],
    ['too long a text', { type: 'text', text: { body: 'a'.repeat(4097) } }, 100, 'at most 4096'],
    ['an unknown attachment', { type: 'image', image: { id: '1' } }, 100, "image['id']"],
    ['an empty attachment', { type: 'image', image: {} }, 131008, 'parameter is missing'],
    ['a template without a language', { type: 'template', template: { name: 'a' } }, 131008, 'parameter is missing'],
    ['another status than read', { status: 'unread', message_id: 'wamid.x' }, 100, 'Param status'],
    ['no message to mark', { status: 'read' }, 131008, 'parameter is missing'],
  ])('refuses %s', async (_what, message, code, text) => {
    const { sandbox, send } = stage()
    const { error } = (await send(sandbox.token, { messaging_product, to, ...message })).body
    expect(error).toMatchObject({ code, message: expect.stringContaining(text) })
  })

  test('a customer may have only an id', async () => {
    const { sandbox, send } = stage()
    const message = { messaging_product, recipient: 'US.1234', type: 'text', text: { body: 'hello' } }
    expect((await send(sandbox.token, message)).body.contacts[0].input).toBe('US.1234')
  })

  test('marks as read, with a typing indicator too', async () => {
    const { sandbox, send } = stage()
    const read = { messaging_product, status: 'read', message_id: 'wamid.x' }
    for (const message of [read, { ...read, typing_indicator: { type: 'text' } }]) {
      expect((await send(sandbox.token, message)).body).toEqual({ success: true })
    }
  })
})

describe('recipients that fail', () => {
  test('are a number each, in the range +1 555 0', () => {
    const numbers = RECIPIENTS.map(({ number }) => number)
    expect(new Set(numbers).size).toBe(numbers.length)
    for (const { number, code } of RECIPIENTS) {
      expect(number).toMatch(/^15550\d{6}$/)
      expect(Number(number.slice(5))).toBe(code)
    }
  })

  test.each(RECIPIENTS.map((each) => [each.code, each] as const))('%d', async (code, { number, error }) => {
    const { sandbox, send } = stage()
    const plus = `+${number.slice(0, 1)} (${number.slice(1, 4)}) ${number.slice(4)}`
    for (const to of [number, plus]) {
      const { status, body } = await send(sandbox.token, { ...TEXT, to })
      if (error === null) {
        expect([status, body.messages.length]).toEqual([200, 1])
        continue
      }
      expect([status, body.error.code]).toEqual([error.status, code])
      expect(body.error.message).toBe(error.message)
      expect(body.error.error_data?.details).toBe(error.details)
      expect(body.error.fbtrace_id).toStartWith('A')
    }
  })

  test('are reported after faults of the message, and never to a dead token', async () => {
    const { sandbox, send } = stage()
    const message = { ...TEXT, to: '15550131030' }
    expect((await send(sandbox.token, { ...message, text: {} })).body.error.code).toBe(131008)
    sandbox.play('revoked')
    expect((await send(sandbox.token, message)).body.error.code).toBe(190)
  })
})
