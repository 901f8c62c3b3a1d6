import { describe, expect, test } from 'bun:test'
import { accountNotShown, deadToken, liveToken, SCOPES } from '../verification/verification.fake.ts'
import type { TokenFacts } from '../verification/facts.ts'
import { GOOD, inService, MINUTE_MS, otherToken, saying, settled, type Script } from './guard.fake.ts'

/** The account is not shown, whatever the token is. */
const hiding =
  (token: TokenFacts): Script =>
  (question, times) =>
    question === 'account' ? accountNotShown('unassigned') : saying(token)(question, times)

const without = (scope: string) => liveToken({ scopes: SCOPES.filter((each) => each !== scope) })

/** A token in service that Graph has come to refuse, and how another one fares. */
async function reloads(before: Script, after: Script) {
  const all = await inService()
  all.play(before)
  await all.clock.advance(16 * MINUTE_MS)
  const other = otherToken(all, after)
  const how = await settled(all, all.guard.reload(other))
  const codes = all.guard.health().findings.map(({ code }) => code)
  return { how, codes, hasTakenOver: all.guard.token.fingerprint === other.fingerprint, all }
}

describe('a token that is to take over', () => {
  test('is not refused for what holds of the token in service too; the verdict stays', async () => {
    const { how, codes, hasTakenOver, all } = await reloads(hiding(liveToken()), hiding(liveToken()))
    expect([how, hasTakenOver, codes]).toEqual(['passed', true, ['account.unassigned']])
    expect(all.guard.health().status).toBe('fail')
  })

  test('is not refused for what was hidden there by its cause', async () => {
    const missing = without('whatsapp_business_management')
    const { how, codes } = await reloads(hiding(missing), hiding(liveToken()))
    expect([how, codes]).toEqual(['passed', ['account.unassigned']])
  })

  test('is refused for more than that', async () => {
    const { how, hasTakenOver, codes } = await reloads(
      saying(without('business_management')),
      saying(without('whatsapp_business_messaging')),
    )
    expect([how, hasTakenOver]).toEqual(['refused', false])
    expect(codes.toSorted()).toEqual(['scope.missing', 'token.candidate_refused'])
  })

  test('and is dead is refused, though the one in service is dead too', async () => {
    const dead = saying(deadToken('revoked'))
    expect(await reloads(dead, dead)).toMatchObject({ how: 'refused', hasTakenOver: false })
  })

  test('is refused for what the one in service is not', async () => {
    expect(await reloads(GOOD, hiding(liveToken()))).toMatchObject({ how: 'refused', hasTakenOver: false })
  })
})
