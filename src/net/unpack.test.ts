import { afterAll, describe, expect, test } from 'bun:test'
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { transportFor } from './fetch.ts'
import { isReadable, unpacked } from './unpack.ts'

const TEXT = JSON.stringify({ data: 'ä'.repeat(1_000) })
const PACKED: readonly (readonly [encoding: string, pack: (text: string) => Uint8Array])[] = [
  ['gzip', gzipSync],
  ['GZip ', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
  ['identity', (text) => Buffer.from(text)],
  ['', (text) => Buffer.from(text)],
]

const answer = (encoding: string, body: any, status = 200) =>
  new Response(body, { status, headers: { 'content-encoding': encoding } })

const inPieces = (bytes: Uint8Array, atEnd: (controller: ReadableStreamDefaultController) => void = (c) => c.close()) =>
  new ReadableStream({
    start: (controller) => {
      for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.slice(at, at + 7))
      atEnd(controller)
    },
  })

describe('an answer', () => {
  test.each(PACKED)('in %p is readable, whole and in pieces', async (encoding, pack) => {
    const bytes = pack(TEXT)
    expect(isReadable(answer(encoding, null))).toBe(true)
    expect(await (await unpacked(answer(encoding, bytes))).text()).toBe(TEXT)
    expect(await (await unpacked(answer(encoding, inPieces(bytes)))).text()).toBe(TEXT)
  })

  test.each(['zstd', 'compress', 'gzip, gzip', 'gzip, identity', 'x'])(
    'in %p is not unpacked, and stays as it is',
    async (named) => {
      const response = answer(named, 'text')
      expect(isReadable(response)).toBe(false)
      expect(await unpacked(response)).toBe(response)
    },
  )

  test('without a body stays as it is', async () => {
    const response = answer('gzip', null, 204)
    expect(await unpacked(response)).toBe(response)
  })

  test('keeps its status and headers', async () => {
    const { status, headers } = await unpacked(answer('gzip', gzipSync(TEXT), 429))
    expect([status, headers.get('content-encoding')]).toEqual([429, 'gzip'])
  })

  test('that is cut off gives the part that came', async () => {
    const packed = gzipSync(TEXT)
    const text = await (await unpacked(answer('gzip', packed.subarray(0, packed.length - 9)))).text()
    expect(TEXT.startsWith(text)).toBe(true)
  })

  test.each(['gzip', 'deflate', 'br'])('that is not %s fails when it is read', async (encoding) => {
    const response = await unpacked(answer(encoding, '{"data":{}}'))
    await expect(response.text()).rejects.toThrow()
  })

  test('that breaks off fails when it is read', async () => {
    const broken = inPieces(gzipSync(TEXT), (controller) => controller.error(new Error('gone')))
    const reading = unpacked(answer('gzip', broken)).then((response) => response.text())
    await expect(reading).rejects.toThrow('gone')
  })

  test('is cancelled when its reader stops, even if more might come', async () => {
    const left = Promise.withResolvers<void>()
    const open = new ReadableStream({
      start: (controller) => controller.enqueue(gzipSync(' '.repeat(10_000_000))),
      cancel: () => left.resolve(),
    })
    const reader = (await unpacked(answer('gzip', open))).body?.getReader()
    await reader?.read()
    await reader?.cancel()
    await left.promise
  })
})

describe('a bomb over a socket', () => {
  const SIZE = 256 * 1_048_576
  const FAST = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }
  const bombs = { gzip: gzipSync(Buffer.alloc(SIZE)), br: brotliCompressSync(Buffer.alloc(SIZE), FAST) }
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => {
      const encoding = new URL(request.url).pathname === '/br' ? 'br' : 'gzip'
      return answer(encoding, bombs[encoding])
    },
  })
  afterAll(() => server.stop(true))

  test.each(['gzip', 'br'])('of %s is unpacked only as far as it is read', async (encoding) => {
    const transport = await transportFor(server.url.origin)
    if (!transport.ok) throw new Error(transport.problem)
    const before = process.memoryUsage.rss()
    const reader = (await transport.fetch(`${server.url.origin}/${encoding}`, {})).body?.getReader()
    for (let bytes = 0; bytes < 1_048_576;) bytes += (await reader?.read())?.value?.byteLength ?? SIZE
    await reader?.cancel()
    expect((process.memoryUsage.rss() - before) / 1_048_576).toBeLessThan(64)
  })
})
