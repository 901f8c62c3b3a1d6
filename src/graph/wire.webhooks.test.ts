import { expect, test } from 'bun:test'
import { addressOf } from '../platform/address.ts'
import type { WebhookAddress } from '../verification/facts.ts'
import { readApp, readSubscriptions } from './wire.assets.ts'

/** Where messages go: an address is kept as its host and a digest. */

const HOOK = 'https://bot.example/hook?key=1'
const KEPT = addressOf(HOOK) as WebhookAddress
const subscribed = (id: string, more: object = {}) => ({ whatsapp_business_api_data: { id }, ...more })

test.each([
  ['of none', [], {}],
  ['of an app that goes by its own', [subscribed('1')], {}],
  ['of an app whose own is null', [subscribed('1', { override_callback_uri: null })], {}],
  ['of one of two', [subscribed('1', { override_callback_uri: HOOK }), subscribed('2')], { '1': KEPT }],
  ['that is no address', [subscribed('1', { override_callback_uri: 'z' })], {}],
])('the overriding addresses %s', (_what, data, overrides: Record<string, WebhookAddress>) => {
  const appIds = data.map((each) => each.whatsapp_business_api_data.id)
  expect(readSubscriptions({ data })).toEqual({ ok: true, value: { about: 'subscriptions', appIds, overrides } })
})

const of = (object: string, fields: readonly unknown[], callback_url?: unknown) => ({ object, fields, callback_url })
const OURS = 'whatsapp_business_account'

test.each([
  ['is none', [], null],
  ['is of other products only', [of('page', [{ name: 'feed' }], HOOK)], null],
  [
    'is found among others',
    [of('page', [], 'https://page.example/'), of(OURS, [{ name: 'messages', version: 'v23.0' }], HOOK)],
    { callback: KEPT, fields: ['messages'] },
  ],
  [
    'has fields by their names alone',
    [of(OURS, ['messages', 'flows'])],
    { callback: null, fields: ['messages', 'flows'] },
  ],
  ['has no field that can be read', [of(OURS, [7], null)], { callback: null, fields: [] }],
])("the app's subscription %s", (_what, data, subscription) => {
  expect(readApp({ data }, '1')).toEqual({ ok: true, value: { about: 'app', appId: '1', subscription } })
})

test.each([null, 'x', {}, { data: {} }, { data: [{ fields: [] }] }])('%j is no list of subscriptions', (json) => {
  expect(readApp(json, '1')).toEqual({ ok: false, problem: "not a list of the app's subscriptions" })
})
