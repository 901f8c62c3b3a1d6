import { describe, expect, test } from 'bun:test'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ScenarioName } from '../../src/sandbox/sandbox.ts'
import { CAUSES } from '../../src/verification/causes.ts'
import { startGraph, variables } from '../process/graph.ts'
import { Program, temporaryFolder, type Environment } from '../process/harness.ts'
import { expectNoSecret, SANDBOX_SECRETS } from '../process/secrets.ts'

/** The action's own step, as a runner of GitHub starts it, around the real program and around strange ones. */

const ROOT = new URL('../..', import.meta.url).pathname
const CLI = join(ROOT, 'dist/cli.js')

type Action = {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>
  readonly runs: { readonly steps: readonly { readonly run: string; readonly env: Readonly<Record<string, string>> }[] }
}
const action = Bun.YAML.parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as Action
const [step] = action.runs.steps

type Inputs = { readonly program?: string; readonly 'fail-on-unverified'?: string }
type Annotation = { readonly level: string; readonly title: string; readonly message: string }

/** In the order in which the runner takes the escapes back (ActionCommand.cs). */
const ESCAPES = { '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',', '%25': '%' }
const unescaped = (text: string, except: readonly string[] = []) =>
  Object.entries(ESCAPES).reduce(
    (left, [escape, is]) => (except.includes(is) ? left : left.replaceAll(escape, is)),
    text,
  )

/** Every line that the runner would take for a command, in either of its forms. */
function annotationsIn(printed: string): readonly Annotation[] {
  const commands = printed.split(/\r\n|\r|\n/).filter((line) => /^\s*::|##\[/.test(line))
  return commands.map((line) => {
    const [, level = '?', title = '', message = ''] = /^::(error|warning) title=([^:,]*)::(.*)$/.exec(line) ?? []
    return { level, title: unescaped(title), message: unescaped(message, [':', ',']) }
  })
}

/** Runs the step in a workspace. Looks for secrets and identifiers in all that it leaves. */
async function check(inputs: Inputs, env: Environment = {}, fill: (workspace: string) => void = () => {}) {
  using folder = temporaryFolder()
  const [workspace, output, summary] = ['workspace', 'output', 'summary'].map((name) => join(folder.path, name))
  mkdirSync(workspace!)
  fill(workspace!)
  const input = (expression: string) => {
    const name = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression)?.[1] as keyof Inputs
    return inputs[name] ?? action.inputs[name]?.default ?? ''
  }
  const given = Object.entries(step?.env ?? {}).map(([name, expression]) => [name, input(expression)] as const)
  const runner = { GITHUB_ACTION_PATH: ROOT, GITHUB_OUTPUT: output!, GITHUB_STEP_SUMMARY: summary! }
  const command = ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', step?.run ?? '']
  await using program = new Program(
    command,
    { ...env, ...runner, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'the-job-s-own', ...Object.fromEntries(given) },
    { cwd: workspace! },
  )
  const { code } = await program.exit
  const written = { outputs: readFileSync(output!, 'utf8'), summary: readFileSync(summary!, 'utf8') }
  const all = `${program.printed}${written.outputs}${written.summary}`
  expectNoSecret(all, SANDBOX_SECRETS)
  const names = ['META_APP_ID', 'WHATSAPP_BUSINESS_ACCOUNT_ID', 'WHATSAPP_PHONE_NUMBER_ID']
  for (const name of names) expect(all).not.toContain(env[name] ?? variables('http://127.0.0.1')[name] ?? '?')
  return {
    code,
    printed: program.stdout,
    stderr: program.stderr,
    annotations: annotationsIn(program.printed),
    ...written,
  }
}

async function checkScenario(scenario: ScenarioName, inputs: Inputs = {}, env: Environment = {}) {
  await using graph = startGraph(scenario)
  return await check({ program: CLI, ...inputs }, { ...graph.env, ...env })
}

const brief = ({ annotations }: { readonly annotations: readonly Annotation[] }) =>
  annotations.map(({ level, title }) => `${level} ${title}`)

describe('the action around the program', () => {
  test('passes a good token, without an annotation', async () => {
    const checked = await checkScenario('permanent')
    expect(checked).toMatchObject({ code: 0, annotations: [], outputs: 'status=pass\nexit-code=0\n', stderr: '' })
    expect(checked.printed).toBe('The token is verified. (exit 0)\n')
    expect(checked.summary).toBe('### WhatsApp token\n\nThe token is verified. (exit 0)\n')
  })

  test.each([
    ['revoked', 'fail', 'error token.revoked', 'revoked_by_call'],
    ['unsubscribed', 'warn', 'warning account.unsubscribed', ''],
    ['scope-missing', 'fail', 'error scope.missing', 'permission_unticked'],
  ] as const)('refuses on %s, and says why and what to do', async (scenario, status, first, cause) => {
    const checked = await checkScenario(scenario)
    expect([checked.code, checked.outputs, brief(checked)[0]]).toEqual([77, `status=${status}\nexit-code=77\n`, first])
    expect(checked.annotations[0]?.message).toContain('\nWhat to do: ')
    expect(checked.annotations[0]?.message).toContain(`\nMore: docs/causes.md#${cause}`)
    expect(checked.summary).toContain('| finding | severity | cause | what to do |\n| --- | --- | --- | --- |\n')
    expect(checked.summary).toContain(`| ${first.split(' ')[1]?.replace('_', '\\_')} | `)
    expect(checked.printed).toEndWith('The token is refused. (exit 77)\n')
  })

  test.each([
    ['true', 75, 'error'],
    ['false', 0, 'warning'],
  ])('where Graph fails, and fail-on-unverified is %s, ends with %d', async (failOnUnverified, code, level) => {
    const env = { TOKEN_GUARD_BOOT_TIMEOUT: '3s', TOKEN_GUARD_CHECK_TIMEOUT: '1s' }
    const checked = await checkScenario('failing', { 'fail-on-unverified': failOnUnverified }, env)
    expect([checked.code, checked.outputs]).toEqual([code, 'status=fail\nexit-code=75\n'])
    expect(new Set(checked.annotations.map((each) => each.level))).toEqual(new Set([level]))
  })

  test('still refuses a bad token where a missing answer may pass', async () => {
    expect(await checkScenario('revoked', { 'fail-on-unverified': 'false' })).toMatchObject({ code: 77 })
  })

  test('names what is wrong with the configuration, and quotes no value', async () => {
    const wrong = { META_APP_ID: 'app "7001" x', WHATSAPP_PHONE_NUMBER_ID: '49170x' }
    const checked = await checkScenario('permanent', {}, wrong)
    expect([checked.code, checked.outputs]).toEqual([78, 'status=fail\nexit-code=78\n'])
    expect(brief(checked)).toEqual(['error config.invalid', 'error config.invalid'])
    const messages = checked.annotations.map(({ message }) => message.split('\n')[0])
    expect(messages).toEqual(['WHATSAPP_PHONE_NUMBER_ID is "…".', 'META_APP_ID is "…".'])
    expect(`${checked.printed}${checked.summary}`).not.toMatch(/7001|49170/)
  })
})

const DOCUMENT = { version: 1, status: 'pass', exitCode: 0, findings: [], faults: [], notes: [] }
/** A program of another make, which prints this and ends so. */
const printing = (text: string, end = '') => `process.stdout.write(${JSON.stringify(text)}); ${end}`
const around = (script: string, inputs: Inputs = {}) =>
  check({ program: 'cli.mjs', ...inputs }, {}, (workspace) => writeFileSync(join(workspace, 'cli.mjs'), script))
const finding = (code: string, remedy: string, severity = 'fail') => ({
  code,
  severity,
  remedy,
  causes: [{ name: 'c' }],
})

describe('the action around a strange program', () => {
  test.each([
    ['no text', printing(''), 70],
    ['other text', printing('all is well\n'), 70],
    ['half a document', printing(JSON.stringify(DOCUMENT).slice(0, -9)), 70],
    ['null', printing('null'), 70],
    ['another version', printing(JSON.stringify({ ...DOCUMENT, version: 2 })), 70],
    ['a status that would write outputs', printing(JSON.stringify({ ...DOCUMENT, status: 'pass\nx=1' })), 70],
    ['findings that are none', printing(JSON.stringify({ ...DOCUMENT, findings: [null] })), 70],
    ['another exit code than its own', printing(JSON.stringify({ ...DOCUMENT, exitCode: 77, status: 'fail' })), 70],
    ['a pass, and fails', printing(JSON.stringify(DOCUMENT), 'process.exitCode = 3'), 3],
    ['no verdict and no document', printing('', 'process.exitCode = 75'), 75],
    ['too much', printing('', `process.stdout.write('x'.repeat(9 << 20))`), 70],
    ['a part, and is killed', printing('{', `process.kill(process.pid, 'SIGKILL')`), 70],
  ])('fails where it prints %s', async (_what, script, code) => {
    const checked = await around(script, { 'fail-on-unverified': 'false' })
    expect([checked.code, checked.outputs]).toEqual([code, `status=fail\nexit-code=${code}\n`])
    expect(brief(checked)).toEqual(['error whatsapp-token-guard'])
    expect(checked.annotations[0]?.message).toContain('run it with --version in a step without secrets')
    expect(checked.printed).toEndWith(`The token was not checked. (exit ${code})\n`)
    expect(checked.summary).toContain('The program did not print the document of check')
  })

  test('shows nothing that it writes to standard error', async () => {
    const checked = await around(`console.error('::error::from standard error')`)
    expect(`${checked.printed}${checked.stderr}`).not.toContain('from standard error')
  })

  test.each([
    ['an empty path', '', 'The input program is empty'],
    ['no file', 'missing/cli.js', 'names no file'],
    ['a folder', '.', 'names no file'],
    ['a file that may not be executed', 'plain', 'chmod +x'],
  ])('takes %s for a wrong configuration', async (_what, program, words) => {
    const checked = await check({ program }, {}, (workspace) =>
      writeFileSync(join(workspace, 'plain'), '', { mode: 0o644 }),
    )
    expect([checked.code, checked.outputs]).toEqual([78, 'status=fail\nexit-code=78\n'])
    expect(checked.annotations[0]?.message).toContain(words)
  })

  test('takes true and false alone for fail-on-unverified', async () => {
    const checked = await around(printing(JSON.stringify(DOCUMENT)), { 'fail-on-unverified': 'no' })
    expect([checked.code, checked.annotations[0]?.message]).toEqual([
      78,
      'The input fail-on-unverified is neither true nor false.',
    ])
  })

  test('runs a binary by itself, with these arguments, without the credentials of the job', async () => {
    const script = `#!/bin/sh\nenv | grep -E '^(ACTIONS|INPUT)_' && exit 9\n[ "$*" = 'check --strict --json' ] && echo '${JSON.stringify(DOCUMENT)}'\n`
    const checked = await check({ program: 'bin dir/guard' }, {}, (workspace) => {
      mkdirSync(join(workspace, 'bin dir'))
      writeFileSync(join(workspace, 'bin dir/guard'), script)
      chmodSync(join(workspace, 'bin dir/guard'), 0o755)
    })
    expect(checked).toMatchObject({ code: 0, outputs: 'status=pass\nexit-code=0\n' })
  })
})

describe('texts', () => {
  const shown = (findings: readonly object[], more: object = {}) =>
    around(
      printing(
        JSON.stringify({ ...DOCUMENT, status: 'fail', exitCode: 77, findings, ...more }),
        'process.exitCode = 77',
      ),
    )

  test('that mean harm stay texts', async () => {
    const title = 'a,b=c::%0A%3A\r\n::error::'
    const remedy =
      '100 % %0A\n::set-output name=status::pass\r::stop-commands::x\n##[error]y\u001b[2J | <img src=x> `code`'
    const checked = await shown([finding(title, remedy)])
    expect(checked.annotations).toEqual([
      expect.objectContaining({
        level: 'error',
        title,
        message: expect.stringContaining(remedy.replace('\u001b', ' ')),
      }),
    ])
    const [row = ''] = checked.summary.split('\n').filter((line) => line.includes('100 %'))
    expect(row.match(/(?<!\\)\|/g)).toHaveLength(5)
    expect(row).toContain(String.raw`\| \<img src=x\> \`code\``)
  })

  test('lose what looks like a token, a secret or an identifier', async () => {
    const hidden = [`EAA${'Zq7x'.repeat(20)}`, '0123456789abcdef'.repeat(2), '491701234567']
    const words = { expected: 'the id', observed: 'the words of Graph' }
    const more = { notes: [{ text: hidden.join() }], facts: { name: 'the facts' } }
    const checked = await shown([{ ...finding(hidden.join('-'), hidden.join(' ')), ...words }], more)
    for (const each of [...hidden, ...Object.values(words), 'the facts'])
      expect(`${checked.printed}${checked.summary}`).not.toContain(each)
    expect(checked.annotations[0]?.message).toContain('What to do: *** *** ***\n')
  })

  test('of the real causes pass unchanged', async () => {
    const causes = Object.entries(CAUSES)
    const checked = await shown(causes.map(([name, { remedy }]) => finding(name, remedy)))
    expect(causes.length).toBeGreaterThan(50)
    expect(checked.annotations.map(({ title, message }) => [title, /What to do: (.*)\n/.exec(message)?.[1]])).toEqual(
      causes.map(([name, { remedy }]) => [name, remedy]),
    )
  })
})
