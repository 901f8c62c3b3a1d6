import { expect, test } from 'bun:test'
import { CAUSES } from '../verification/causes.ts'
import { EXPLANATIONS } from '../verification/explanations.ts'
import { inFleet } from './advice.ts'

const REMEDIES = Object.values(CAUSES).map(({ remedy }) => remedy)
const MEANINGS = Object.values(EXPLANATIONS).map(({ means }) => means)

test.each([...REMEDIES, ...MEANINGS].filter((text) => text.includes('WHATSAPP_')))(
  'names no variable that a fleet does not have: %s',
  (text) => {
    // The address of webhooks is a fleet's variable too.
    expect(inFleet(text).replaceAll('WHATSAPP_WEBHOOK_URL', '')).not.toContain('WHATSAPP_')
  },
)

test('says where a token and an id belong', () => {
  expect(inFleet('Put it into WHATSAPP_TOKEN. Correct WHATSAPP_PHONE_NUMBER_ID.')).toBe(
    'Put it into your store of tokens. Correct phone_number_id.',
  )
})

test('leaves other names', () => {
  const text = 'META_APP_ID, WHATSAPP_TOKEN_FILE, MY_WHATSAPP_TOKEN, whatsapp_business_messaging'
  expect(inFleet(text)).toBe(text)
})
