import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { startTunnel, type Tunnel } from '../process/tunnel.ts'
import { has, run, RUNTIMES } from './programs.ts'

/** A Graph behind TLS with a certificate of our own CA, and a proxy on loopback that leads every name to it. */
const NAME = 'graph.test'
const folder = mkdtempSync(join(tmpdir(), 'token-guard-tls-'))
const file = (name: string) => join(folder, name)
const graph = createSandbox()
let server: ReturnType<typeof Bun.serve>
let tunnel: Tunnel

const SCRIPT = `
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=ca
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out csr.pem -subj /CN=${NAME}
printf 'subjectAltName=DNS:${NAME},IP:127.0.0.1' > ext
openssl x509 -req -in csr.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out cert.pem
`

const canRun = has('openssl')

beforeAll(async () => {
  if (!canRun) return
  spawnSync('sh', ['-ec', SCRIPT], { cwd: folder })
  server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    tls: { key: Bun.file(file('key.pem')), cert: Bun.file(file('cert.pem')) },
    fetch: graph.fetch,
  })
  tunnel = await startTunnel(() => server.port ?? 0)
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  void server?.stop(true)
  tunnel?.close()
})

for (const { name, command, isMissing } of RUNTIMES)
  describe.skipIf(isMissing || !canRun)(`TLS and proxies under ${name}`, () => {
    const check = async (env: Record<string, string>) => {
      const { stdout, code } = await run([...command, 'check', '--json', '--once'], {
        WHATSAPP_TOKEN: graph.token,
        ...env,
      })
      const { outcome, findings } = JSON.parse(stdout)
      return { code, outcome, observed: findings.map((finding: { observed: string }) => finding.observed).join() }
    }
    const direct = () => `https://127.0.0.1:${server.port}`
    const proxyUrl = () => tunnel.url
    const ca = { NODE_EXTRA_CA_CERTS: file('ca.pem') }

    test('a certificate of an unknown CA is reported as TLS', async () => {
      const { code, observed } = await check({ GRAPH_API_URL: direct() })
      expect(code).toBe(75)
      expect(observed).toStartWith('TLS: ')
    })

    test('NODE_EXTRA_CA_CERTS makes a private CA known', async () => {
      expect(await check({ GRAPH_API_URL: direct(), ...ca })).toMatchObject({ code: 0, outcome: 'verified' })
    })

    test('HTTPS_PROXY leads to Graph', async () => {
      tunnel.connects.length = 0
      expect(await check({ GRAPH_API_URL: `https://${NAME}`, HTTPS_PROXY: proxyUrl(), ...ca })).toMatchObject({
        code: 0,
      })
      expect(tunnel.connects).toContain(`CONNECT ${NAME}:443 HTTP/1.1`)
    })

    test('NO_PROXY keeps a host from the proxy', async () => {
      tunnel.connects.length = 0
      const { observed } = await check({
        GRAPH_API_URL: `https://${NAME}`,
        HTTPS_PROXY: proxyUrl(),
        NO_PROXY: NAME,
        ...ca,
      })
      expect(observed).toStartWith('DNS: ')
      expect(tunnel.connects).toEqual([])
    })

    test('loopback is never proxied', async () => {
      tunnel.connects.length = 0
      expect(await check({ GRAPH_API_URL: direct(), HTTPS_PROXY: proxyUrl(), ...ca })).toMatchObject({ code: 0 })
      expect(tunnel.connects).toEqual([])
    })

    test('a proxy that does not answer is reported as the proxy', async () => {
      const { code, observed } = await check({
        GRAPH_API_URL: `https://${NAME}`,
        HTTPS_PROXY: 'http://127.0.0.1:9',
        ...ca,
      })
      expect(code).toBe(75)
      expect(observed).toStartWith('proxy: ')
    })

    test('a proxy of another protocol is a fault of the configuration', async () => {
      const { stdout, code } = await run([...command, 'check', '--json'], {
        WHATSAPP_TOKEN: graph.token,
        GRAPH_API_URL: `https://${NAME}`,
        HTTPS_PROXY: 'socks5://127.0.0.1:9',
      })
      expect(code).toBe(78)
      expect(JSON.parse(stdout).faults).toMatchObject([{ name: 'HTTPS_PROXY' }])
    })
  })
