import type { Fetch } from '../net/fetch.ts'

/**
 * The beginning of a receiver's answer: its status has arrived with the headers, and neither a long text nor a slow one may
 * change what it says.
 */

const NO_BODY = [204, 205, 304]

/** A `fetch` whose answers end after so many bytes, or when the signal aborts. The rest is not waited for. */
export function beginningOnly(fetch: Fetch, bytesMax: number, until: AbortSignal): Fetch {
  return async (url, init) => {
    const response = await fetch(url, init)
    const { status, statusText, headers, body } = response
    if (body === null || status > 599 || NO_BODY.includes(status)) return response
    const text = await beginningOf(body, bytesMax, until)
    return new Response(text, { status, statusText, headers })
  }
}

async function beginningOf(
  body: ReadableStream<Uint8Array>,
  bytesMax: number,
  until: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader()
  const parts: Uint8Array[] = []
  const ended = whenAborted(until)
  for (let bytes = 0; bytes < bytesMax;) {
    const part = await Promise.race([reader.read().catch(() => null), ended])
    if (part === null || part.done) break
    parts.push(part.value)
    bytes += part.value.byteLength
  }
  void reader.cancel().catch(() => {})
  return new Uint8Array(Buffer.concat(parts).subarray(0, bytesMax))
}

function whenAborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null)
    signal.addEventListener('abort', () => resolve(null), { once: true })
  })
}
