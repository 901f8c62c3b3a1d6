import { describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { EXIT } from '../../src/exit-codes.ts'
import { startGraph, without } from '../process/graph.ts'
import { forOneRuntime, temporaryFolder } from '../process/harness.ts'
import { rotate, tokenIn } from '../process/rotation.ts'
import { has } from './programs.ts'

/** deploy/systemd/rotate.service and rotate.timer, with what the comments of the service tell people to change. */

const FOLDER = new URL('../../deploy/systemd/', import.meta.url).pathname
const unit = (name: string) => readFileSync(join(FOLDER, name), 'utf8')
const service = unit('rotate.service')
/** The values of a setting. `%S` is /var/lib, `%t` is /run. */
const valuesOf = (text: string, name: string) =>
  [...text.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value]) => value)

/** What the head of the service adds to the guard's. */
const dropIn = [...service.matchAll(/^# {5}(\S.*)$/gm)].map(([, line]) => line).join('\n')
/** The examples, as settings after the service's own. */
const examples = service
  .split(/^(?=# Example: )/m)
  .slice(1)
  .map((part) => part.split('\n').filter((line) => /^#(?:\S| {2})/.test(line)))
  .map((lines) => lines.map((line) => line.slice(1)).join('\n'))

/** The units in a folder, with a program that exists on this machine. */
function installed(folder: string): (name: string) => string {
  for (const name of readdirSync(FOLDER)) {
    const text = unit(name).replaceAll('/usr/local/bin/whatsapp-token-guard', '/bin/true')
    writeFileSync(join(folder, name), text)
  }
  return (name) => {
    const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', join(folder, name)])
    return `${String(stdout)}${String(stderr)}`
  }
}

describe.skipIf(!has('systemd-analyze'))('systemd has no remark on', () => {
  test('the timer', () => {
    using folder = temporaryFolder()
    expect(installed(folder.path)('rotate.timer')).toBe('')
  })

  test.each(examples)('the service with the example %#', (example) => {
    using folder = temporaryFolder()
    const remarks = installed(folder.path)
    const text = `${service}\n[Service]\n${example}`.replaceAll('/usr/local/bin/whatsapp-token-guard', '/bin/true')
    writeFileSync(join(folder.path, 'rotate.service'), text)
    expect(remarks('rotate.service')).toBe('')
  })

  test("the guard with what lets it read the service's file", () => {
    using folder = temporaryFolder()
    const remarks = installed(folder.path)
    const drops = join(folder.path, 'whatsapp-token-guard.service.d')
    mkdirSync(drops)
    writeFileSync(join(drops, 'rotate.conf'), dropIn)
    expect(remarks('whatsapp-token-guard.service')).toBe('')
  })

  test('the schedule, which is daily and makes up for a missed day', () => {
    const [schedule = ''] = valuesOf(unit('rotate.timer'), 'OnCalendar')
    const { stdout } = spawnSync('systemd-analyze', ['calendar', '--iterations=2', schedule], { env: { TZ: 'UTC' } })
    const [first = 0, second = 0] = [...String(stdout).matchAll(/(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/g)].map(([, at]) =>
      Date.parse(`${at}Z`),
    )
    expect(second - first).toBe(86_400_000)
    expect(valuesOf(unit('rotate.timer'), 'Persistent')).toEqual(['true'])
  })
})

test('the guard reads the file that the service writes, as the same user, and from no copy', () => {
  expect(examples).toHaveLength(2)
  expect(valuesOf(dropIn, 'LoadCredential')).toEqual([''])
  for (const name of ['User', 'StateDirectory', 'StateDirectoryMode'])
    expect(valuesOf(dropIn, name)).toEqual(valuesOf(service, name))
  const [file] = valuesOf(dropIn, 'Environment')
  expect(file).toBe(`WHATSAPP_TOKEN_FILE=%S/${valuesOf(service, 'StateDirectory')[0]}/token`)
  expect(valuesOf(service, 'Environment')).toContain(file)
  for (const text of [service, unit('whatsapp-token-guard.service')])
    expect(valuesOf(text, 'DynamicUser')).toEqual(['yes'])
})

test('the last resort for a new token is no folder that goes with the service', () => {
  expect(valuesOf(service, 'Environment')).toContain(`TMPDIR=%t/${valuesOf(service, 'RuntimeDirectory')[0]}`)
  expect(valuesOf(service, 'RuntimeDirectoryPreserve')).toEqual(['yes'])
})

test('what may go away by itself is tried again', () => {
  const final = valuesOf(service, 'RestartPreventExitStatus').join(' ').split(' ').map(Number)
  for (const code of [EXIT.temporary, EXIT.os, EXIT.unwell]) expect(final).not.toContain(code)
  expect(valuesOf(service, 'Restart')).toEqual(['on-failure'])
  expect(valuesOf(service, 'SuccessExitStatus')).toEqual([])
})

/** The hook of an example, with `%t` and `%d` in a folder, as systemd hands it over. */
const hookOf = (example: string | undefined, folder: string): string => {
  const command = (example ?? '').replaceAll(/\\\n\s*/g, '')
  const [, hook = ''] = /--hook '(.*)'$/m.exec(command) ?? []
  return hook.replaceAll(/%[td]/g, folder).replaceAll('$$', '$')
}

forOneRuntime((runtime) => {
  test('the example that writes to a store gives it the token on standard input, and the secret of the store', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph('sixty-days')
    const at = (name: string) => join(folder.path, name)
    writeFileSync(at('token'), graph.env['WHATSAPP_TOKEN'] ?? '')
    writeFileSync(at('vault-token'), 'of-the-store')
    mkdirSync(at('bin'))
    const vault = `#!/bin/sh\necho "$VAULT_TOKEN $*" > ${at('asked')}\ncat > ${at('stored')}\n`
    writeFileSync(at('bin/vault'), vault, { mode: 0o755 })
    const env = {
      ...without(graph.env, 'WHATSAPP_TOKEN'),
      WHATSAPP_TOKEN_FILE: at('token'),
      TOKEN_GUARD_EXPIRY: 'rotate',
      PATH: [at('bin'), process.env['PATH']].join(delimiter),
    }
    const ended = await rotate(runtime, ['--if-due=61d', '--hook', hookOf(examples[0], folder.path)], env, folder.path)
    expect([ended.code, readFileSync(at('asked'), 'utf8')]).toEqual([
      0,
      'of-the-store kv patch -mount=secret whatsapp token=-\n',
    ])
    expect(readFileSync(at('stored'), 'utf8')).toBe(tokenIn(at('token')))
    expect(tokenIn(at('token'))).not.toBe(graph.env['WHATSAPP_TOKEN'] ?? '')
  })
})

describe('the example that restarts a bot', () => {
  /** Its step after the rotation, with `%t` in a folder and a systemctl that ends with the code. */
  function restarting(folder: string, code: number) {
    const [, script = ''] = /^\+\/bin\/sh -ec '(.*)'$/.exec(valuesOf(examples[1] ?? '', 'ExecStartPost')[0] ?? '') ?? []
    const systemctl = join(folder, 'systemctl')
    writeFileSync(systemctl, `#!/bin/sh\necho "$@" >> ${folder}/asked\nexit ${code}\n`)
    chmodSync(systemctl, 0o755)
    mkdirSync(join(folder, 'whatsapp'))
    const sh = (text: string) =>
      spawnSync('sh', ['-ec', text.replaceAll('%t', folder)], {
        env: { PATH: [folder, process.env['PATH']].join(delimiter) },
      }).status
    return {
      hook: () => sh(hookOf(examples[1], folder)),
      after: () => sh(script),
      asked: () => (existsSync(join(folder, 'asked')) ? readFileSync(join(folder, 'asked'), 'utf8') : ''),
    }
  }

  test('restarts it once for each new token', () => {
    using folder = temporaryFolder()
    const steps = restarting(folder.path, 0)
    expect([steps.after(), steps.asked()]).toEqual([0, ''])
    expect([steps.hook(), steps.after(), steps.after()]).toEqual([0, 0, 0])
    expect(steps.asked()).toBe('try-restart bot.service\n')
  })

  test('tries again the next day where the restart fails', () => {
    using folder = temporaryFolder()
    const steps = restarting(folder.path, 1)
    expect([steps.hook(), steps.after(), steps.after()]).toEqual([0, 1, 1])
    expect(steps.asked()).toBe('try-restart bot.service\n'.repeat(2))
  })
})
