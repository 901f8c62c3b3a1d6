import { describe, expect, test } from 'bun:test'
import { FINDING_CODES } from '../verification/codes.ts'
import { FAIL_ON_CODES } from '../verification/fail-on.ts'
import { configOf, faultsOf, read, TOKEN } from './config.fake.ts'

const withCodes = (codes: string) => ({ WHATSAPP_TOKEN: TOKEN, TOKEN_GUARD_FAIL_ON: codes })

describe('TOKEN_GUARD_FAIL_ON', () => {
  test.each(FAIL_ON_CODES)('takes %s', (code) => {
    expect(configOf(withCodes(code)).failOn).toEqual([code])
  })

  test.each([
    ['token.revoked', 'names token.revoked: it is a refusal already'],
    ['scope.missing', 'names scope.missing: it is a refusal already'],
    ['token.expires_soon', 'names token.expires_soon: it cannot fail a token that works'],
    ['token.candidate_refused', 'names token.candidate_refused: it cannot fail a token that works'],
    ['graph.version_forwarded', 'names graph.version_forwarded: it cannot fail a token that works'],
    ['graph.unreachable', 'names graph.unreachable: a missing answer is never a verdict; see TOKEN_GUARD_STALE_STATUS'],
    ['graph.stale', 'names graph.stale: a missing answer is never a verdict; see TOKEN_GUARD_STALE_STATUS'],
    ['inspector.denied', 'names inspector.denied: a missing answer is never a verdict; see TOKEN_GUARD_STALE_STATUS'],
    ['phone.blokced', `names "phone.blokced", which is no finding's code: did you mean phone.blocked?`],
    ['Phone.Blocked', `names "Phone.Blocked", which is no finding's code: did you mean phone.blocked?`],
    ['all', `names "all", which is no finding's code`],
    ['phone.blocked,,', 'is "phone.blocked,,", with an empty entry'],
    [
      'token.expired, phone.blocked, x',
      `names token.expired: it is a refusal already; names "x", which is no finding's code`,
    ],
  ])('refuses %s', (codes, problem) => {
    expect(faultsOf(withCodes(codes))).toEqual([`TOKEN_GUARD_FAIL_ON ${problem}`])
  })

  test('refuses every other code with a reason', () => {
    const others = FINDING_CODES.filter((code) => !(FAIL_ON_CODES as readonly string[]).includes(code))
    for (const code of others)
      expect(faultsOf(withCodes(code))).toEqual([expect.stringContaining(`TOKEN_GUARD_FAIL_ON names ${code}: `)])
  })

  test('says which codes it takes', () => {
    expect(read(withCodes('x'))).toMatchObject({
      faults: [{ expected: `codes of findings with commas between: ${FAIL_ON_CODES.join(', ')}` }],
    })
  })

  test('does not show what looks like a secret', () => {
    expect(faultsOf(withCodes(TOKEN)).join()).not.toContain(TOKEN.slice(0, 12))
  })
})
