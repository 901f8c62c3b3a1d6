import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { variable, VARIABLE_NAMES } from '../config/variables.ts'
import { DECIDING, DECIDING_IN_FILES, readJudged } from './judged.ts'

/** Variables that do not affect whether a start is allowed. */
const OTHERS =
  /^(?:TOKEN_GUARD_(?:ROTATE_BEFORE|BOOT_TIMEOUT|CHECK_|ASSET_|STALE_|READINESS|STOP_|HOST|PORT|OPERATOR_|ALERT_|HEARTBEAT_|STATE_|UPSTREAM|FLEET_)|LOG_)/

test('every variable either affects whether a start is allowed, or is listed as not affecting it', () => {
  expect(VARIABLE_NAMES.filter((name) => !OTHERS.test(name))).toEqual([...DECIDING])
  expect(DECIDING.filter((name) => variable(name).file)).toEqual([...DECIDING_IN_FILES] as never)
})

describe('what is judged', () => {
  let cwd = ''
  beforeAll(() => {
    cwd = mkdtempSync(join(tmpdir(), 'token-guard-judged-'))
    writeFileSync(join(cwd, 'a'), 'EAAa\n')
    writeFileSync(join(cwd, 'b'), 'EAAb\n')
    writeFileSync(join(cwd, '.env'), 'META_APP_ID=1\n')
  })
  afterAll(() => rmSync(cwd, { recursive: true, force: true }))
  const judged = (env: Record<string, string>, folder = cwd) =>
    readJudged({ env, cwd: folder, runtimeLoadsEnvFiles: false })

  test.each<[what: string, Record<string, string>, Record<string, string>]>([
    ['the token', { WHATSAPP_TOKEN: 'EAAa' }, { WHATSAPP_TOKEN: 'EAAb' }],
    ["the token's file", { WHATSAPP_TOKEN_FILE: 'a' }, { WHATSAPP_TOKEN_FILE: 'b' }],
    ['the number', { WHATSAPP_PHONE_NUMBER_ID: '1' }, { WHATSAPP_PHONE_NUMBER_ID: '2' }],
    ["Graph's address", {}, { GRAPH_API_URL: 'http://127.0.0.1:1' }],
    ['the stage, in which some settings are faults', { NODE_ENV: 'production' }, { NODE_ENV: 'test' }],
    ['the mode', { TOKEN_GUARD_MODE: 'report' }, {}],
    ['the variable that holds a text', { META_APP_ID: '2' }, { META_APP_SECRET: '2' }],
    ['a value of .env', { META_APP_ID: '2' }, {}],
  ])('differs with %s', (_what, one, other) => {
    expect(judged(one)).not.toBe(judged(other))
    expect(judged(one)).toBeString()
  })

  test.each<[what: string, Record<string, string>, Record<string, string>]>([
    ['the token is in a file', { WHATSAPP_TOKEN_FILE: 'a' }, { WHATSAPP_TOKEN: 'EAAa' }],
    ['a value was loaded from .env', { META_APP_ID: '1' }, {}],
    ['a variable is empty', { WHATSAPP_TOKEN: '' }, {}],
    ['the port is another', { TOKEN_GUARD_PORT: '1' }, { PORT: '2' }],
  ])('is the same if %s', (_what, one, other) => {
    expect(judged(one)).toBe(judged(other))
  })

  test('holds the path of a FIFO without reading it', () => {
    spawnSync('mkfifo', [join(cwd, 'pipe'), join(cwd, 'other')])
    const [one, other] = ['pipe', 'other'].map((name) => judged({ WHATSAPP_TOKEN_FILE: name }))
    expect(one).toContain(join(cwd, 'pipe'))
    expect(one).not.toBe(other)
  })

  test('differs in a folder with another .env', () => {
    expect(judged({}, tmpdir())).not.toBe(judged({}))
  })

  test.each<[what: string, Record<string, string>]>([
    ['a file is missing', { WHATSAPP_TOKEN_FILE: 'c' }],
    ['both forms are set', { WHATSAPP_TOKEN: 'EAAa', WHATSAPP_TOKEN_FILE: 'a' }],
  ])('is unknown if %s', (_what, env) => {
    expect(judged(env)).toBeNull()
  })
})
