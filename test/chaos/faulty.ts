import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Fault, Truth } from './row.ts'

export const NOTHING: Truth = { status: 204, headers: new Headers(), body: '' }

/** A server that plays one fault at a time, on one port whether it listens or not. Bytes, since no HTTP library would send them. */
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

  /** A whole request. */
  protected abstract answer(stream: Duplex, heard: string): void

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
      this.answer(stream, heard)
    }
    stream.on('data', listen)
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

function isWhole(heard: string): boolean {
  const [top = '', body] = heard.split('\r\n\r\n')
  return body !== undefined && body.length >= Number(/^content-length: *(\d+)/im.exec(top)?.[1] ?? 0)
}
