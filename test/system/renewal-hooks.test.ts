import { expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { temporaryFolder } from '../process/harness.ts'

/** The hooks that docs/rotation.md names, with programs in the vendors' place: what each is given, and where. */

const TOKEN = 'EAASANDBOXnewTokenOfTheTest'
const document = readFileSync(new URL('../../docs/rotation.md', import.meta.url), 'utf8')
const hooks = [...document.matchAll(/--hook '([^']+)'|hook: `([^`]+)`(?!, above)/g)].map(
  ([, inBlock, inTable = '']) => inBlock ?? inTable.replaceAll(String.raw`\|`, '|'),
)
const PROGRAMS = ['aws', 'docker', 'doppler', 'fly', 'gcloud', 'gh', 'railway', 'vault']

/** Runs a hook as `rotate` does, with the token on its standard input. */
function run(hook: string) {
  using folder = temporaryFolder()
  const at = (name: string) => join(folder.path, name)
  mkdirSync(at('bin'))
  writeFileSync(at('any'), `#!/bin/sh\necho "\${0##*/} $*" >> ${at('asked')}\ncat >> ${at('read')}\n`, { mode: 0o755 })
  for (const name of PROGRAMS) symlinkSync(at('any'), join(at('bin'), name))
  const path = [at('bin'), process.env['PATH']].join(delimiter)
  const { status } = spawnSync('sh', ['-c', hook], { input: TOKEN, env: { PATH: path } })
  return { status, asked: readFileSync(at('asked'), 'utf8'), read: readFileSync(at('read'), 'utf8') }
}

test('the document names a hook for each of these programs', () => {
  const named = hooks.map((hook) => PROGRAMS.find((name) => new RegExp(`(^|\\| )${name} `).test(hook)))
  expect(named.toSorted()).toEqual(PROGRAMS)
})

test.each(hooks)('%s', (hook) => {
  const { status, asked, read } = run(hook)
  expect(status).toBe(0)
  expect(asked).not.toContain(TOKEN)
  expect(read).toBe(asked.startsWith('fly ') ? `WHATSAPP_TOKEN=${TOKEN}\n` : TOKEN)
})
