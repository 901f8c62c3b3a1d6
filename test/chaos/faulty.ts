import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Fault, GoodAnswer } from './row.ts'

export const NOTHING: GoodAnswer = { status: 204, headers: new Headers(), body: '' }

/**
 * A server that plays one fault at a time, and keeps its port while it is closed. It writes bytes: no HTTP library would
 * send these answers.
 */
export abstract class FaultyServer implements AsyncDisposable {
  readonly #sockets = new Set<Socket>()
  readonly #server: Server
  #fault: Fault = {}
  #port = 0

  constructor() {
    this.#server = createServer((socket) => this.accept(socket))
  }

  get port(): number {
    return this.#port
  }

  protected get fault(): Fault {
    return this.#fault
  }

  /** Called with a complete request. */
  protected abstract answer(stream: Duplex, request: string): void

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(this.#port, '127.0.0.1', resolve)
    })
    this.#port = (this.#server.address() as AddressInfo).port
  }

  /** From the next connection on. */
  async play(fault: Fault): Promise<void> {
    this.#fault = fault
    this.#cut()
    if (fault.closed === true) await this.#close()
    else if (!this.#server.listening) await this.listen()
  }

  accept(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    if (this.#fault.onConnect !== undefined) return this.#fault.onConnect(socket, NOTHING)
    let request = ''
    const listen = (bytes: Buffer) => {
      request += bytes.toString('latin1')
      if (!isComplete(request)) return
      socket.off('data', listen)
      socket.resume()
      this.answer(socket, request)
    }
    socket.on('data', listen)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cut()
    await this.#close()
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }
}

function isComplete(request: string): boolean {
  const [top = '', body] = request.split('\r\n\r\n')
  return body !== undefined && body.length >= Number(/^content-length: *(\d+)/im.exec(top)?.[1] ?? 0)
}
