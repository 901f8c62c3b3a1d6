import { describe, expect, test } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OTHER_TOKEN, TOKEN } from '../config/config.fake.ts'
import { SECOND_MS } from '../guard/guard.fake.ts'
import { fakeClock } from '../platform/clock.fake.ts'
import type { LogEvent } from '../report/log-event.ts'
import { readConfigPiped } from './piped.ts'

/** A folder with FIFOs. Each text is written as soon as its FIFO has a reader. */
function fifos(...names: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'piped-'))
  for (const name of names) execFileSync('mkfifo', [join(folder, name)])
  const write = (name: string, text: string) => {
    const descriptor = openSync(join(folder, name), constants.O_WRONLY | constants.O_NONBLOCK)
    writeSync(descriptor, text)
    closeSync(descriptor)
  }
  return { folder, write, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
}

function begin(cwd: string, env: Record<string, string> = {}) {
  const clock = fakeClock()
  const printed: string[] = []
  const output = { write: (text: string) => printed.push(text), isTerminal: false, hasColours: false, columns: null }
  const request = { options: {}, env, cwd, envFile: null, runtimeLoadsEnvFiles: true }
  return { clock, printed, reading: readConfigPiped(request, output, { clock }) }
}

/** In service, with a token from a FIFO. */
async function inService({ folder, write }: ReturnType<typeof fifos>) {
  const { clock, reading } = begin(folder, { WHATSAPP_TOKEN_FILE: './token' })
  await clock.advance(0)
  write('token', `${TOKEN}\n`)
  await clock.advance(20)
  const { secrets } = await reading
  const logged: LogEvent[] = []
  const tokenNow = () => secrets.now().WHATSAPP_TOKEN.secret?.reveal()
  return { clock, logged, tokenNow, again: () => secrets.readPipes((event) => logged.push(event)) }
}

describe('a configuration with FIFOs', () => {
  test('is read after its FIFOs: one FIFO may name another', async () => {
    using all = fifos('.env', 'token')
    const { clock, reading, printed } = begin(all.folder)
    await clock.advance(0)
    all.write('.env', 'WHATSAPP_TOKEN_FILE=./token\n')
    await clock.advance(20)
    all.write('token', TOKEN)
    await clock.advance(20)
    const read = await reading
    expect([read.ok && read.config.token?.reveal(), printed]).toEqual([TOKEN, []])
  })

  test('reports in one line which FIFOs it waits for', async () => {
    using all = fifos('.env', 'token')
    const { clock, reading, printed } = begin(all.folder, { WHATSAPP_TOKEN_FILE: './token' })
    await clock.advance(30 * SECOND_MS)
    const read = await reading
    expect(printed.map((line) => JSON.parse(line).names)).toEqual([
      ['.env', `WHATSAPP_TOKEN_FILE (${join(all.folder, 'token')})`],
    ])
    expect(read.ok ? [] : read.faults.map(({ name }) => name)).toEqual(['WHATSAPP_TOKEN_FILE'])
  })
})

describe('a FIFO in service', () => {
  test('keeps its value, even if it is written or removed, until it is read again on demand', async () => {
    using all = fifos('token')
    const { tokenNow, again, clock, logged } = await inService(all)
    expect(() => all.write('token', OTHER_TOKEN)).toThrow(/ENXIO/)
    const done = again()
    expect(tokenNow()).toBe(TOKEN)
    all.write('token', OTHER_TOKEN)
    await clock.advance(20)
    await done
    expect(tokenNow()).toBe(OTHER_TOKEN)
    rmSync(join(all.folder, 'token'))
    expect([tokenNow(), logged]).toEqual([OTHER_TOKEN, []])
  })

  test('that has no writer then leaves the value in use, with one warning', async () => {
    using all = fifos('token')
    const { tokenNow, again, clock, logged } = await inService(all)
    const done = again()
    await clock.advance(30 * SECOND_MS)
    await done
    expect(tokenNow()).toBe(TOKEN)
    expect(logged).toMatchObject([
      { type: 'config.waiting' },
      {
        type: 'config.warning',
        name: 'WHATSAPP_TOKEN_FILE',
        message: expect.stringMatching(
          /token, which is a FIFO that no program wrote to within 30 s: the value in use stays$/,
        ),
      },
    ])
  })
})
