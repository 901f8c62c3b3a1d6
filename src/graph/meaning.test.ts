import { describe, expect, test } from 'bun:test'
import type { GraphError } from './errors.ts'
import { invalidToken, tokenError } from './meaning.ts'
import type { Invalid } from './error.ts'

const same = (text: string) => text
const error = (code: number, subcode: number | null = null, message = 'x', isTransient = false): GraphError => ({
  code,
  subcode,
  message,
  isTransient,
  httpStatus: 200,
})

describe('a token that is not valid', () => {
  const read = (given: GraphError | null, isKnown = true) => {
    const invalid: Invalid = { kind: 'invalid', error: given, isKnown }
    const meaning = invalidToken(invalid, same)
    if (meaning.kind === 'silence') return meaning.silence.code
    if (meaning.kind !== 'facts' || meaning.facts.about !== 'token') return meaning.kind
    const { facts } = meaning
    return facts.kind === 'dead' ? `${facts.ending} ${facts.reason?.cause ?? 'without a reason'}` : facts.kind
  }

  test.each([
    ['463', error(190, 463), true, 'expired expired'],
    ['460', error(190, 460), true, 'revoked password_changed'],
    ['466', error(190, 466), true, 'revoked revoked_by_call'],
    ['490', error(190, 490), true, 'revoked login_check'],
    ['a text alone: expired', error(190, null, 'Session has expired on x'), true, 'expired expired'],
    ['a text that is no token', error(190, null, 'Cannot parse access token'), false, 'invalid copied_wrong'],
    ['190 alone, of a token that Graph knows', error(190), true, 'revoked unexplained'],
    ['190 alone, of a token that Graph does not know', error(190), false, 'invalid unexplained'],
    ['0', error(0), true, 'revoked unexplained'],
    ['102/463', error(102, 463), true, 'expired expired'],
    ['an unknown code', error(4_711), true, 'revoked unexplained'],
    ['a permission', error(200), true, 'revoked unexplained'],
    ['an app that is deleted', error(190, null, 'Application has been deleted.'), true, 'revoked app_deleted'],
    ['an app that is blocked', error(200, null, 'API access blocked.'), true, 'app_blocked'],
    ['no error', null, true, 'invalid without a reason'],
    ['no error, of a token that Graph does not know', null, false, 'invalid without a reason'],
    ['1: a passing fault', error(1), true, 'graph.failing'],
    ['2: a passing fault', error(2), true, 'graph.failing'],
    ['4: throttled', error(4), true, 'graph.rate_limited'],
    ['190 that passes', error(190, 463, 'x', true), true, 'graph.failing'],
    ['too much data', error(1, null, 'Please reduce the amount of data'), true, 'graph.failing'],
  ])('by %s', (_what, given, isKnown, expected) => {
    expect(read(given, isKnown)).toBe(expected)
  })
})

describe('an error to debug_token', () => {
  const asked = (given: GraphError, byApp: boolean) => {
    const meaning = tokenError(given, { byApp, appId: byApp ? '7' : null, hasSecret: byApp, clean: same })
    if (meaning.kind === 'silence') {
      const { code, cause, witness } = meaning.silence
      return [code, cause, witness?.says ?? null].join(' ')
    }
    return meaning.kind === 'facts' && meaning.facts.about === 'token' ? meaning.facts.kind : meaning.kind
  }
  const BLOCKED = error(200, null, 'API access blocked.')
  const DELETED = error(190, null, 'Error validating application. Application has been deleted.')

  test.each([
    ['the app is blocked, said to the app', BLOCKED, true, 'inspector.denied app_blocked '],
    ['the app is blocked, said to the token itself', BLOCKED, false, 'inspector.denied app_blocked app_blocked'],
    ['the app is deleted, said to the app', DELETED, true, 'inspector.rejected app_deleted '],
    ['the app is deleted, said to the token itself', DELETED, false, 'dead'],
    ['a 190, said to the app', error(190, 466), true, 'inspector.rejected secret_wrong '],
    ['a 190, said to the token itself', error(190, 466), false, 'dead'],
    ['the address is not allowed', error(5), true, 'app.address_denied address_denied '],
    ['a permission', error(200), true, 'inspector.denied inspector_not_allowed '],
  ])('that %s', (_what, given, byApp, expected) => {
    expect(asked(given, byApp)).toBe(expected)
  })
})
