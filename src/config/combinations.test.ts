import { describe, expect, test } from 'bun:test'
import { faultsOf, read, TOKEN } from './config.fake.ts'
import { VARIABLE_NAMES } from './variables.ts'

const SECRET_TEXT = 'f00dfeedc0ffee0123456789deadbeef'
const SANDBOX = 'EAASANDBOX1234abcd'
const withToken = (env: Readonly<Record<string, string>>) => ({ WHATSAPP_TOKEN: TOKEN, ...env })

describe('combinations', () => {
  const appSecret = { META_APP_SECRET: SECRET_TEXT }

  test.each([
    ['a secret without its id', appSecret, ['META_APP_SECRET is set without META_APP_ID']],
    ['a secret with its id', { ...appSecret, META_APP_ID: '1' }, []],
    ['a secret with a bad id: one cause', { ...appSecret, META_APP_ID: 'x' }, ['META_APP_ID is "x"']],
    [
      'a bad interval hides what rests on it',
      { TOKEN_GUARD_CHECK_INTERVAL: '5', TOKEN_GUARD_STALE_AFTER: '1s' },
      ['TOKEN_GUARD_CHECK_INTERVAL is "5"'],
    ],
    [
      'a bad boot time hides what rests on it',
      { TOKEN_GUARD_BOOT_TIMEOUT: 'x', TOKEN_GUARD_CHECK_TIMEOUT: '9h' },
      ['TOKEN_GUARD_BOOT_TIMEOUT is "x"'],
    ],
    [
      'off in production',
      { NODE_ENV: 'production', TOKEN_GUARD_MODE: 'off' },
      ['TOKEN_GUARD_MODE is "off" while NODE_ENV is production'],
    ],
    [
      'temporary in production',
      { NODE_ENV: 'production', TOKEN_GUARD_EXPIRY: 'temporary' },
      ['TOKEN_GUARD_EXPIRY is "temporary" while NODE_ENV is production'],
    ],
    ['temporary in development', { NODE_ENV: 'development', TOKEN_GUARD_EXPIRY: 'temporary' }, []],
    [
      'a sandbox token in production',
      { NODE_ENV: 'production', WHATSAPP_TOKEN: SANDBOX },
      ['WHATSAPP_TOKEN is a sandbox token while NODE_ENV is production'],
    ],
    ['a sandbox token over plain http', { WHATSAPP_TOKEN: SANDBOX, GRAPH_API_URL: 'http://sandbox:4010' }, []],
  ] as const)('%s', (_name, env, faults) => {
    expect(faultsOf(withToken(env))).toEqual([...faults])
  })

  test("all faults come at once, in the table's order", () => {
    const names = VARIABLE_NAMES.filter((name) => name !== 'WHATSAPP_TOKEN' && name !== 'META_APP_SECRET')
    const result = read(Object.fromEntries(names.map((name) => [name, '\u0001'])))
    expect(result.ok ? [] : result.faults.map(({ name }) => name)).toEqual(['WHATSAPP_TOKEN', ...names])
  })
})
