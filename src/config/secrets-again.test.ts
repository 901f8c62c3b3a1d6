import { describe, expect, test } from 'bun:test'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OTHER_TOKEN, TOKEN, withFolder, type Files } from './config.fake.ts'
import { readConfig } from './read.ts'
import type { ReadRequest } from './readings.ts'
import type { SecretsNow } from './secrets-again.ts'

const line = (token: string) => `WHATSAPP_TOKEN=${token}\n`

type Case = {
  readonly env?: Record<string, string>
  readonly files?: Files
  /** What is written between the two readings; `null` removes a file. */
  readonly now: Readonly<Record<string, string | null>>
  readonly rest?: Partial<ReadRequest>
}

function again({ env = {}, files = {}, now, rest = {} }: Case): SecretsNow {
  return withFolder(files, (cwd) => {
    const result = readConfig({ options: {}, env, cwd, envFile: null, runtimeLoadsEnvFiles: false, ...rest })
    if (!result.ok) throw new Error(JSON.stringify(result.faults))
    for (const [name, text] of Object.entries(now))
      if (text === null) rmSync(join(cwd, name))
      else writeFileSync(join(cwd, name), text)
    return result.again.read(new Map())
  })
}

const tokenOf = (given: Case) => again(given).WHATSAPP_TOKEN.secret?.reveal()
const faultOf = (given: Case) => {
  const { secret, fault } = again(given).WHATSAPP_TOKEN
  expect(secret).toBeNull()
  return `${fault?.name} ${fault?.problem}`
}

describe('a changed token is found', () => {
  const found: readonly (readonly [string, Case])[] = [
    ['in .env', { files: { '.env': line(TOKEN) }, now: { '.env': line(OTHER_TOKEN) } }],
    ['in .env.local', { files: { '.env.local': line(TOKEN) }, now: { '.env.local': line(OTHER_TOKEN) } }],
    ['in a new .env.local', { files: { '.env': line(TOKEN) }, now: { '.env.local': line(OTHER_TOKEN) } }],
    [
      'in .env, after the value in .env.local is removed',
      { files: { '.env': line(OTHER_TOKEN), '.env.local': line(TOKEN) }, now: { '.env.local': null } },
    ],
    [
      'in a _FILE that .env names',
      { files: { '.env': 'WHATSAPP_TOKEN_FILE=t', t: TOKEN }, now: { t: `${OTHER_TOKEN}\n` } },
    ],
    [
      'in another _FILE that .env names now',
      {
        files: { '.env': 'WHATSAPP_TOKEN_FILE=a', a: TOKEN, b: OTHER_TOKEN },
        now: { '.env': 'WHATSAPP_TOKEN_FILE=b' },
      },
    ],
    [
      'in .env, as a plain value that was a _FILE before',
      { files: { '.env': 'WHATSAPP_TOKEN_FILE=a', a: TOKEN }, now: { '.env': line(OTHER_TOKEN) } },
    ],
    [
      'in a _FILE that the environment names',
      { env: { WHATSAPP_TOKEN_FILE: 't' }, files: { t: TOKEN }, now: { t: OTHER_TOKEN } },
    ],
    [
      'in .env, which the environment was loaded from',
      { env: { WHATSAPP_TOKEN: TOKEN }, files: { '.env': line(TOKEN) }, now: { '.env': line(OTHER_TOKEN) } },
    ],
    [
      'in .env.production, which the environment was loaded from',
      {
        env: { WHATSAPP_TOKEN: TOKEN, NODE_ENV: 'production' },
        files: { '.env.production': line(TOKEN) },
        now: { '.env.production': line(OTHER_TOKEN) },
      },
    ],
    [
      'in what --env-file names',
      { files: { 'my.env': line(TOKEN) }, now: { 'my.env': line(OTHER_TOKEN) }, rest: { envFile: 'my.env' } },
    ],
  ]
  test.each(found)('%s', (_where, given) => {
    expect(tokenOf(given)).toBe(OTHER_TOKEN)
  })
})

describe('the same token is found', () => {
  const same: readonly (readonly [string, Case])[] = [
    ['if nothing changed', { files: { '.env': line(TOKEN) }, now: {} }],
    [
      "if the environment's own value is stronger than .env",
      { env: { WHATSAPP_TOKEN: TOKEN }, files: { '.env': 'LOG_LEVEL=info' }, now: { '.env': line(OTHER_TOKEN) } },
    ],
    [
      'if another variable became wrong',
      { files: { '.env': line(TOKEN) }, now: { '.env': `${line(TOKEN)}TOKEN_GUARD_PORT=x\nTOKEN_GUARD_MODE=what` } },
    ],
    [
      'if .env.production holds a value that the environment never had',
      {
        env: { NODE_ENV: 'production' },
        files: { '.env': line(TOKEN) },
        now: { '.env.production': line(OTHER_TOKEN) },
      },
    ],
  ]
  test.each(same)('%s', (_where, given) => {
    expect(tokenOf(given)).toBe(TOKEN)
  })
})

describe('a source is unusable', () => {
  const faults: readonly (readonly [string, Case, RegExp])[] = [
    [
      'that has no token any more',
      { files: { '.env': line(TOKEN) }, now: { '.env': 'LOG_LEVEL=info' } },
      /not set any more/,
    ],
    ['that is gone', { files: { '.env': line(TOKEN) }, now: { '.env': null } }, /not set any more/],
    [
      'that holds both forms',
      { files: { '.env': line(TOKEN) }, now: { '.env': `${line(TOKEN)}WHATSAPP_TOKEN_FILE=x` } },
      /twice/,
    ],
    ['that is binary', { files: { '.env': line(TOKEN) }, now: { '.env': 'W\u0000H\u0000' } }, /^\.env /],
    [
      'that may not be used with the rest: a real token to a plain http host',
      {
        env: { GRAPH_API_URL: 'http://graph.example' },
        files: { '.env': line(`EAASANDBOX${'x1'.repeat(90)}`) },
        now: { '.env': line(TOKEN) },
      },
      /^GRAPH_API_URL .*plain http/,
    ],
  ]
  test.each(faults)('%s', (_what, given, problem) => {
    expect(faultOf(given)).toMatch(problem)
  })

  test('even if another secret is fine', () => {
    const files = { '.env': `${line(TOKEN)}TOKEN_GUARD_OPERATOR_TOKEN_FILE=o`, o: 'an-operator-token' }
    const found = again({ files, now: { '.env': 'TOKEN_GUARD_OPERATOR_TOKEN_FILE=o' } })
    expect(found.TOKEN_GUARD_OPERATOR_TOKEN.secret?.reveal()).toBe('an-operator-token')
    expect(found.META_APP_SECRET).toEqual({ secret: null, fault: null })
  })

  test('although the environment held an expanded value, the file it came from is read again', () => {
    const found = again({
      env: { WHATSAPP_TOKEN: TOKEN, TOKEN_GUARD_OPERATOR_TOKEN: 'operator-$HOME-1234' },
      files: { '.env': 'TOKEN_GUARD_OPERATOR_TOKEN=operator-\\$HOME-1234' },
      now: { '.env': 'TOKEN_GUARD_OPERATOR_TOKEN=another-operator-token' },
    })
    expect(found.TOKEN_GUARD_OPERATOR_TOKEN.secret?.reveal()).toBe('another-operator-token')
  })

  test('an app secret without its id is a separate fault', () => {
    const found = again({
      files: { '.env': line(TOKEN) },
      now: { '.env': `${line(TOKEN)}META_APP_SECRET=abcdef0123456789` },
    })
    expect(found.META_APP_SECRET.fault?.problem).toContain('without META_APP_ID')
    expect(found.WHATSAPP_TOKEN.secret?.reveal()).toBe(TOKEN)
  })
})
