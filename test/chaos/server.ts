import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { variables } from '../process/graph.ts'
import type { Environment } from '../process/harness.ts'
import type { Fault, Target, Truth } from './row.ts'

/** The sandbox behind a server that knows every way of answering badly. Bytes, since no HTTP library would send them. */

export class FaultyGraph implements AsyncDisposable {
  readonly #sandbox = createSandbox()
  readonly #sockets = new Set<Socket>()
  readonly #server: Server
  #fault: Fault = {}
  #timesLeft = Number.POSITIVE_INFINITY
  #port = 0
  /** Paths that were asked for. */
  readonly asked: string[] = []

  constructor() {
    this.#server = createServer((socket) => this.accept(socket))
  }

  static async start(): Promise<FaultyGraph> {
    const graph = new FaultyGraph()
    await graph.#listen()
    return graph
  }

  get port(): number {
    return this.#port
  }

  get env(): Environment {
    return variables(`http://127.0.0.1:${this.#port}`)
  }

  /** From the next connection on. */
  async play(fault: Fault): Promise<void> {
    this.#fault = fault
    this.#timesLeft = fault.times ?? Number.POSITIVE_INFINITY
    for (const socket of this.#sockets) socket.destroy()
    if (fault.closed === true) await this.#close()
    else if (!this.#server.listening) await this.#listen()
  }

  /** Another token of the same system user, whatever is played. */
  async issue(): Promise<string> {
    const { token, appId } = this.#sandbox
    const call = async (path: string, fields: Readonly<Record<string, string>>, method: string) => {
      const query = new URLSearchParams({ access_token: token, ...fields })
      return (await this.#sandbox.fetch(new Request(`http://graph/v23.0/${path}?${query}`, { method }))).json() as any
    }
    const { id } = await call('me', {}, 'GET')
    const scope = 'business_management,whatsapp_business_messaging,whatsapp_business_management'
    return (await call(`${id}/access_tokens`, { business_app: appId, scope }, 'POST')).access_token
  }

  /** Also for what TLS or a proxy have unwrapped. */
  accept(socket: Socket, stream: Duplex = socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    for (const each of new Set<Duplex>([socket, stream])) each.on('error', () => socket.destroy())
    if (this.#fault.onConnect !== undefined) return this.#fault.onConnect(stream, NOTHING)
    let heard = ''
    const listen = (bytes: Buffer) => {
      heard += bytes.toString('latin1')
      if (!isWhole(heard)) return
      stream.off('data', listen)
      stream.resume()
      void this.#answer(stream, heard)
    }
    stream.on('data', listen)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await this.#close()
    this.#sandbox.close()
  }

  async #answer(stream: Duplex, heard: string): Promise<void> {
    const [top = '', body = ''] = heard.split('\r\n\r\n')
    const [request = '', ...lines] = top.split('\r\n')
    const [method = 'GET', path = '/'] = request.split(' ')
    this.asked.push(path)
    const headers = new Headers(lines.filter((line) => line.includes(':')).map((line) => split(line)))
    const init = { method, headers, ...(body === '' ? {} : { body }) }
    const told = await this.#sandbox.fetch(new Request(`http://127.0.0.1:${this.#port}${path}`, init))
    const truth: Truth = { status: told.status, headers: told.headers, body: await told.text() }
    const { only, onRequest } = this.#fault
    const isMeant = (only === undefined || only === this.#targetOf(path)) && this.#timesLeft > 0
    if (onRequest === undefined || !isMeant) return tell(stream, truth)
    this.#timesLeft -= 1
    onRequest(stream, truth)
  }

  #targetOf(path: string): Target {
    const last = new URL(path, 'http://graph').pathname.split('/').at(-1) ?? ''
    if (last === this.#sandbox.businessAccountId) return 'account'
    return last === this.#sandbox.phoneNumberId ? 'phone' : (last as Target)
  }

  async #listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(this.#port, '127.0.0.1', resolve)
    })
    this.#port = (this.#server.address() as AddressInfo).port
  }

  #close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }
}

const NOTHING: Truth = { status: 0, headers: new Headers(), body: '' }

export function isWhole(heard: string): boolean {
  const [top = '', body] = heard.split('\r\n\r\n')
  return body !== undefined && body.length >= Number(/^content-length: *(\d+)/im.exec(top)?.[1] ?? 0)
}

function split(line: string): [string, string] {
  const at = line.indexOf(':')
  return [line.slice(0, at), line.slice(at + 1).trim()]
}

function tell(stream: Duplex, { status, headers, body }: Truth): void {
  const bytes = Buffer.from(body)
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`)
  stream.write(
    `HTTP/1.1 ${status} Words\r\n${lines.join('')}content-length: ${bytes.length}\r\nconnection: close\r\n\r\n`,
  )
  stream.end(bytes)
}
