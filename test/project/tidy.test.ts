import { describe, expect, test } from 'bun:test'
import { sourcesUnder, type Source } from './sources.ts'

const SOURCES = sourcesUnder('src').filter(({ isTest }) => !isTest)
const TESTS = [...sourcesUnder('src').filter(({ isTest }) => isTest), ...sourcesUnder('test')]
const ALL = [...SOURCES, ...TESTS]

const LINES_MAX = 250
const FUNCTION_LINES_MAX = 60

const rows = (sources: readonly Source[]) => sources.map((source) => [source.path, source.text] as const)
const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')

test.each(rows(ALL))(`%s has at most ${LINES_MAX} lines`, (_path, text) => {
  expect(text.split('\n').length - 1).toBeLessThanOrEqual(LINES_MAX)
})

/** Counts from the line that opens a function to the line that closes it. The formatter indents both equally. */
function functionLengths(text: string): readonly (readonly [string, number])[] {
  const lines = text.split('\n')
  return lines.flatMap((line, start) => {
    const depth = /^( *)(?:export )?(?:async )?(?:function\b|(?:readonly )?#?\w+\(.*\) *[:{]).*\{$/.exec(line)?.[1]
    if (depth === undefined) return []
    const length = lines.slice(start).findIndex((each) => each.startsWith(`${depth}}`)) + 1
    return [[line.trim(), length] as const]
  })
}

test('the search finds functions', () => {
  expect(functionLengths('function a() {\n  b()\n}\nclass C {\n  async d(e: F): G {\n  }\n}\n')).toEqual([
    ['function a() {', 3],
    ['async d(e: F): G {', 2],
  ])
})

test.each(rows(SOURCES))(`%s has functions of at most ${FUNCTION_LINES_MAX} lines`, (_path, text) => {
  expect(functionLengths(text).filter(([, length]) => length > FUNCTION_LINES_MAX)).toEqual([])
})

/** A kind of call, and the only files that may make it. */
const KEPT: readonly (readonly [what: string, pattern: RegExp, where: readonly string[]])[] = [
  [
    'reads the clock',
    /\bDate\.now\b|\bperformance\.now\b|new Date\(\)/,
    ['src/http/page/script.ts', 'src/platform/clock.ts', 'src/sandbox/sandbox.ts'],
  ],
  ['uses random numbers', /Math\.random/, ['src/platform/random.ts']],
  // The page's own script runs in a browser.
  [
    'sets a timer',
    /\bset(Timeout|Interval)\(/,
    [
      'src/http/page/script.ts',
      'src/platform/abort.ts',
      'src/platform/listen-node.ts',
      'src/platform/lock-file.ts',
      'src/platform/signals.ts',
      'src/platform/within.ts',
    ],
  ],
  [
    'reads the environment',
    /process\.env/,
    ['src/boot.ts', 'src/cli.ts', 'src/platform/notify.ts', 'src/platform/output.ts', 'src/platform/side-doors.ts'],
  ],
  // `holder.ts` sends the signal 0, which only asks whether a process lives.
  [
    'ends the process',
    /process\.exit\b|process\.kill/,
    ['src/boot.ts', 'src/cli.ts', 'src/platform/holder.ts', 'src/platform/shell.ts', 'src/platform/signals.ts'],
  ],
  [
    'depends on Bun',
    /\bBun\.|typeof Bun|process\.versions/,
    ['src/platform/digest.ts', 'src/platform/listen-bun.ts', 'src/platform/runtime.ts'],
  ],
  [
    'reveals a secret',
    /\.reveal\(\)/,
    [
      'src/alerts/delivery.ts',
      'src/alerts/heartbeat.ts',
      'src/alerts/receivers.ts',
      'src/assembly/assemble.ts',
      'src/config/notices.ts',
      'src/fleet/asking.ts',
      'src/fleet/open-database.ts',
      'src/http/access.ts',
      'src/memory/open.ts',
      'src/upstream/policy-digest.ts',
    ],
  ],
  [
    'opens a file',
    /from 'node:fs/,
    [
      'src/platform/files.ts',
      'src/platform/holder.ts',
      'src/platform/lock-file.ts',
      'src/platform/output.ts',
      'src/platform/pipes.ts',
      'src/platform/replace-file.ts',
      'src/platform/shell.ts',
      'src/platform/state-file.ts',
      'src/platform/tty.ts',
    ],
  ],
]

describe.each(KEPT)('code that %s', (_what, pattern, where) => {
  test('is only in its place', () => {
    expect(SOURCES.filter(({ text }) => pattern.test(withoutComments(text))).map(({ path }) => path)).toEqual([
      ...where,
    ])
  })
})

/** Split, so that this file does not match itself. */
const BANNED = ['console.' + 'log(', 'TO' + 'DO', 'FIX' + 'ME', 'as ' + 'any)', '@ts-' + 'ignore', 'deb' + 'ugger']
const BANNED_IN_TESTS = ['.only' + '(', '.todo' + '(', 'Bun.sleep' + '(1']

/** In the declarations that users get: a type whose package they may not have. */
const PERMITTED = '@ts-' + 'ignore Where hono is not installed its type is `any`'

test.each(rows(SOURCES))('%s holds nothing unfinished', (_path, text) => {
  expect(BANNED.filter((each) => text.replace(PERMITTED, '').includes(each))).toEqual([])
})

test.each(rows(TESTS))('%s runs all its tests', (_path, text) => {
  expect(BANNED_IN_TESTS.filter((each) => text.includes(each))).toEqual([])
})

test('no file of ours holds what looks like a real token', () => {
  expect(ALL.filter(({ text }) => /EAA[A-Za-z0-9]{77,}/.test(text)).map(({ path }) => path)).toEqual([])
})
