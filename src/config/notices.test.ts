import { describe, expect, test } from 'bun:test'
import { read, TOKEN } from './config.fake.ts'
import { nearestKnown } from './unknown.ts'

const noticesOf = (env: Readonly<Record<string, string>>) => read({ WHATSAPP_TOKEN: TOKEN, ...env }).notices

describe('notices', () => {
  test.each([
    ['TOKEN_GUARD_CHEK_INTERVAL', 'TOKEN_GUARD_CHECK_INTERVAL'],
    ['TOKEN_GUARD_PROT', 'TOKEN_GUARD_PORT'],
    ['TOKEN_GUARD_LOG_LEVEL', 'LOG_LEVEL'],
    ['TOKEN_GUARD_OPERATOR_TOKENFILE', 'TOKEN_GUARD_OPERATOR_TOKEN_FILE'],
    ['TOKEN_GUARD_FOO', null],
    ['TOKEN_GUARD_', null],
    ['TOKEN_GUARD_COLOUR_OF_THE_SKY', null],
  ])('%s is near %p', (name, nearest) => {
    expect(nearestKnown(name)).toBe(nearest)
    expect(noticesOf({ [name]: '1' })).toEqual([{ kind: 'unknown', name, nearest }])
  })

  test('an unknown variable is told from any source, once, and not where it is empty', () => {
    const files = { '.env': 'TOKEN_GUARD_ZZZ=1\nTOKEN_GUARD_EMPTY=\nOTHER=1\n' }
    const result = read({ WHATSAPP_TOKEN: TOKEN, TOKEN_GUARD_ZZZ: '2' }, files)
    expect(result.notices).toEqual([{ kind: 'unknown', name: 'TOKEN_GUARD_ZZZ', nearest: null }])
  })

  test("another host than Meta's is told; Meta's and loopback are not", () => {
    expect(noticesOf({ GRAPH_API_URL: 'https://proxy.example/x' })).toMatchObject([
      { kind: 'warning', name: 'GRAPH_API_URL' },
    ])
    expect(noticesOf({ GRAPH_API_URL: 'https://graph.facebook.com/' })).toEqual([])
    expect(noticesOf({ GRAPH_API_URL: 'http://localhost:1' })).toEqual([])
  })

  test('off is told', () => {
    expect(noticesOf({ TOKEN_GUARD_MODE: 'off' })).toMatchObject([{ kind: 'warning', name: 'TOKEN_GUARD_MODE' }])
  })

  test('a signature without a receiver is told', () => {
    expect(noticesOf({ TOKEN_GUARD_ALERT_SECRET: 'x' })).toMatchObject([{ name: 'TOKEN_GUARD_ALERT_SECRET' }])
    expect(noticesOf({ TOKEN_GUARD_ALERT_SECRET: 'x', TOKEN_GUARD_ALERT_URL: 'https://hooks.example/' })).toEqual([])
  })
})
