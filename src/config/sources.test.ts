import { describe, expect, test } from 'bun:test'
import { configOf, faultsOf, OTHER_TOKEN, read, TOKEN } from './config.fake.ts'

const tokenOf = (...given: Parameters<typeof read>) => configOf(...given).token?.reveal()
const originOf = (...given: Parameters<typeof read>) => read(...given).origins.get('WHATSAPP_TOKEN')
const line = (token: string) => `WHATSAPP_TOKEN=${token}\n`

describe('the first wins, value by value', () => {
  const files = {
    '.env.local': 'TOKEN_GUARD_PORT=3\nLOG_LEVEL=warn\n',
    '.env': `TOKEN_GUARD_PORT=4\nMETA_APP_ID=4\n${line(TOKEN)}`,
  }

  test('options, environment, .env.local, .env', () => {
    const options = { TOKEN_GUARD_PORT: '1' }
    const env = { TOKEN_GUARD_PORT: '2' }
    expect(configOf(env, files, { options }).port).toBe(1)
    expect(configOf(env, files).port).toBe(2)
    expect(configOf({}, files)).toMatchObject({ port: 3, logLevel: 'warn', appId: '4' })
    expect(configOf({}, { '.env': files['.env'] }).port).toBe(4)
  })

  test('an empty value counts as unset', () => {
    expect(configOf({ TOKEN_GUARD_PORT: '' }, files, { options: { TOKEN_GUARD_PORT: '' } }).port).toBe(3)
    expect(tokenOf({ WHATSAPP_TOKEN: TOKEN, WHATSAPP_TOKEN_FILE: '' })).toBe(TOKEN)
  })

  test('NODE_ENV is read from the same sources', () => {
    expect(faultsOf({ TOKEN_GUARD_MODE: 'off' }, { '.env': 'NODE_ENV=production' })).toHaveLength(1)
  })

  test('nothing is expanded, quotes hold a #', () => {
    const env = { WHATSAPP_TOKEN: TOKEN, A: 'b' }
    const result = configOf(env, { '.env': 'TOKEN_GUARD_OPERATOR_TOKEN="0123456789#$A${A}x"' })
    expect(result.operatorToken?.reveal()).toBe('0123456789#$A${A}x')
  })

  test('an env file in UTF-16 is the fault, not a missing token', () => {
    const faults = faultsOf({}, { '.env': Buffer.from(`\uFEFF${line(TOKEN)}`, 'utf16le') })
    expect(faults).toEqual(['.env is no UTF-8 text (UTF-16 or binary): save it as UTF-8'])
  })

  test('an env file that is a folder is a fault', () => {
    expect(faultsOf({ WHATSAPP_TOKEN: TOKEN }, { '.env/x': '' })).toEqual(['.env is a folder'])
  })

  test('an env file may begin with a BOM and end its lines as Windows does', () => {
    expect(tokenOf({}, { '.env': `\uFEFFWHATSAPP_TOKEN=${TOKEN}\r\nLOG_LEVEL=info\r\n` })).toBe(TOKEN)
  })
})

describe('--env-file', () => {
  const files = { '.env': line(TOKEN), '.env.local': 'LOG_LEVEL=warn', 'prod.env': line(OTHER_TOKEN) }
  const rest = { envFile: 'prod.env' }

  test('replaces both files', () => {
    expect(tokenOf({}, files, rest)).toBe(OTHER_TOKEN)
    expect(configOf({}, files, rest).logLevel).toBe('info')
  })

  test('is the only fault if its file is missing', () => {
    const faults = faultsOf({}, files, { envFile: 'none.env' })
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(/^--env-file names .*none\.env, which does not exist$/)
  })

  test('may be /dev/null: no file at all', () => {
    expect(faultsOf({ WHATSAPP_TOKEN: TOKEN }, files, { envFile: '/dev/null' })).toEqual([])
  })

  test('drops what Bun loaded by itself, and nothing on Node', () => {
    const env = { WHATSAPP_TOKEN: TOKEN, LOG_LEVEL: 'warn' }
    const bun = read(env, files, { ...rest, runtimeLoadsEnvFiles: true })
    expect(bun).toMatchObject({ ok: true, config: { logLevel: 'info' } })
    expect(tokenOf(env, files, { ...rest, runtimeLoadsEnvFiles: true })).toBe(OTHER_TOKEN)
    expect(tokenOf(env, files, rest)).toBe(TOKEN)
  })
})

describe('what Bun loaded by itself', () => {
  test('does not count as a second form of a real _FILE', () => {
    const files = { '.env': line(TOKEN), 'token.txt': OTHER_TOKEN }
    expect(tokenOf({ WHATSAPP_TOKEN: TOKEN, WHATSAPP_TOKEN_FILE: 'token.txt' }, files)).toBe(OTHER_TOKEN)
  })

  test("counts as the file's", () => {
    const env = { WHATSAPP_TOKEN: TOKEN }
    const origin = (name: string) => ({ kind: 'env-file', path: expect.stringMatching(new RegExp(`/${name}$`)) })
    expect(originOf(env, { '.env': line(TOKEN) })).toMatchObject(origin('.env'))
    expect(originOf(env, { '.env.local': line(TOKEN), '.env': line(OTHER_TOKEN) })).toMatchObject(origin('.env.local'))
    expect(originOf(env, { '.env.development': line(TOKEN) })).toMatchObject(origin('.env.development'))
    expect(originOf({ ...env, NODE_ENV: 'staging' }, { '.env.staging': line(TOKEN) })).toMatchObject(
      origin('.env.staging'),
    )
  })

  test("counts as the file's if Bun expanded it, and is read without expansion", () => {
    const env = { WHATSAPP_TOKEN: TOKEN, TOKEN_GUARD_OPERATOR_TOKEN: '0123456789abcdefpa$' }
    const result = configOf(env, { '.env': 'TOKEN_GUARD_OPERATOR_TOKEN=0123456789abcdefpa$$w0rd' })
    expect(result.operatorToken?.reveal()).toBe('0123456789abcdefpa$$w0rd')
  })

  test('does not include a value that a stronger file would have overridden', () => {
    const files = { '.env.local': line(OTHER_TOKEN), '.env': line(TOKEN) }
    expect(tokenOf({ WHATSAPP_TOKEN: TOKEN }, files)).toBe(TOKEN)
    expect(originOf({ WHATSAPP_TOKEN: TOKEN }, files)).toEqual({ kind: 'environment' })
  })

  test("does not include a value of another stage's file", () => {
    const env = { WHATSAPP_TOKEN: TOKEN, NODE_ENV: 'production' }
    expect(originOf(env, { '.env.development': line(TOKEN) })).toEqual({ kind: 'environment' })
  })
})

test('origins name the source and the file', () => {
  const files = { 'token.txt': TOKEN, '.env': 'WHATSAPP_TOKEN_FILE=token.txt' }
  const file = expect.stringMatching(/^\/.*\/token\.txt$/)
  expect(originOf({ WHATSAPP_TOKEN: TOKEN })).toEqual({ kind: 'environment' })
  expect(originOf({}, {}, { options: { WHATSAPP_TOKEN: TOKEN } })).toEqual({ kind: 'option' })
  expect(originOf({ WHATSAPP_TOKEN_FILE: 'token.txt' }, files)).toEqual({
    kind: 'env-file',
    path: expect.any(String),
    file,
  })
  expect(originOf({}, files)).toEqual({ kind: 'env-file', path: expect.stringMatching(/\.env$/), file })
  expect(read({ WHATSAPP_TOKEN: TOKEN, PORT: '1' }, {}, { portFallback: false }).origins.has('TOKEN_GUARD_PORT')).toBe(
    false,
  )
})

describe('Kubernetes', () => {
  test('variables that it injects for a Service called token-guard count as unset', () => {
    const env = {
      WHATSAPP_TOKEN: TOKEN,
      TOKEN_GUARD_PORT: 'tcp://10.0.0.1:3000',
      TOKEN_GUARD_SERVICE_HOST: '10.0.0.1',
      TOKEN_GUARD_PORT_3000_TCP_ADDR: '10.0.0.1',
    }
    expect(read(env).notices).toEqual([])
    expect(configOf(env).port).toBe(3000)
    expect(configOf(env, { '.env': 'TOKEN_GUARD_PORT=4000' }).port).toBe(4000)
    expect(configOf({ ...env, PORT: '5000' }).port).toBe(5000)
  })
})
