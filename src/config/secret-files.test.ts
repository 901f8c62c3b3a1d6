import { describe, expect, test } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { configOf, faultsOf, OTHER_TOKEN, read, TOKEN, withFolder } from './config.fake.ts'
import { readConfig } from './read.ts'

const tokenOf = (...given: Parameters<typeof read>) => configOf(...given).token?.reveal()
const line = (token: string) => `WHATSAPP_TOKEN=${token}\n`

describe('_FILE', () => {
  const fromFile = (content: string | Uint8Array) =>
    [{ WHATSAPP_TOKEN_FILE: 'token.txt' }, { 'token.txt': content }] as const

  test.each([TOKEN, `${TOKEN}\n`, `${TOKEN}\r\n`])('drops one newline at the end', (content) => {
    expect(tokenOf(...fromFile(content))).toBe(TOKEN)
  })

  test('both forms in one source are a fault', () => {
    const files = { 'token.txt': TOKEN }
    const env = { WHATSAPP_TOKEN: TOKEN, WHATSAPP_TOKEN_FILE: 'token.txt' }
    expect(faultsOf(env, files)).toEqual([
      'WHATSAPP_TOKEN is set twice in the environment, as WHATSAPP_TOKEN and as WHATSAPP_TOKEN_FILE',
    ])
  })

  test('in two sources, the form in the stronger one counts', () => {
    const files = { 'token.txt': OTHER_TOKEN, '.env': line(TOKEN) }
    expect(tokenOf({ WHATSAPP_TOKEN_FILE: 'token.txt' }, files)).toBe(OTHER_TOKEN)
    expect(
      tokenOf({ WHATSAPP_TOKEN: TOKEN }, { 'token.txt': OTHER_TOKEN, '.env': 'WHATSAPP_TOKEN_FILE=token.txt' }),
    ).toBe(TOKEN)
    expect(tokenOf({}, { ...files, '.env.local': 'WHATSAPP_TOKEN_FILE=token.txt' })).toBe(OTHER_TOKEN)
  })

  const badContents: readonly (readonly [name: string, content: string | Uint8Array, problem: RegExp])[] = [
    ['empty', '', /is empty/],
    ['a newline alone', '\n', /is empty/],
    ['two newlines at the end', `${TOKEN}\n\n`, /newline/],
    ['10 MB', Buffer.alloc(10_000_000, 'a'), /is larger than 64 KiB/],
    ['UTF-16 with a BOM', Buffer.from(`\uFEFF${TOKEN}\r\n`, 'utf16le'), /UTF-16/],
    ['UTF-8 with a BOM', `\uFEFF${TOKEN}`, /byte order mark/],
    ['binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0xff, 0xfe, 1]), /binary/],
    ['quotes', `"${TOKEN}"`, /quotes/],
  ]

  test.each(badContents)('%s is one fault that names the path', (_name, content, problem) => {
    const faults = faultsOf(...fromFile(content))
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(/^WHATSAPP_TOKEN_FILE names \/.*\/token\.txt, which /)
    expect(faults[0]).toMatch(problem)
    expect(faults[0]).not.toContain(TOKEN)
  })

  test('anything but a file is a fault, and reading a FIFO does not wait', () => {
    withFolder({}, (cwd) => {
      execFileSync('mkfifo', [join(cwd, 'a.fifo')])
      mkdirSync(join(cwd, 'a.folder'))
      for (const [path, problem] of [
        ['a.fifo', 'is a FIFO'],
        ['./a.folder', 'is a folder'],
        ['a.none', 'does not exist'],
      ]) {
        const env = { META_APP_ID: '1', META_APP_SECRET_FILE: path, WHATSAPP_TOKEN: TOKEN }
        const result = readConfig({ options: {}, env, cwd, envFile: null, runtimeLoadsEnvFiles: false })
        const faults = result.ok ? [] : result.faults
        expect(faults.map(({ name }) => name)).toEqual(['META_APP_SECRET_FILE'])
        expect(faults[0]?.problem).toContain(problem ?? '')
      }
    })
  })

  test.each([TOKEN, 'EAAGabcdefgh123', '12345678|abcdef', 'https://hooks.example/T0/B0', 'correct-horse-battery'])(
    'the secret itself in place of a path is not shown',
    (text) => {
      const faults = faultsOf({ WHATSAPP_TOKEN_FILE: text })
      expect(faults).toHaveLength(1)
      expect(faults[0]).not.toContain(text)
    },
  )
})
