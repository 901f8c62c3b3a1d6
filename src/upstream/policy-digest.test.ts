import { describe, expect, test } from 'bun:test'
import { configOf, OTHER_TOKEN, TOKEN } from '../config/config.fake.ts'
import { policyDigest } from './policy-digest.ts'

const ENV = {
  WHATSAPP_TOKEN: TOKEN,
  META_APP_ID: '1',
  WHATSAPP_BUSINESS_ACCOUNT_ID: '2',
  WHATSAPP_PHONE_NUMBER_ID: '3,4',
  WHATSAPP_WEBHOOK_URL: 'https://bot.example/hook?key=a-key',
}
const digest = (changes: Readonly<Record<string, string>> = {}) => policyDigest(configOf({ ...ENV, ...changes }))

describe('the digest of a policy', () => {
  test.each([
    ['META_APP_ID', '9'],
    ['WHATSAPP_BUSINESS_ACCOUNT_ID', '9'],
    ['WHATSAPP_PHONE_NUMBER_ID', '3'],
    ['WHATSAPP_WEBHOOK_URL', 'https://bot.example/hook?key=another'],
    ['WHATSAPP_WEBHOOK_URL', ''],
    ['TOKEN_GUARD_REQUIRED_SCOPES', 'whatsapp_business_messaging'],
    ['TOKEN_GUARD_EXPIRY', 'rotate'],
    ['TOKEN_GUARD_FAIL_ON', 'phone.blocked'],
  ])('is another one with another %s: %j', (name, value) => {
    expect(digest({ [name]: value })).not.toBe(digest())
  })

  test.each([
    ['WHATSAPP_TOKEN', OTHER_TOKEN],
    ['WHATSAPP_PHONE_NUMBER_ID', '4,3'],
    ['TOKEN_GUARD_CHECK_INTERVAL', '10m'],
  ])('is the same with another %s: %j', (name, value) => {
    expect(digest({ [name]: value })).toBe(digest())
  })
})
