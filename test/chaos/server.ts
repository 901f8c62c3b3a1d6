import type { Duplex } from 'node:stream'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { variables } from '../process/graph.ts'
import type { Environment } from '../process/harness.ts'
import { FaultyServer } from './faulty.ts'
import type { Fault, Target, GoodAnswer } from './row.ts'

/** The sandbox behind a server that can play every fault. */

export class FaultyGraph extends FaultyServer {
  readonly #sandbox = createSandbox()
  #timesLeft = Number.POSITIVE_INFINITY

  static async start(): Promise<FaultyGraph> {
    const graph = new FaultyGraph()
    await graph.listen()
    return graph
  }

  get env(): Environment {
    return variables(`http://127.0.0.1:${this.port}`)
  }

  override async play(fault: Fault): Promise<void> {
    this.#timesLeft = fault.times ?? Number.POSITIVE_INFINITY
    await super.play(fault)
  }

  /** Makes another token of the same system user, whatever fault is played. */
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

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]()
    this.#sandbox.close()
  }

  protected answer(stream: Duplex, request: string): void {
    void this.#answer(stream, request)
  }

  async #answer(stream: Duplex, text: string): Promise<void> {
    const [top = '', body = ''] = text.split('\r\n\r\n')
    const [request = '', ...lines] = top.split('\r\n')
    const [method = 'GET', path = '/'] = request.split(' ')
    const headers = new Headers(lines.filter((line) => line.includes(':')).map((line) => split(line)))
    const init = { method, headers, ...(body === '' ? {} : { body }) }
    const response = await this.#sandbox.fetch(new Request(`http://127.0.0.1:${this.port}${path}`, init))
    const good: GoodAnswer = { status: response.status, headers: response.headers, body: await response.text() }
    const { only, onRequest } = this.fault
    const isMeant = (only === undefined || only === this.#targetOf(path)) && this.#timesLeft > 0
    if (onRequest === undefined || !isMeant) return send(stream, good)
    this.#timesLeft -= 1
    onRequest(stream, good)
  }

  #targetOf(path: string): Target {
    const last = new URL(path, 'http://graph').pathname.split('/').at(-1) ?? ''
    if (last === this.#sandbox.businessAccountId) return 'account'
    return last === this.#sandbox.phoneNumberId ? 'phone' : (last as Target)
  }
}

function split(line: string): [string, string] {
  const at = line.indexOf(':')
  return [line.slice(0, at), line.slice(at + 1).trim()]
}

function send(stream: Duplex, { status, headers, body }: GoodAnswer): void {
  const bytes = Buffer.from(body)
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`)
  stream.write(
    `HTTP/1.1 ${status} Words\r\n${lines.join('')}content-length: ${bytes.length}\r\nconnection: close\r\n\r\n`,
  )
  stream.end(bytes)
}
