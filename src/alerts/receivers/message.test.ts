import { describe, expect, test } from 'bun:test'
import { EXAMPLE } from './alerts.fake.ts'
import { messageOf } from './message.ts'

describe('the headline', () => {
  const CHANGED = "Graph's answers have changed in: scopes."
  test.each([
    ['names what changed', {}, ` ${CHANGED}`],
    ['names nothing where nothing changed', { drifts: [] }, ''],
  ])('%s', (_what, change, end) => {
    const { headline } = messageOf({ ...EXAMPLE, ...change })
    expect(headline).toBe(`The token's status went from warn to fail.${end}`)
  })

  test('of a drift names it once', () => {
    const { headline } = messageOf({ ...EXAMPLE, event: 'token.drift' })
    expect(headline).toBe("Graph's answer about the token has changed for the worse: scopes. The status is fail.")
  })
})
