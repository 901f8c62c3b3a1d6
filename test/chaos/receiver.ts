import { EventEmitter, once } from 'node:events'
import type { Duplex } from 'node:stream'
import { FaultyServer, NOTHING } from './faulty.ts'
import { answer } from './row.ts'

type Heard = { readonly id: string; readonly event: string; readonly isWell: boolean }

const TAKEN = answer({ status: 204 })

/** A receiver of alerts that fails as Graph does. */
export class FaultyReceiver extends FaultyServer {
  /** Every alert that it has read whole; `isWell`: and has taken as it should. */
  readonly heard: Heard[] = []
  readonly #arrivals = new EventEmitter()

  static async start(): Promise<FaultyReceiver> {
    const receiver = new FaultyReceiver()
    await receiver.listen()
    return receiver
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`
  }

  async until(isMeant: (heard: Heard) => boolean): Promise<Heard> {
    for (;;) {
      const found = this.heard.find(isMeant)
      if (found !== undefined) return found
      await once(this.#arrivals, 'one')
    }
  }

  protected answer(stream: Duplex, heard: string): void {
    const { onRequest } = this.fault
    const [, id = ''] = /^webhook-id: *(\S+)/im.exec(heard) ?? []
    const { event } = JSON.parse(heard.slice(heard.indexOf('\r\n\r\n'))) as { readonly event: string }
    this.heard.push({ id, event, isWell: onRequest === undefined })
    this.#arrivals.emit('one')
    ;(onRequest ?? TAKEN)(stream, NOTHING)
  }
}
