import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { variables } from './graph.ts'
import type { Environment } from './harness.ts'
import { startTunnel } from './tunnel.ts'

/** A server in Graph's place, whose certificate no known CA signed. */

const NAME = 'graph.test'
const OPENSSL =
  `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 2
  -subj /CN=${NAME} -addext subjectAltName=DNS:${NAME},IP:127.0.0.1`.split(/\s+/)

/** `null` where there is no openssl. */
export const CERTIFICATE = selfSigned()

function selfSigned() {
  const folder = mkdtempSync(join(tmpdir(), 'token-guard-tls-'))
  const [program = '', ...args] = OPENSSL
  const isMade = spawnSync(program, args, { cwd: folder }).status === 0
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const made = isMade ? { key: read('key.pem'), cert: read('cert.pem') } : null
  rmSync(folder, { recursive: true, force: true })
  return made
}

export type Stranger = AsyncDisposable & {
  /** Everything set: straight to it, or by a proxy that leads there. */
  readonly env: Environment
  readonly proxiedEnv: Environment
  /** The paths that it was asked for. */
  readonly asked: readonly string[]
  /** How often the proxy was asked. */
  readonly connects: readonly string[]
}

export async function startStranger(): Promise<Stranger> {
  const { token: _token, fetch } = createSandbox()
  const asked: string[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    tls: CERTIFICATE ?? {},
    fetch: (request) => {
      asked.push(new URL(request.url).pathname)
      return fetch(request)
    },
  })
  const tunnel = await startTunnel(() => server.port ?? 0)
  const env = (url: string) => ({ ...variables(url), TOKEN_GUARD_BOOT_TIMEOUT: '1500ms' })
  return {
    env: env(`https://127.0.0.1:${server.port}`),
    proxiedEnv: { ...env(`https://${NAME}`), HTTPS_PROXY: tunnel.url },
    asked,
    connects: tunnel.connects,
    [Symbol.asyncDispose]: async () => {
      tunnel.close()
      await server.stop(true)
    },
  }
}
