import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type TlsOptions } from 'node:tls'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { variables } from '../process/graph.ts'
import type { Environment } from '../process/harness.ts'
import { has } from '../system/programs.ts'
import type { Fault, Respond } from './row.ts'

/** Graph behind TLS, with a good certificate and with bad ones, directly and by a proxy. */

/** `tls`: directly. `proxy`: by HTTPS_PROXY. `dns`: to a name that does not exist. */
export type Way = 'tls' | 'proxy' | 'dns'
type Certificate = 'good' | 'expired' | 'wrong-host' | 'self-signed' | 'old'

export const hasOpenssl = has('openssl')
const NAME = 'graph.test'

const SCRIPT = `
key() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $1.key -out $1.csr -subj /CN=$2; printf "subjectAltName=DNS:$2,$3" > $1.ext; }
sign() { name=$1; shift; openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile $name.ext -out $name.pem "$@"; }
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=ca
key good ${NAME} IP:127.0.0.1; sign good -days 2
key expired ${NAME} IP:127.0.0.1; sign expired -days -1
key wrong-host other.test DNS:other.test; sign wrong-host -days 2
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout self-signed.key -out self-signed.pem -days 2 -subj /CN=${NAME} -addext subjectAltName=DNS:${NAME},IP:127.0.0.1
`

const ports = new Map<Certificate, number>()
let folder = ''
let started: Promise<void> | null = null

/** Started once, for all tests of a process. */
export function backends(): Promise<void> {
  started ??= start()
  return started
}

async function start(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'token-guard-chaos-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const { status, stderr } = spawnSync('sh', ['-ec', SCRIPT], { cwd: folder })
  if (status !== 0) throw new Error(`openssl: ${String(stderr)}`)
  for (const name of ['good', 'expired', 'wrong-host', 'self-signed'] as const)
    ports.set(name, serve(certificate(name)))
  const old = { ...certificate('good'), minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const
  ports.set('old', await serveOldTls(old))
}

function certificate(name: Certificate) {
  return { key: readFileSync(join(folder, `${name}.key`)), cert: readFileSync(join(folder, `${name}.pem`)) }
}

function serve(tls: { readonly key: Buffer; readonly cert: Buffer }): number {
  const sandbox = createSandbox()
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', tls, fetch: sandbox.fetch })
  server.unref()
  return server.port ?? 0
}

/** TLS 1.1 at most: clients must refuse it. */
async function serveOldTls(options: TlsOptions): Promise<number> {
  const server = createServer(options, (socket) => socket.end())
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  return (server.address() as AddressInfo).port
}

/** Connects the client to the server with this certificate. */
export const forwardTo = (name: Certificate): Respond => {
  return (socket) => {
    const upstream = connect(ports.get(name) ?? 0, '127.0.0.1')
    upstream.on('error', () => socket.destroy())
    socket.on('close', () => upstream.destroy())
    socket.pipe(upstream).pipe(socket)
  }
}

/** Reads a proxy's CONNECT and answers with this head; then the connection goes on or ends. */
export const proxyReply = (reply: string, then?: Respond): Respond => {
  return (socket) => {
    socket.once('data', () => {
      if (then === undefined) return void socket.end(reply)
      socket.write(reply)
      then(socket, { status: 0, headers: new Headers(), body: '' })
    })
  }
}

export const WORKING: Readonly<Record<Way, Fault>> = {
  tls: { onConnect: forwardTo('good') },
  proxy: { onConnect: proxyReply('HTTP/1.1 200 OK\r\n\r\n', forwardTo('good')) },
  dns: {},
}

export function variablesBy(way: Way, port: number): Environment {
  const NODE_EXTRA_CA_CERTS = join(folder, 'ca.pem')
  const url = { tls: `https://127.0.0.1:${port}`, proxy: `https://${NAME}`, dns: 'https://graph.invalid' }[way]
  const proxy = way === 'proxy' ? { HTTPS_PROXY: `http://127.0.0.1:${port}` } : {}
  return { ...variables(url), NODE_EXTRA_CA_CERTS, ...proxy }
}
