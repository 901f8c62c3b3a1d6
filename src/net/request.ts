import { withinTime } from '../platform/abort.ts'
import { readCapped } from './capped.ts'
import type { Transport } from './fetch.ts'
import { transportFault, type TransportFault } from './transport-fault.ts'
import { isReadable } from './unpack.ts'

export type Outgoing = {
  readonly method: 'GET' | 'POST'
  /** May hold a secret: it is shown nowhere. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export type RequestAnswer = {
  readonly status: number
  readonly headers: Headers
  /** `null` where it is larger than the cap, or was not read. */
  readonly text: string | null
  /** Whether the text is what was sent: false where it came in an encoding that was not asked for. */
  readonly isReadable: boolean
}

export type RequestResult =
  | { readonly kind: 'answer'; readonly answer: RequestAnswer }
  | { readonly kind: 'none'; readonly fault: TransportFault }

export type Limits = {
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Of the unpacked body; 0 where it is not wanted: then it is not waited for. */
  readonly bytesMax: number
}

/** One request, and its answer within time and size. Follows no redirect; never throws. */
export function request(
  outgoing: Outgoing,
  transport: Transport,
  { timeoutMs, signal, bytesMax }: Limits,
): Promise<RequestResult> {
  return withinTime(timeoutMs, signal, async (ended): Promise<RequestResult> => {
    try {
      // The race holds even where a given `fetch` ignores its signal: a check must not hang.
      const answer = await Promise.race([exchange(outgoing, transport, ended, bytesMax), rejectOn(ended)])
      return { kind: 'answer', answer }
    } catch (error) {
      return { kind: 'none', fault: transportFault(ended.aborted ? ended.reason : error, transport.viaProxy) }
    }
  })
}

async function exchange(
  { url, headers, ...rest }: Outgoing,
  { fetch }: Transport,
  signal: AbortSignal,
  bytesMax: number,
): Promise<RequestAnswer> {
  const plain = { ...headers, 'accept-encoding': 'identity' }
  const response = await fetch(url, { ...rest, headers: plain, redirect: 'manual', signal })
  const text = bytesMax === 0 ? await unread(response) : await readCapped(response, bytesMax)
  return { status: response.status, headers: response.headers, text, isReadable: isReadable(response) }
}

async function unread(response: Response): Promise<null> {
  await response.body?.cancel()
  return null
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
