import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { NOTHING_KNOWN, type Answer } from '../guard/state.ts'
import { liveToken, numbers, phone, APP } from '../verification/verification.fake.ts'
import { concernOf, oursOf, type Ours } from './concern.ts'
import { ERRORS_MET } from './errors-met.ts'
import { WEBHOOK_FIELDS } from './webhook-fields.ts'

const ACCOUNT = '102290129340398'
const NUMBER = '106540352242922'
const OTHER = '524126980791429'

const ours = (changes: Partial<Ours> = {}): Ours => ({
  businessAccountId: ACCOUNT,
  phoneNumberIds: [NUMBER],
  appId: '869361281603019',
  digits: ['15550783881'],
  ...changes,
})
const error = (code: number, more: object = {}) => ({ error: { message: 'm', type: 'OAuthException', code, ...more } })
const webhook = (field: string, value: object, id: string | number = ACCOUNT) => ({
  object: 'whatsapp_business_account',
  entry: [{ id, time: 1_743_451_903, changes: [{ value, field }] }],
})
const concerns = (met: unknown, changes: Partial<Ours> = {}) => concernOf(met, ours(changes)).concerns

describe('an error', () => {
  test.each([
    ['the token has expired', error(190, { error_subcode: 463 })],
    ['the session has ended', error(102)],
    ['a permission is missing', error(10)],
    ['a permission is missing, by another number', error(200)],
    ['the number is not visible', error(100, { error_subcode: 33 })],
    ['the app is blocked', error(200, { message: 'API access blocked.' })],
    ['the address is not allowed', error(5)],
    ['the account is blocked for a time', error(368)],
    ['the account is locked', error(131031)],
    ['access is denied', error(131005)],
    ['the account cannot pay', error(131042)],
    ['the name is not approved', error(131037)],
    ['the number is not registered', error(133010)],
    ['its certificate is wrong', error(131045)],
    ['the object is ours', error(100, { error_subcode: 33, message: `Object with ID '${NUMBER}' does not exist` })],
    ['the error object alone', error(190).error],
    ['a text', JSON.stringify(error(190))],
    ['an Error of axios', Object.assign(new Error('x'), { response: { data: error(190) } })],
    ['an Error of got', Object.assign(new Error('x'), { response: { body: JSON.stringify(error(190)) } })],
    ['an Error with a cause', new Error('x', { cause: error(190) })],
  ])('that says that %s concerns the guard', (_what, met) => {
    expect(concernOf(met, ours())).toMatchObject({ about: 'error', concerns: true })
  })

  test.each([
    ['the window is closed', error(131047)],
    ['it cannot be delivered', error(131026)],
    ['a parameter is wrong', error(100)],
    ['a parameter is wrong, in words of its own', error(131009)],
    ['the template is unknown', error(132001)],
    ['calls are limited', error(4)],
    ['calls for the account are limited', error(80007)],
    ['messages are limited', error(130429)],
    ['a recipient gets too many', error(131056)],
    ['Meta is out of order', error(2, { is_transient: true })],
    ['something went wrong', error(131000)],
    ['a field does not exist', error(100, { message: '(#100) Tried accessing nonexisting field (x)' })],
    ['the version is unknown', error(2500, { message: 'Unknown path components: /x' })],
    ['no token was sent', error(104)],
    ['what is known to no table', error(424242)],
    ['a picture is gone', error(100, { error_subcode: 33, message: `Object with ID '${OTHER}' does not exist` })],
    ['an alias is unknown', error(803, { message: `Some of the aliases you requested do not exist: ${OTHER}` })],
  ])('that says that %s is forgotten', (_what, met) => {
    expect(concernOf(met, ours())).toMatchObject({ about: 'error', concerns: false })
  })

  test('about an object that may be ours concerns the guard: not all ids are configured', () => {
    const met = error(100, { error_subcode: 33, message: `Object with ID '${OTHER}' does not exist` })
    for (const unknown of [{ businessAccountId: null }, { phoneNumberIds: [] }])
      expect(concerns(met, unknown)).toBe(true)
  })

  test.each([
    [error(190, { error_subcode: 460 }), '190/460'],
    [error(131047), '131047'],
  ])('is named by its code: %#', (met, what) => {
    expect(concernOf(met, ours()).what).toBe(what)
  })
})

describe('a webhook', () => {
  test.each([
    ['account_update', { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'DISABLE' } }],
    ['account_update', { event: 'ACCOUNT_DELETED' }],
    ['account_update', { event: 'PARTNER_REMOVED', phone_number: '15550783881' }],
    ['account_review_update', { decision: 'REJECTED' }],
    ['phone_number_name_update', { display_phone_number: '15550783881', decision: 'REJECTED' }],
    ['phone_number_quality_update', { display_phone_number: '+1 555-078-3881', event: 'FLAGGED' }],
  ])('%s of ours concerns the guard: %j', (field, value) => {
    expect(concernOf(webhook(field, value), ours())).toEqual({ about: 'webhook', what: field, concerns: true })
    expect(concerns(JSON.stringify(webhook(field, value, Number(ACCOUNT))))).toBe(true)
    expect(concerns(webhook(field, value, OTHER))).toBe(false)
  })

  test.each([
    [
      'messages',
      { metadata: { phone_number_id: NUMBER }, statuses: [{ status: 'failed', errors: [{ code: 131031 }] }] },
    ],
    ['messages', { metadata: { phone_number_id: NUMBER }, errors: [{ code: 190 }] }],
    ['business_capability_update', { max_daily_conversations_per_business: 2000 }],
    ['account_alerts', { alert_info: { alert_severity: 'WARNING' } }],
    ['security', { event: 'PIN_RESET_REQUEST' }],
    ['message_template_status_update', { event: 'REJECTED' }],
    ['constructor', {}],
    ['__proto__', {}],
  ])('%s is forgotten: %j', (field, value) => {
    expect(concernOf(webhook(field, value), ours())).toMatchObject({ about: 'webhook', concerns: false })
  })

  test('of an account that left a partner names the account inside, and the app', () => {
    const left = (waba_id: string, partner_app_id?: string) =>
      webhook('account_update', { event: 'PARTNER_APP_UNINSTALLED', waba_info: { waba_id, partner_app_id } }, OTHER)
    expect(concerns(left(ACCOUNT))).toBe(true)
    expect(concerns(left(ACCOUNT, '869361281603019'))).toBe(true)
    expect(concerns(left(ACCOUNT, '1'))).toBe(false)
    expect(concerns(left(ACCOUNT, '1'), { appId: null })).toBe(true)
    expect(concerns(left('980198427658004'))).toBe(false)
  })

  test('of another number of the account is forgotten', () => {
    const met = webhook('phone_number_name_update', { display_phone_number: '15550009999', decision: 'REJECTED' })
    expect(concerns(met)).toBe(false)
    expect(concerns(met, { phoneNumberIds: [] })).toBe(false)
    // It is not known which telephone number ours has.
    expect(concerns(met, { digits: null })).toBe(true)
  })

  test('of any account concerns a guard without one', () => {
    expect(concerns(webhook('account_update', { event: 'ACCOUNT_DELETED' }, OTHER), { businessAccountId: null })).toBe(
      true,
    )
  })

  test('with several changes concerns the guard where one does', () => {
    const both = webhook('messages', {})
    both.entry.push(...webhook('account_update', { event: 'ACCOUNT_DELETED' }).entry)
    expect(concernOf(both, ours())).toEqual({ about: 'webhook', what: 'messages, account_update', concerns: true })
  })

  test("names no field that is not Meta's kind of name, and not too many", () => {
    const entry = [{ id: ACCOUNT, changes: Array.from({ length: 9 }, (_, at) => ({ field: `f${at}`, value: {} })) }]
    expect(concernOf({ object: 'whatsapp_business_account', entry }, ours()).what).toBe('f0, f1, f2, f3, f4')
    expect(concernOf(webhook('\u001b[31mx', {}), ours()).what).toBe('UNREADABLE')
  })
})

describe('anything else', () => {
  test.each([[undefined], [null], [0], ['x'], ['{'], [[]], [{}], [{ object: 'page', entry: [] }]])(
    'is forgotten: %p',
    (met) => expect(concernOf(met, ours())).toEqual({ about: 'other', what: null, concerns: false }),
  )

  test('never throws', () => {
    expect(concerns(new Error('socket hang up'))).toBe(false)
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no')
        },
      },
    )
    expect(concerns(hostile)).toBe(false)
    expect(concerns({ object: 'whatsapp_business_account', entry: [{ changes: [{ field: { toString: 1 } }] }] })).toBe(
      false,
    )
    fc.assert(fc.property(fc.anything(), (met) => !concerns(met)))
    fc.assert(fc.property(fc.jsonValue(), (value) => !concerns(webhook('messages', { value }))))
  })
})

test('every row of the table has an error that fits, and every field one that concerns', () => {
  const codes = [190, 10, 33, 5, 368, 131005, 131042, 131037, 131045].map((code) => ({
    code,
    subcode: null,
    message: 'm',
    isTransient: false,
    httpStatus: 400,
  }))
  const blocked = { ...codes[0]!, code: 200, message: 'API access blocked.' }
  expect(ERRORS_MET.filter(({ fits }) => ![...codes, blocked].some(fits))).toEqual([])
  expect(Object.keys(WEBHOOK_FIELDS).filter((field) => !concerns(webhook(field, {})))).toEqual([])
})

test('ours are the configured ids, and what Graph said of them', () => {
  const configured = { businessAccountId: ACCOUNT, phoneNumberIds: [NUMBER, OTHER], appId: null }
  const instant = { wallMs: 0, monotonicMs: 0 }
  const answer = (facts: Answer['facts']): Answer => ({ facts, at: instant, askedAt: instant, clockOffsetMs: 0 })
  const answers = new Map<string, Answer>([
    ['token', answer(liveToken())],
    [`phone:${NUMBER}`, answer(phone({ displayNumber: '+1 555-078-3881' }))],
    ['numbers', answer({ ...numbers([OTHER]), digitsOf: { [OTHER]: '15550009999' } })],
  ])
  const known = oursOf(configured, { ...NOTHING_KNOWN, answers } as typeof NOTHING_KNOWN)
  expect(known).toEqual({ ...configured, appId: APP, digits: ['15550783881', '15550009999'] })
  expect(oursOf(configured, NOTHING_KNOWN)).toEqual({ ...configured, digits: null })
})
