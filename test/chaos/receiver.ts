import { EventEmitter, once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { answer, type Fault } from './row.ts'
import { isWhole } from './server.ts'

type Heard = { readonly id: string; readonly event: string; readonly isWell: boolean }

const TAKEN = answer({ status: 204 })

/** A receiver of alerts that fails as Graph does. */
export class FaultyReceiver implements AsyncDisposable {
  /** Every alert that it has read whole; `isWell`: and has taken as it should. */
  readonly heard: Heard[] = []
  readonly #arrivals = new EventEmitter()
  readonly #sockets = new Set<Socket>()
  readonly #server: Server
  #fault: Fault = {}
  #port = 0

  constructor() {
    this.#server = createServer((socket) => this.#accept(socket))
  }

  static async start(): Promise<FaultyReceiver> {
    const receiver = new FaultyReceiver()
    await receiver.#listen()
    return receiver
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook`
  }

  async play(fault: Fault): Promise<void> {
    this.#fault = fault
    for (const socket of this.#sockets) socket.destroy()
    if (fault.closed === true) await this.#close()
    else if (!this.#server.listening) await this.#listen()
  }

  async until(isMeant: (heard: Heard) => boolean): Promise<Heard> {
    for (;;) {
      const found = this.heard.find(isMeant)
      if (found !== undefined) return found
      await once(this.#arrivals, 'one')
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await this.#close()
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy()).on('close', () => this.#sockets.delete(socket))
    if (this.#fault.onConnect !== undefined) return this.#fault.onConnect(socket, NOTHING)
    let heard = ''
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1')
      if (!isWhole(heard)) return
      const { onRequest } = this.#fault
      this.#keep(heard, onRequest === undefined)
      ;(onRequest ?? TAKEN)(socket, NOTHING)
    })
  }

  #keep(heard: string, isWell: boolean): void {
    const [, id = ''] = /^webhook-id: *(\S+)/im.exec(heard) ?? []
    const { event } = JSON.parse(heard.slice(heard.indexOf('\r\n\r\n'))) as { readonly event: string }
    this.heard.push({ id, event, isWell })
    this.#arrivals.emit('one')
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

const NOTHING = { status: 204, headers: new Headers(), body: '' }
