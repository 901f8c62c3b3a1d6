import { EventEmitter, once } from 'node:events'
import type { Duplex } from 'node:stream'
import { FaultyServer, NOTHING } from './faulty.ts'
import { answer } from './row.ts'

type Delivery = { readonly id: string; readonly event: string; readonly isAccepted: boolean }

const ACCEPTED = answer({ status: 204 })

/** A receiver of alerts that plays the same faults. */
export class FaultyReceiver extends FaultyServer {
  /** Every alert that it has read completely; `isAccepted`: and answered with 204. */
  readonly deliveries: Delivery[] = []
  readonly #arrivals = new EventEmitter()

  static async start(): Promise<FaultyReceiver> {
    const receiver = new FaultyReceiver()
    await receiver.listen()
    return receiver
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`
  }

  async until(isExpected: (delivery: Delivery) => boolean): Promise<Delivery> {
    for (;;) {
      const found = this.deliveries.find(isExpected)
      if (found !== undefined) return found
      await once(this.#arrivals, 'one')
    }
  }

  protected answer(stream: Duplex, request: string): void {
    const { onRequest } = this.fault
    const [, id = ''] = /^webhook-id: *(\S+)/im.exec(request) ?? []
    const { event } = JSON.parse(request.slice(request.indexOf('\r\n\r\n'))) as { readonly event: string }
    this.deliveries.push({ id, event, isAccepted: onRequest === undefined })
    this.#arrivals.emit('one')
    ;(onRequest ?? ACCEPTED)(stream, NOTHING)
  }
}
