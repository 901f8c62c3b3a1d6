import { hostInUrl } from './host.ts'
import { bindBun } from './listen-bun.ts'
import type { Listening, Answering, Bound, Host } from './listening.ts'
import { isBun } from './runtime.ts'
import { codeOf } from './system-error.ts'

/** A port that cannot be had: foreseeable, and reported in one sentence. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

/**
 * Listens with Bun.serve or node:http. The handler sees every request alike: whatever its `Host`, even none.
 * Throws ListenError.
 */
export async function listen(
  { handler, quick = new Map() }: Pick<Answering, 'handler'> & Partial<Answering>,
  host: Host,
  port: number,
): Promise<Listening> {
  const bound = await bind({ handler, quick }, host, port)
  const [first] = bound
  return {
    url: `http://${urlHost(host)}:${first.port}`,
    port: first.port,
    refresh: () => bound.forEach((socket) => socket.refresh()),
    close: async (graceMs) => {
      await Promise.all(bound.map((socket) => socket.close(graceMs)))
    },
  }
}

async function bind(answering: Answering, host: Host, port: number): Promise<readonly [Bound, ...Bound[]]> {
  if (host === null) return [(await tryBind(answering, '::', port)) ?? (await bindOne(answering, '0.0.0.0', port))]
  if (host !== 'localhost') return [await bindOne(answering, host, port)]
  // A name with two addresses: one socket would be deaf to half of those who use it.
  const first = await bindOne(answering, '127.0.0.1', port)
  try {
    const second = await tryBind(answering, '::1', first.port)
    return second === null ? [first] : [first, second]
  } catch (error) {
    await first.close(0)
    throw error
  }
}

/** `null` where the machine has no such address: no IPv6, most often. */
async function tryBind(answering: Answering, host: string, port: number): Promise<Bound | null> {
  try {
    return await bindOne(answering, host, port)
  } catch (error) {
    if (error instanceof ListenError && /EAFNOSUPPORT|EADDRNOTAVAIL|EINVAL/.test(String(error.cause))) return null
    throw error
  }
}

async function bindOne(answering: Answering, host: string, port: number): Promise<Bound> {
  try {
    if (isBun) return bindBun(answering, host, port)
    // Here, since Bun has no need of it.
    const { bindNode } = await import('./listen-node.ts')
    return await bindNode(answering, host, port)
  } catch (error) {
    const code = codeOf(error) ?? 'unknown error'
    throw new ListenError(whyNot(code, host, port), { cause: code })
  }
}

function whyNot(code: string, host: string, port: number): string {
  const where = `${hostInUrl(host)}:${port}`
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} is taken: another program listens at ${where}. Stop it, or choose another with --port or TOKEN_GUARD_PORT (0 is any free one).`
    case 'EACCES':
      return `this user may not listen at ${where}: ports below 1024 need a privilege. Choose another with --port or TOKEN_GUARD_PORT.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `this machine has no address ${host}. Correct --host or TOKEN_GUARD_HOST (:: is every address, 127.0.0.1 this machine only).`
    default:
      return `cannot listen at ${where} (${code}).`
  }
}

function urlHost(host: Host): string {
  if (host === null || host === '::' || host === 'localhost') return 'localhost'
  if (host === '0.0.0.0') return '127.0.0.1'
  return hostInUrl(host)
}
