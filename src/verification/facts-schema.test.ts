import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { factsSchema } from './facts-schema.ts'
import { anyFacts } from './facts.fake.ts'
import { account, deadToken, liveToken, phone } from './verification.fake.ts'

describe('facts as JSON', () => {
  test('are the same when they are read again', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        expect(factsSchema.parse(JSON.parse(JSON.stringify(facts)))).toEqual(facts)
      }),
    )
  })

  test('may name what Graph did not give', () => {
    const unread = ['status', 'review', 'platformType', 'sending', 'webhooks'] as const
    for (const facts of [account({ unread }), phone({ unread })]) expect(factsSchema.parse(facts)).toEqual(facts)
  })

  const reason = { code: 190, subcode: null, message: 'x', cause: 'expired' } as const
  test.each([
    ['a cause that is not known', { ...deadToken('expired'), reason: { ...reason, cause: 'mood' } }],
    ['a cause that every object has', { ...deadToken('expired'), reason: { ...reason, cause: 'toString' } }],
    ['a cause that is no text', { ...deadToken('expired'), reason: { ...reason, cause: ['expired'] } }],
    ['an end that is a word', { ...liveToken(), expiresAt: 'soon' }],
    ['a left out field that is not optional', { ...account(), unread: ['name'] }],
    ['a field that is missing', { ...phone(), webhooks: undefined }],
    ['another node', { ...account(), about: 'business' }],
  ])('are refused with %s', (_what, json) => {
    expect(factsSchema.safeParse(json).success).toBe(false)
  })
})
