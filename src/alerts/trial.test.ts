import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { trialOf } from './trial.ts'

const asItIs = (text: string) => text
const answered = (status: number, text: string | null) =>
  ({ reply: { kind: 'answer', status, retryAfter: null }, status, text }) as const

describe('a test alert', () => {
  const url = new URL('https://hooks.example:8443/services/T0AB/xYz7%2BkLm9Qr?key=s3cr%20et&v=2')

  test('is taken where each request is', () => {
    const { isTaken, host, answers } = trialOf('slack', url, [answered(200, 'ok'), answered(202, 'also')], asItIs)
    expect([isTaken, host, answers]).toEqual([
      true,
      'hooks.example:8443',
      [
        { status: 200, text: 'ok' },
        { status: 202, text: 'also' },
      ],
    ])
  })

  test('is not taken where one is refused, or not answered', () => {
    const silent = { reply: { kind: 'none', what: 'no connection (ECONNREFUSED)' }, status: null, text: null } as const
    expect(trialOf('slack', url, [answered(200, 'ok'), answered(410, 'gone')], asItIs).isTaken).toBe(false)
    expect(trialOf('slack', url, [silent], asItIs)).toMatchObject({
      isTaken: false,
      answers: [{ status: null, text: 'no connection (ECONNREFUSED)' }],
    })
  })

  test('shows no part of the address, as it stands or decoded', () => {
    const text = `no T0AB at /services/T0AB/xYz7%2BkLm9Qr, xYz7+kLm9Qr, s3cr et, v2`
    expect(trialOf('slack', url, [answered(404, text)], asItIs).answers[0]?.text).toBe(
      'no [secret] at /[secret]/[secret]/[secret], [secret], [secret], v2',
    )
  })

  test('shows no part of the address that is written in another way', () => {
    const bot = new URL('https://api.telegram.org/bot1:AAHd/sendMessage?chat_id=@my_group')
    const text = 'bot1%3AAAHd %40my_group'
    expect(trialOf('telegram', bot, [answered(404, text)], asItIs).answers[0]?.text).toBe('[secret] [secret]')
  })

  test('shows the status that came, and judges by what the text makes of it', () => {
    const { isTaken, answers } = trialOf(
      'slack',
      url,
      [{ reply: { kind: 'answer', status: 400, retryAfter: null }, status: 200, text: 'invalid_auth' }],
      asItIs,
    )
    expect([isTaken, answers]).toEqual([false, [{ status: 200, text: 'invalid_auth' }]])
  })

  test('says what a redirect without a text means', () => {
    expect(trialOf('slack', url, [answered(302, '')], asItIs)).toMatchObject({
      isTaken: false,
      answers: [{ status: 302, text: 'a redirect, which is not followed' }],
    })
  })

  test('shows no token of Telegram, with or without the word in front', () => {
    const bot = new URL('https://api.telegram.org/bot110201543:AAHdqTcv/sendMessage?chat_id=-1001')
    const text = 'bot110201543:AAHdqTcv 110201543:AAHdqTcv'
    expect(trialOf('telegram', bot, [answered(401, text)], asItIs).answers[0]?.text).toBe('[secret] [secret]')
  })

  test('is shortened to 200 characters, none of which is cut in two', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const shown = trialOf('slack', url, [answered(200, text)], asItIs).answers[0]?.text ?? ''
        expect(Array.from(shown).length).toBeLessThanOrEqual(200)
        expect(Buffer.from(shown).toString()).toBe(shown)
      }),
      { numRuns: 30 },
    )
  })
})
