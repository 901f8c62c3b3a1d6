import type { Transform } from 'node:stream'

/** What an answer may be packed in, as its header says it. Node's `fetch` unpacks these by itself. */
const ENCODINGS = ['gzip', 'x-gzip', 'deflate', 'br'] as const
type Encoding = (typeof ENCODINGS)[number]

/** Whether the text of an answer can be had: it is not packed, or in one layer of a known kind. */
export function isReadable({ headers }: Response): boolean {
  const named = nameOf(headers)
  return named === '' || named === 'identity' || isKnown(named)
}

/**
 * An answer whose body is unpacked as it is read, and no further: for a `fetch` that leaves it packed. Bun's own
 * unpacking runs ahead of the reader, whatever it comes to.
 */
export async function unpacked(response: Response): Promise<Response> {
  const { status, statusText, headers } = response
  const named = nameOf(headers)
  // What a status beyond HTTP's brings is of no use, and no Response can be made with it.
  if (response.body === null || !isKnown(named) || status > 599) return response
  const { Readable, pipeline } = process.getBuiltinModule('node:stream')
  const { first, whole } = await withFirst(response.body)
  const unpacker = unpackerOf(named, first)
  // A failure shows at the reader, which gets it from the last stream.
  pipeline(Readable.fromWeb(whole as never), unpacker, () => {})
  return new Response(Readable.toWeb(unpacker) as unknown as ReadableStream, { status, statusText, headers })
}

function nameOf(headers: Headers): string {
  return (headers.get('content-encoding') ?? '').trim().toLowerCase()
}

function isKnown(named: string): named is Encoding {
  return ENCODINGS.includes(named as Encoding)
}

/** Where a body is cut off, what came of it counts, as in Node's `fetch`. */
function unpackerOf(encoding: Encoding, first: Uint8Array): Transform {
  const zlib = process.getBuiltinModule('node:zlib')
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = zlib.constants
  const leniently = { flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH }
  if (encoding === 'br')
    return zlib.createBrotliDecompress({ flush: BROTLI_OPERATION_FLUSH, finishFlush: BROTLI_OPERATION_FLUSH })
  if (encoding !== 'deflate') return zlib.createGunzip(leniently)
  // Some servers leave out zlib's head, whose first byte ends in 8.
  return (first[0] ?? 8) % 16 === 8 ? zlib.createInflate(leniently) : zlib.createInflateRaw(leniently)
}

/** The first piece of a body, and the whole of it. Who cancels it lets go of the connection, whatever is still to come. */
async function withFirst(body: ReadableStream<Uint8Array>) {
  const reader = body.getReader()
  const { value: first = new Uint8Array() } = await reader.read()
  const whole = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(first),
    pull: async (controller) => {
      const { done, value } = await reader.read()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
  return { first, whole }
}
