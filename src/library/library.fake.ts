import type { TokenGuardOptions } from '../index.ts'
import { createSandbox } from '../sandbox/sandbox.ts'

/** Options against a sandbox of their own, and the paths that it was asked for. */
export function fromSandbox() {
  const graph = createSandbox()
  const asked: string[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => {
      asked.push(new URL(request.url).pathname)
      return graph.fetch(request)
    },
  })
  const options = (more: TokenGuardOptions = {}): TokenGuardOptions => ({
    token: graph.token,
    businessAccountId: graph.businessAccountId,
    phoneNumberId: graph.phoneNumberId,
    appId: graph.appId,
    appSecret: graph.appSecret,
    graphUrl: server.url.origin,
    bootTimeout: '5s',
    ...more,
  })
  return { graph, asked, options, stop: () => server.stop(true) }
}

export async function caught(work: () => unknown): Promise<any> {
  try {
    await work()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
