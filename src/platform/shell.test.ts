import { afterAll, describe, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from './clock.ts'
import { hasShell, startShell } from './shell.ts'

const folder = mkdtempSync(join(tmpdir(), 'token-guard-shell-'))
afterAll(() => rmSync(folder, { recursive: true }))

const env = { PATH: process.env['PATH'] }

function begin(command: string, { input = '', timeoutMs = 20_000 } = {}) {
  const lines: string[] = []
  return { ...startShell({ command, input, env, onLine: (line) => lines.push(line), timeoutMs }, systemClock), lines }
}

/** Until the system shows no process of this id, or only its remains. */
async function gone(pid: number): Promise<void> {
  const isGone = () => !existsSync(`/proc/${pid}`) || /^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  while (!isGone()) await Bun.sleep(20)
}

const pidIn = async (path: string): Promise<number> => {
  while (!existsSync(path)) await Bun.sleep(20)
  return Number(readFileSync(path, 'utf8'))
}

describe('a command', () => {
  test('gets its input and nothing after it, and what it prints comes in lines', async () => {
    const { ended, lines } = begin('cat | od -c | head -1; printf "one\\ntwo" >&2', { input: 'EAA' })
    expect(await ended).toEqual({ kind: 'code', code: 0 })
    expect(lines.map((line) => line.trim().replaceAll(/\s+/g, ' '))).toEqual(
      expect.arrayContaining(['0000000 E A A', 'one', 'two']),
    )
  })

  test.each([
    ['exit 7', { kind: 'code', code: 7 }],
    ['kill -TERM $$', { kind: 'signal', signal: 'SIGTERM' }],
    ['no-such-program 2> /dev/null', { kind: 'code', code: 127 }],
  ] as const)('%s', async (command, ending) => {
    expect(await begin(command).ended).toEqual(ending)
  })

  test('that reads nothing of a large input ends all the same', async () => {
    expect(await begin('exit 0', { input: 'x'.repeat(1_000_000) }).ended).toEqual({ kind: 'code', code: 0 })
  })

  test('that leaves something running is not waited for, and what runs goes on', async () => {
    const path = join(folder, 'left')
    const { ended } = begin(`sleep 30 & printf %s $! > ${path}.new && mv ${path}.new ${path}`)
    expect(await ended).toEqual({ kind: 'code', code: 0 })
    const pid = await pidIn(path)
    expect(existsSync(`/proc/${pid}`)).toBe(true)
    process.kill(pid, 'SIGKILL')
  })
})

describe('one that takes too long is ended', () => {
  test('with its children, though they ignore the request to end', async () => {
    const path = join(folder, 'child')
    const { ended } = begin(
      `trap "" TERM; sleep 30 & printf %s $! > ${path}.new && mv ${path}.new ${path}; wait; sleep 30`,
      {
        timeoutMs: 300,
      },
    )
    const pid = await pidIn(path)
    expect(await ended).toEqual({ kind: 'late' })
    await gone(pid)
  })

  test('with a child that left its process group', async () => {
    const path = join(folder, 'escaped')
    const inner = `printf %s $$ > ${path}.new && mv ${path}.new ${path}; exec sleep 30`
    const { ended } = begin(`setsid sh -c '${inner}' & sleep 30`, { timeoutMs: 500 })
    const pid = await pidIn(path)
    expect(await ended).toEqual({ kind: 'late' })
    await gone(pid)
  })

  test('while it floods, and a line without an end fills no memory', async () => {
    const { ended, lines } = begin('head -c 3000000 /dev/zero | tr "\\0" x; yes | head -c 200000; sleep 30', {
      timeoutMs: 3_000,
    })
    expect(await ended).toEqual({ kind: 'late' })
    expect([lines[0]?.length, lines.at(-1)]).toEqual([4_096, '… (the rest is not shown)'])
    expect(lines.join('\n').length).toBeLessThan(70_000)
  })

  test('at once when that is asked for', async () => {
    const { ended, end } = begin('sleep 30')
    end()
    expect(await ended).toEqual({ kind: 'signal', signal: 'SIGKILL' })
  })
})

test('whether there is a shell', () => {
  expect([hasShell(env), hasShell({ PATH: folder })]).toEqual([true, false])
})
