import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'bun:test'
import type { TextFile } from '../platform/files.ts'
import { readAddress } from './address.ts'
import { TOKEN, withFolder, type Files } from './config.fake.ts'
import { readConfig } from './read.ts'
import type { ReadRequest } from './readings.ts'

const text = (content: string): TextFile => ({ ok: true, bytes: Buffer.from(content), pipe: 'read' })
const SILENT: TextFile = {
  ok: false,
  problem: 'is a FIFO that no program wrote to within 30 s',
  missing: false,
  pipe: 'silent',
}
const UNENDED: TextFile = { ...SILENT, problem: 'is a FIFO whose writer was not done within 30 s', pipe: 'unended' }

type Case = {
  readonly env?: Record<string, string>
  readonly files?: Files
  /** The FIFOs in the folder, and what was read from them. */
  readonly pipes: Readonly<Record<string, TextFile | null>>
  readonly rest?: Partial<ReadRequest>
}

function read({ env = {}, files = {}, pipes, rest = {} }: Case) {
  return withFolder(files, (cwd) => {
    for (const name of Object.keys(pipes)) execFileSync('mkfifo', [join(cwd, name)])
    const known = new Map(
      Object.entries(pipes).flatMap(([name, file]) => (file === null ? [] : [[join(cwd, name), file] as const])),
    )
    const request = { options: {}, env, cwd, envFile: null, runtimeLoadsEnvFiles: true, pipes: known, ...rest }
    return { ...readConfig(request), address: readAddress({ ...request, pipes: new Map() }) }
  })
}

const faultsOf = (given: Case) => {
  const result = read(given)
  const faults = result.ok ? [] : result.faults.map(({ name, problem }) => `${name} ${problem}`)
  return faults.map((fault) => fault.replace(/\S*\/config-\w+\//, ''))
}
const wanted = (given: Case) => read(given).pipesToRead.map(({ name }) => name)

describe('the FIFOs to read first', () => {
  const cases: readonly (readonly [what: string, given: Case, names: readonly string[]])[] = [
    ['a _FILE of the environment', { env: { WHATSAPP_TOKEN_FILE: 't' }, pipes: { t: null } }, ['WHATSAPP_TOKEN_FILE']],
    [
      'several',
      {
        env: { WHATSAPP_TOKEN_FILE: 't', META_APP_SECRET_FILE: 's', META_APP_ID: '700700700700701' },
        pipes: { t: null, s: null, '.env': null },
      },
      ['.env', 'WHATSAPP_TOKEN_FILE', 'META_APP_SECRET_FILE'],
    ],
    ['.env.local and .env', { pipes: { '.env': null, '.env.local': null } }, ['.env.local', '.env']],
    [
      'none that a weaker source names',
      { env: { WHATSAPP_TOKEN: TOKEN }, files: { '.env': 'WHATSAPP_TOKEN_FILE=t' }, pipes: { t: null } },
      [],
    ],
    [
      'none that a stronger FIFO may override',
      { files: { '.env': 'WHATSAPP_TOKEN_FILE=t' }, pipes: { '.env.local': null, t: null } },
      ['.env.local'],
    ],
    [
      'that one, once the stronger FIFO turns out not to override it',
      { files: { '.env': 'WHATSAPP_TOKEN_FILE=t' }, pipes: { '.env.local': text('LOG_LEVEL=info'), t: null } },
      ['WHATSAPP_TOKEN_FILE'],
    ],
    ['no file that only a runtime reads', { env: { WHATSAPP_TOKEN: TOKEN }, pipes: { '.env.development': null } }, []],
    [
      '--env-file on Bun, and no .env as well',
      { pipes: { 'my.env': null, '.env': null }, rest: { envFile: 'my.env' } },
      ['--env-file'],
    ],
    ['none that were read already', { pipes: { '.env': text(`WHATSAPP_TOKEN=${TOKEN}`) } }, []],
  ]
  test.each(cases)('%s', (_what, given, names) => {
    expect(wanted(given)).toEqual([...names])
  })

  test('are shown by a path, unless it may be the secret itself', () => {
    const [pipe] = read({ env: { WHATSAPP_TOKEN_FILE: TOKEN }, pipes: { [TOKEN]: null } }).pipesToRead
    expect(pipe?.named).toBe('a file')
  })
})

describe('what a FIFO held', () => {
  const good: readonly (readonly [what: string, given: Case])[] = [
    ['in a _FILE', { env: { WHATSAPP_TOKEN_FILE: 't' }, pipes: { t: text(`${TOKEN}\n`) } }],
    ['in .env', { pipes: { '.env': text(`WHATSAPP_TOKEN=${TOKEN}\n`) } }],
    ['in --env-file on Bun', { pipes: { e: text(`WHATSAPP_TOKEN=${TOKEN}\n`) }, rest: { envFile: 'e' } }],
  ]
  test.each(good)('%s is the token, and is not listed as a source of another one', (_what, given) => {
    const result = read(given)
    expect(result.ok && result.config.token?.reveal()).toBe(TOKEN)
    expect(result.origins.get('WHATSAPP_TOKEN')?.isPipe).toBe(true)
  })

  const bad: readonly (readonly [what: string, given: Case, faults: readonly string[]])[] = [
    [
      'nothing',
      { env: { WHATSAPP_TOKEN_FILE: './t' }, pipes: { t: text('') } },
      ['WHATSAPP_TOKEN_FILE names t, which is empty'],
    ],
    [
      'nothing within the time',
      { env: { WHATSAPP_TOKEN_FILE: './t' }, pipes: { t: SILENT } },
      ['WHATSAPP_TOKEN_FILE names t, which is a FIFO that no program wrote to within 30 s'],
    ],
    [
      'nothing within the time, in .env, and the token is missing',
      { pipes: { '.env': SILENT } },
      ['.env is a FIFO that no program wrote to within 30 s'],
    ],
    [
      'nothing within the time, in .env, and the app of a secret is missing',
      { env: { WHATSAPP_TOKEN: TOKEN, META_APP_SECRET: 'a1b2c3d4e5f6a7b8' }, pipes: { '.env': SILENT } },
      ['.env is a FIFO that no program wrote to within 30 s'],
    ],
    [
      'half a text, in .env',
      { env: { WHATSAPP_TOKEN: TOKEN }, pipes: { '.env': UNENDED } },
      ['.env is a FIFO whose writer was not done within 30 s'],
    ],
    [
      'nothing within the time, in --env-file',
      { env: { WHATSAPP_TOKEN: TOKEN }, pipes: { e: SILENT }, rest: { envFile: 'e' } },
      ['--env-file names e, which is a FIFO that no program wrote to within 30 s'],
    ],
  ]
  test.each(bad)('%s is a fault', (_what, given, faults) => {
    expect(faultsOf(given)).toEqual([...faults])
  })

  test('nothing within the time, in .env, is a warning if every required variable is set elsewhere', () => {
    const result = read({ env: { WHATSAPP_TOKEN: TOKEN }, pipes: { '.env': SILENT } })
    expect([result.ok, result.notices]).toEqual([
      true,
      [
        {
          kind: 'warning',
          name: '.env',
          message: 'is a FIFO that no program wrote to within 30 s: the program goes on without it',
        },
      ],
    ])
  })

  test('is a fault for --env-file on Node, and the fault names an alternative', () => {
    const given = { env: { WHATSAPP_TOKEN: TOKEN }, pipes: { e: null } }
    const result = read({ ...given, rest: { envFile: 'e', runtimeLoadsEnvFiles: false } })
    expect(result.pipesToRead).toEqual([])
    expect(result.ok ? [] : result.faults).toMatchObject([
      {
        name: '--env-file',
        problem: expect.stringContaining('is a FIFO: Node reads'),
        expected: expect.stringContaining('WHATSAPP_TOKEN_FILE'),
      },
    ])
  })
})

describe('a probe', () => {
  test('leaves a .env that is a FIFO to the service', () => {
    expect(read({ env: { TOKEN_GUARD_PORT: '3001' }, pipes: { '.env': null } }).address).toMatchObject({ port: 3001 })
  })
})
