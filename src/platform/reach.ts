import { lookup } from 'node:dns/promises'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'

/** One step on the way to a server, and how long it took. `problem` is the system's code, never its message. */
export type ReachStep<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string; readonly detail?: string }

export type Certificate = {
  readonly issuer: string
  readonly endsAtMs: number | null
  readonly protocol: string | null
}

type ReachTarget = { readonly host: string; readonly port: number }

const NO_ANSWER = 'no answer in time'

/** The addresses of a name, as this machine resolves it. */
export async function resolveName(host: string, timeoutMs: number): Promise<ReachStep<readonly string[]>> {
  try {
    const over = rejectAfter(timeoutMs)
    const found = await Promise.race([lookup(unbracketed(host), { all: true }), over])
    return { ok: true, value: found.map(({ address }) => address) }
  } catch (error) {
    return failed(error)
  }
}

/** Whether something listens there; the address that answered. */
export async function connectPlainly({ host, port }: ReachTarget, timeoutMs: number): Promise<ReachStep<string>> {
  const socket = connect({ host: unbracketed(host), port })
  return settle(socket, 'connect', timeoutMs, () => ({ ok: true, value: socket.remoteAddress ?? host }))
}

/**
 * Shakes hands and leaves: nothing is sent. A certificate that is refused is reported with its issuer, which names the
 * inspecting proxy of a company where there is one.
 */
export async function shakeHands({ host, port }: ReachTarget, timeoutMs: number): Promise<ReachStep<Certificate>> {
  const name = unbracketed(host)
  const servername = /^[\d.]+$|:/.test(name) ? {} : { servername: name }
  // Judged by `authorized` below.
  const socket = connectTls({ host: name, port, ...servername, rejectUnauthorized: false })
  return settle(socket, 'secureConnect', timeoutMs, () => {
    const certificate = certificateOf(socket)
    if (socket.authorized) return { ok: true, value: certificate }
    const problem = codeOf({ code: socket.authorizationError })
    return { ok: false, problem, detail: `the certificate was issued by ${certificate.issuer}` }
  })
}

function settle<T>(socket: Socket, event: string, timeoutMs: number, read: () => ReachStep<T>): Promise<ReachStep<T>> {
  return new Promise<ReachStep<T>>((resolve) => {
    socket.once(event, () => resolve(read()))
    socket.once('error', (error) => resolve(failed(error)))
    socket.once('close', () => resolve({ ok: false, problem: 'ECONNRESET' }))
    rejectAfter(timeoutMs).catch(() => resolve({ ok: false, problem: NO_ANSWER }))
  }).finally(() => socket.destroy())
}

function certificateOf(socket: TLSSocket): Certificate {
  const certificate = socket.getPeerCertificate()
  const { O: organisation, CN: name } = certificate?.issuer ?? {}
  const endsAtMs = Date.parse(certificate?.valid_to ?? '')
  const issuer = [organisation ?? name ?? 'an unnamed issuer'].flat().join(', ')
  return { issuer, endsAtMs: Number.isNaN(endsAtMs) ? null : endsAtMs, protocol: socket.getProtocol() }
}

function rejectAfter(ms: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    AbortSignal.timeout(ms).addEventListener('abort', () => reject({ code: NO_ANSWER }))
  })
}

function failed(error: unknown): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem: codeOf(error) }
}

function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code
  // Bun gives the error itself where Node gives its code.
  const inner = typeof code === 'object' ? (code as { readonly code?: unknown } | null)?.code : code
  return typeof inner === 'string' && /^[\w ]{1,64}$/.test(inner) ? inner : 'unknown error'
}

function unbracketed(host: string): string {
  return host.replace(/^\[|\]$/g, '')
}
