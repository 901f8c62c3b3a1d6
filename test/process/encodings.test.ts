import { expect } from 'bun:test'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import {
  brotliCompress,
  brotliCompressSync,
  constants,
  deflate,
  deflateRawSync,
  deflateSync,
  gzip,
  gzipSync,
} from 'node:zlib'
import { shortOrLong } from '../hostile/duration.ts'
import { independently, independentlyOn } from './concurrent.ts'
import { forEachRuntime, isFirst, run, start } from './harness.ts'
import { startParted, WELL, type Speak } from './parts.ts'

/** Compressed answers, although the guard did not ask for compression. */

type Pack = (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>

const packed = (encoding: string, pack: Pack): Speak => {
  return async (request) => {
    const answer = await WELL(request)
    const body = await pack(new Uint8Array(await answer.arrayBuffer()))
    const { status, headers } = answer
    headers.delete('content-length')
    headers.set('content-encoding', encoding)
    return new Response(body as Uint8Array<ArrayBuffer>, { status, headers })
  }
}

/** So many spaces: an answer is read up to 1 MiB. */
const BOMB_MIB = shortOrLong(32, 256)
/** Twice what rounds of answers take; a bomb that is read to its end takes 350 MiB. */
const GROWTH_MIB_MAX = 80
const FAST = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }
/** Runs in the thread pool, so that the other tests are still answered. */
const PACKS = {
  gzip: promisify(gzip),
  deflate: promisify(deflate),
  br: (bytes: Uint8Array) => promisify(brotliCompress)(bytes, FAST),
}
type Packing = keyof typeof PACKS

const bombs = new Map<Packing, Promise<Uint8Array>>()
const bomb = (encoding: Packing): Speak => {
  const made = bombs.get(encoding) ?? PACKS[encoding](Buffer.alloc(BOMB_MIB * 1_048_576, ' '))
  bombs.set(encoding, made)
  return packed(encoding, () => made)
}

/** The most memory that a process had at any time, in MiB; nothing where the system does not say it. */
function mostMemoryOf(pid: number): number {
  if (process.platform !== 'linux') return 0
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

forEachRuntime((runtime) => {
  independently('Graph is asked not to compress, and what comes in any known encoding is read', async () => {
    const asked: (string | null)[] = []
    const listening = (speak: Speak): Speak => {
      return (request) => {
        asked.push(request.headers.get('accept-encoding'))
        return speak(request)
      }
    }
    // A question for each encoding. What could not be read would be a finding.
    await using graph = startParted({
      debug_token: listening(packed('gzip', gzipSync)),
      account: listening(packed('x-gzip', gzipSync)),
      phone: listening(packed('deflate', deflateSync)),
      phone_numbers: listening(packed('deflate', deflateRawSync)),
      subscribed_apps: listening(packed('br', brotliCompressSync)),
      all: listening(WELL),
    })
    const { code, stdout } = await run(runtime, ['check', '--once', '--json'], graph.env)
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { status: 'pass', findings: [], notes: [] }])
    expect(new Set(asked)).toEqual(new Set(['identity']))
    for (const part of ['debug_token', 'account', 'phone', 'phone_numbers', 'subscribed_apps'] as const)
      expect(graph.partsSince(0)).toContain(part)
  })

  for (const [what, encoding, pack, code, isForEach] of [
    ['an unknown encoding', 'x', (bytes: Uint8Array) => bytes, 'graph.nonsense', false],
    ['two layers', 'gzip, gzip', (bytes: Uint8Array) => gzipSync(gzipSync(bytes)), 'graph.nonsense', false],
    ['gzip that is cut off', 'gzip', (bytes: Uint8Array) => gzipSync(bytes).subarray(0, 60), 'graph.nonsense', true],
    ['gzip that is none', 'gzip', (bytes: Uint8Array) => bytes, 'graph.unreachable', true],
  ] as const)
    independentlyOn(runtime, isForEach)(`what comes in ${what} is ${code}`, async () => {
      await using graph = startParted({ debug_token: packed(encoding, pack) })
      const { code: exitCode, stdout } = await run(runtime, ['check', '--once', '--json'], graph.env)
      expect(exitCode).toBe(75)
      expect(JSON.parse(stdout).findings.map((finding: { code: string }) => finding.code)).toContain(code)
    })

  // Each runtime unpacks by its own fetch, whatever the encoding is.
  for (const encoding of isFirst(runtime) ? (['gzip', 'deflate', 'br'] as const) : (['br'] as const))
    independently(`${BOMB_MIB} MiB in ${encoding} are read no further than other answers are`, async () => {
      await using graph = startParted()
      const env = { ...graph.env, TOKEN_GUARD_CHECK_INTERVAL: '1s' }
      await using service = start(runtime, ['serve'], env)
      await service.port()
      await graph.further('/debug_token', 1)
      const before = mostMemoryOf(service.pid)
      graph.say({ all: bomb(encoding) })
      await graph.further('/debug_token', 4)
      const { status, json } = await service.askUntil('/health/token', (answer) => answer.text.includes('nonsense'))
      expect([status, json.status]).toEqual([200, 'warn'])
      expect(mostMemoryOf(service.pid) - before).toBeLessThan(GROWTH_MIB_MAX)
    })
})
