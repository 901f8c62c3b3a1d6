import { afterAll, describe, expect, test } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fakeClock } from './clock.fake.ts'
import type { TextFile } from './files.ts'
import { readPipes, readTextFileOrPipe, type PipeToRead } from './pipes.ts'

const folder = mkdtempSync(join(tmpdir(), 'pipes-'))
afterAll(() => rmSync(folder, { recursive: true }))

let made = 0
function fifo(): string {
  const path = join(folder, String(made++))
  execFileSync('mkfifo', [path])
  return path
}

/** Opens the FIFO for writing. Throws if it has no reader. */
const writer = (path: string) => openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
const hasReader = (path: string) => {
  try {
    closeSync(writer(path))
    return true
  } catch {
    return false
  }
}

const textOf = (file: TextFile | undefined) => (file?.ok === true ? Buffer.from(file.bytes).toString() : file?.problem)

/** Starts to read: the FIFO is open, and the clock does not move. */
function reading(paths: readonly string[], wanted?: (read: ReadonlyMap<string, TextFile>) => readonly PipeToRead[]) {
  const clock = fakeClock()
  const waitedFor: string[][] = []
  const pipes = paths.map((path) => ({ path, maxBytes: 1024 }))
  const done = readPipes(wanted ?? (() => pipes), {
    clock,
    waitMs: 30_000,
    onWait: (waiting) => waitedFor.push(waiting.map(({ path }) => path)),
  })
  return { clock, waitedFor, done, texts: async () => [...(await done).values()].map(textOf) }
}

describe('a FIFO', () => {
  test('is read to its end, however late and slowly it is written', async () => {
    const path = fifo()
    const { clock, done } = reading([path])
    await clock.advance(20_000)
    const to = writer(path)
    for (const byte of 'token\n') {
      writeSync(to, byte)
      await clock.advance(1_000)
    }
    closeSync(to)
    await clock.advance(20)
    expect([...(await done)]).toEqual([[path, { ok: true, bytes: Buffer.from('token\n'), pipe: 'read' }]])
    expect([hasReader(path), clock.sleepers()]).toEqual([false, 0])
  })

  test('without a writer is waited for 30 s', async () => {
    const path = fifo()
    const { clock, done, texts } = reading([path])
    await clock.advance(29_900)
    expect(hasReader(path)).toBe(true)
    await clock.advance(100)
    expect(await texts()).toEqual(['is a FIFO that no program wrote to within 30 s'])
    expect([...(await done).values()]).toMatchObject([{ pipe: 'silent', missing: false }])
  })

  test('whose writer does not finish is given up too, with a message of its own', async () => {
    const path = fifo()
    const { clock, texts } = reading([path])
    const to = writer(path)
    writeSync(to, 'half')
    await clock.advance(30_000)
    closeSync(to)
    expect(await texts()).toEqual(['is a FIFO whose writer was not done within 30 s'])
  })

  test('whose writer closes it without writing is empty', async () => {
    const path = fifo()
    const { clock, texts } = reading([path])
    const to = writer(path)
    await clock.advance(40)
    closeSync(to)
    await clock.advance(20)
    expect(await texts()).toEqual([''])
  })

  test('may hold as much as is allowed; no more than that is read', async () => {
    const [full, over] = [fifo(), fifo()]
    const { clock, texts } = reading([full, over])
    const [a, b] = [writer(full), writer(over)]
    writeSync(a, 'x'.repeat(1024))
    writeSync(b, 'x'.repeat(1025))
    closeSync(a)
    await clock.advance(20)
    expect((await texts()).toSorted()).toEqual(['is larger than 1 KiB', 'x'.repeat(1024)])
    expect(() => writeSync(b, 'x')).toThrow(/EPIPE/)
    closeSync(b)
  })

  test('that is missing or not readable is a problem, and does not throw', async () => {
    const { texts } = reading([join(folder, 'none'), folder])
    expect((await texts()).toSorted()).toEqual(['does not exist', 'is a folder'])
  })

  test('that two callers want at the same time is read once, and both get its text', async () => {
    const path = fifo()
    const [first, second] = [reading([path]), reading([path])]
    const to = writer(path)
    writeSync(to, 'token')
    closeSync(to)
    await first.clock.advance(20)
    expect([await first.texts(), await second.texts()]).toEqual([['token'], ['token']])
  })
})

describe('several FIFOs', () => {
  test('are waited for at the same time, and reported once, after a second', async () => {
    const [one, two] = [fifo(), fifo()]
    const { clock, waitedFor, texts } = reading([one, two])
    await clock.advance(900)
    expect(waitedFor).toEqual([])
    await clock.advance(29_100)
    expect(waitedFor).toEqual([[one, two]])
    expect(await texts()).toHaveLength(2)
  })

  test('that are written within a second are not reported', async () => {
    const path = fifo()
    const { clock, waitedFor, texts } = reading([path])
    closeSync(writer(path))
    const to = writer(path)
    writeSync(to, 'x')
    closeSync(to)
    await clock.advance(40)
    expect(await texts()).toEqual(['x'])
    await clock.advance(5_000)
    expect(waitedFor).toEqual([])
  })

  test('end within 30 s in all, even if one names the other', async () => {
    const [one, two] = [fifo(), fifo()]
    const { clock, waitedFor, texts } = reading([], (read) =>
      [one, ...(read.has(one) ? [two] : [])].map((path) => ({ path, maxBytes: 10 })),
    )
    await clock.advance(20_000)
    expect(hasReader(two)).toBe(false)
    const to = writer(one)
    writeSync(to, 'x')
    closeSync(to)
    await clock.advance(20)
    expect(hasReader(two)).toBe(true)
    await clock.advance(10_000)
    expect(await texts()).toEqual(['x', 'is a FIFO that no program wrote to within 30 s'])
    expect(waitedFor).toEqual([[one], [two]])
  })

  test('cost no wait if there are none', async () => {
    expect(await reading([]).texts()).toEqual([])
  })
})

describe('readTextFileOrPipe', () => {
  const read = (path: string, known: readonly (readonly [string, TextFile])[] = []) =>
    textOf(readTextFileOrPipe(path, { maxBytes: 100 }, new Map(known)))
  const held: TextFile = { ok: true, bytes: Buffer.from('held') }

  test('opens no FIFO: a writer goes on waiting for its reader', async () => {
    const path = fifo()
    const waiting = Bun.spawn(['sh', '-c', 'printf token > "$0"', path])
    expect(read(path)).toBe('is a FIFO, not a regular file')
    const { clock, texts } = reading([path])
    await waiting.exited
    await clock.advance(20)
    expect(await texts()).toEqual(['token'])
  })

  test('gives what the FIFO held, also when it is gone; a file in its place is read instead', () => {
    const path = fifo()
    expect(read(path, [[path, held]])).toBe('held')
    rmSync(path)
    expect([read(path, [[path, held]]), read(path)]).toEqual(['held', 'does not exist'])
    writeFileSync(path, 'new')
    expect(read(path, [[path, held]])).toBe('new')
  })
})
