import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { configOf, faultsOf, read, TOKEN } from './config.fake.ts'
import { VARIABLE_NAMES, variable } from './variables.ts'

/** Variables that depend on each other, and arbitrary environments. */

const withToken = (env: Readonly<Record<string, string>>) => ({ WHATSAPP_TOKEN: TOKEN, ...env })

describe('what depends on other values', () => {
  test('a request may not take longer than a short boot', () => {
    expect(configOf(withToken({ TOKEN_GUARD_BOOT_TIMEOUT: '3s' })).checkTimeoutMs).toBe(3_000)
  })

  test('stale is 6 intervals, at least 30m', () => {
    expect(configOf(withToken({ TOKEN_GUARD_CHECK_INTERVAL: '10m' })).staleAfterMs).toBe(3_600_000)
    expect(configOf(withToken({ TOKEN_GUARD_CHECK_INTERVAL: '2s' })).staleAfterMs).toBe(1_800_000)
  })

  test('assets are not asked more often than the token', () => {
    const env = withToken({ TOKEN_GUARD_CHECK_INTERVAL: '10m', TOKEN_GUARD_ASSET_INTERVAL: '1s' })
    expect(configOf(env).assetIntervalMs).toBe(600_000)
  })

  test('PORT is used, and judged, only if TOKEN_GUARD_PORT is not set', () => {
    expect(configOf(withToken({ PORT: '8080' })).port).toBe(8080)
    expect(configOf(withToken({ PORT: 'pipe', TOKEN_GUARD_PORT: '1' })).port).toBe(1)
    expect(configOf(withToken({ PORT: 'pipe' }), {}, { portFallback: false }).port).toBe(3000)
  })

  test('lists are trimmed, without duplicates and with alternatives', () => {
    const env = withToken({ WHATSAPP_PHONE_NUMBER_ID: ' 1, 2,1 ', TOKEN_GUARD_REQUIRED_SCOPES: 'a | b,c' })
    expect(configOf(env)).toMatchObject({ phoneNumberIds: ['1', '2'], requiredScopes: [['a', 'b'], ['c']] })
  })

  test('the URL loses its last slashes and keeps its prefix', () => {
    expect(configOf(withToken({ GRAPH_API_URL: 'https://graph.facebook.com//' })).graphUrl).toBe(
      'https://graph.facebook.com',
    )
    expect(configOf(withToken({ GRAPH_API_URL: 'http://[::1]:1/a/b/' })).graphUrl).toBe('http://[::1]:1/a/b')
  })

  test('codes that fail are without duplicates, in their order', () => {
    const env = withToken({ TOKEN_GUARD_FAIL_ON: 'token.type, phone.blocked,token.type' })
    expect(configOf(env).failOn).toEqual(['token.type', 'phone.blocked'])
  })

  test('mode off needs no token, but judges one that is set', () => {
    expect(configOf({ TOKEN_GUARD_MODE: 'off' }).token).toBeNull()
    expect(faultsOf({ TOKEN_GUARD_MODE: 'off', WHATSAPP_TOKEN: 'a b' })).toHaveLength(1)
  })

  test('the log level is returned with the faults if it is valid', () => {
    expect(read({ LOG_LEVEL: 'debug' })).toMatchObject({ ok: false, logLevel: 'debug' })
    expect(read({ LOG_LEVEL: 'loud' })).toMatchObject({ ok: false, logLevel: 'info' })
  })
})

describe('arbitrary environments', () => {
  const secretNames = VARIABLE_NAMES.filter((name) => variable(name).secret)
  const core = fc.stringMatching(/^[A-Za-z0-9]{20,40}$/)
  const around = fc.constantFrom('', ' ', '"', '\n', 'Bearer ', '|', '1|', '\0', '\uFEFF', 'https://', '<', '$')
  const names = fc.constantFrom(...VARIABLE_NAMES.filter((name) => !secretNames.includes(name)), 'PORT', 'NODE_ENV')
  const others = fc.dictionary(fc.oneof(names, fc.string()), fc.string({ unit: 'binary' }))

  test('never throw, and never show a secret', () => {
    const cases = fc.tuple(others, fc.constantFrom(...secretNames), around, core, around)
    fc.assert(
      fc.property(cases, ([env, name, before, text, after]) => {
        const { ok, ...result } = read({ ...env, [name]: before + text + after })
        const shown = JSON.stringify('config' in result ? result : { ...result, origins: [...result.origins], ok })
        expect(shown).not.toContain(text)
      }),
    )
  })

  test('never throw for odd paths either', () => {
    const paths = fc.string({ unit: 'binary' }).map((path) => `odd-${path}`)
    fc.assert(
      fc.property(paths, paths, fc.boolean(), (file, envFile, runtimeLoadsEnvFiles) => {
        expect(read({ WHATSAPP_TOKEN_FILE: file }, {}, { envFile, runtimeLoadsEnvFiles }).ok).toBe(false)
      }),
    )
  })
})
