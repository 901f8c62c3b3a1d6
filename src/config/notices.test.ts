import { describe, expect, test } from 'bun:test'
import { faultsOf, read, TOKEN } from './config.fake.ts'
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

  test('an unknown variable causes one notice, from any source, and none if it is empty', () => {
    const files = { '.env': 'TOKEN_GUARD_ZZZ=1\nTOKEN_GUARD_EMPTY=\nOTHER=1\n' }
    const result = read({ WHATSAPP_TOKEN: TOKEN, TOKEN_GUARD_ZZZ: '2' }, files)
    expect(result.notices).toEqual([{ kind: 'unknown', name: 'TOKEN_GUARD_ZZZ', nearest: null }])
  })

  test("a host other than Meta's causes a notice; Meta's and loopback do not", () => {
    expect(noticesOf({ GRAPH_API_URL: 'https://proxy.example/x' })).toMatchObject([
      { kind: 'warning', name: 'GRAPH_API_URL' },
    ])
    expect(noticesOf({ GRAPH_API_URL: 'https://graph.facebook.com/' })).toEqual([])
    expect(noticesOf({ GRAPH_API_URL: 'http://localhost:1' })).toEqual([])
  })

  test('mode off causes a notice', () => {
    expect(noticesOf({ TOKEN_GUARD_MODE: 'off' })).toMatchObject([{ kind: 'warning', name: 'TOKEN_GUARD_MODE' }])
  })

  test('a secret for signatures without a receiver causes a notice', () => {
    expect(noticesOf({ TOKEN_GUARD_ALERT_SECRET: 'x' })).toMatchObject([{ name: 'TOKEN_GUARD_ALERT_SECRET' }])
    expect(noticesOf({ TOKEN_GUARD_ALERT_SECRET: 'x', TOKEN_GUARD_ALERT_URL: 'https://hooks.example/' })).toEqual([])
  })
})

const unknownIn = (env: Readonly<Record<string, string>>) =>
  read(env).notices.flatMap((notice) => (notice.kind === 'unknown' ? [[notice.name, notice.nearest]] : []))

describe('a common name for one of our variables', () => {
  const foreign: readonly (readonly [name: string, ours: string])[] = [
    ['WABA_ID', 'WHATSAPP_BUSINESS_ACCOUNT_ID'],
    ['WHATSAPP_WABA_ID', 'WHATSAPP_BUSINESS_ACCOUNT_ID'],
    ['WHATSAPP_PHONE_ID', 'WHATSAPP_PHONE_NUMBER_ID'],
    ['WA_PHONE_NUMBER_ID', 'WHATSAPP_PHONE_NUMBER_ID'],
    ['PHONE_NUMBER_ID', 'WHATSAPP_PHONE_NUMBER_ID'],
    ['FACEBOOK_APP_ID', 'META_APP_ID'],
    ['FACEBOOK_APP_SECRET', 'META_APP_SECRET'],
    ['APP_SECRET', 'META_APP_SECRET'],
    ['WHATSAPP_PHONE_NUMBERID', 'WHATSAPP_PHONE_NUMBER_ID'],
    ['WHATSAPP_PHONE_NUMBER_IDS', 'WHATSAPP_PHONE_NUMBER_ID'],
    ['Whatsapp_Phone_Number_Id', 'WHATSAPP_PHONE_NUMBER_ID'],
    ['WHATSAPP_BUSINES_ACCOUNT_ID', 'WHATSAPP_BUSINESS_ACCOUNT_ID'],
    ['WHATSAPP_BUSINESS_ACCOUNTID', 'WHATSAPP_BUSINESS_ACCOUNT_ID'],
    ['META_APPID', 'META_APP_ID'],
    ['META_APP_SECRETFILE', 'META_APP_SECRET_FILE'],
    ['GRAPH_API_VERSON', 'GRAPH_API_VERSION'],
    ['WHATSAPP_WEBHOOKURL', 'WHATSAPP_WEBHOOK_URL'],
    ['TOKENGUARD_MODE', 'TOKEN_GUARD_MODE'],
    ['token_guard_port', 'TOKEN_GUARD_PORT'],
  ]

  test.each(foreign)('%s causes a warning that names %s', (name, ours) => {
    expect(unknownIn({ WHATSAPP_TOKEN: TOKEN, [name]: '1' })).toEqual([[name, ours]])
  })

  test.each(foreign.filter(([, ours]) => ours.endsWith('ID')))('%s is not mentioned while %s is set', (name, ours) => {
    expect(unknownIn({ WHATSAPP_TOKEN: TOKEN, [name]: '1', [ours]: '1' })).toEqual([])
  })

  test.each([['PHONE_NUMBER_ID'], ['FACEBOOK_APP_ID'], ['FACEBOOK_APP_SECRET'], ['APP_SECRET']])(
    '%s is common: without our token it belongs to another program',
    (name) => {
      expect(unknownIn({ [name]: '1' })).toEqual([])
      expect(unknownIn({ WHATSAPP_TOKEN_FILE: 'none', [name]: '1' })).toHaveLength(1)
    },
  )

  test.each([
    'WHATSAPP_VERIFY_TOKEN',
    'WHATSAPP_APP_SECRET',
    'WHATSAPP_BUSINESS_ID',
    'META_PIXEL_ID',
    'FACEBOOK_PAGE_ID',
    'LOGLEVEL',
    'GRAPH_API_KEY',
    'GITHUB_TOKEN',
    'PORT',
    'NODE_ENV',
    'META_APP_\u001bID',
    '__proto__',
  ])('%j is not mistaken for one of ours', (name) => {
    expect(unknownIn({ WHATSAPP_TOKEN: TOKEN, [name]: '1' })).toEqual([])
  })

  test('causes no notice if a file could not be read: our variable may be in it', () => {
    const result = read({ WABA_ID: '1' }, { '.env': new Uint8Array([0, 1]) })
    expect(result.notices).toEqual([])
  })

  test.each([
    ['WHATSAPP_ACCESS_TOKEN', 'WHATSAPP_TOKEN'],
    ['WHATSAPP_API_TOKEN', 'WHATSAPP_TOKEN'],
    ['WHATSAPP_CLOUD_ACCESS_TOKEN', 'WHATSAPP_TOKEN'],
    ['WA_ACCESS_TOKEN', 'WHATSAPP_TOKEN'],
    ['WHATSAPP_TOKNE', 'WHATSAPP_TOKEN'],
    ['WHATSAPP_TOKENFILE', 'WHATSAPP_TOKEN_FILE'],
  ])('%s in place of the token: the fault itself names it', (name, ours) => {
    const result = read({ [name]: TOKEN })
    expect(unknownIn({ [name]: TOKEN })).toEqual([[name, ours]])
    expect(result).toMatchObject({
      ok: false,
      faults: [
        {
          name: 'WHATSAPP_TOKEN',
          problem: `is not set, but ${name} is`,
          expected: `the same in ${ours}: this program does not read ${name}`,
        },
      ],
    })
    expect(JSON.stringify(result)).not.toContain(TOKEN.slice(0, 8))
  })

  test('for the token causes no fault in mode off, nor if our token is set', () => {
    expect(faultsOf({ TOKEN_GUARD_MODE: 'off', WHATSAPP_ACCESS_TOKEN: TOKEN })).toEqual([])
    expect(unknownIn({ WHATSAPP_TOKEN: TOKEN, WHATSAPP_ACCESS_TOKEN: TOKEN })).toEqual([])
  })
})
