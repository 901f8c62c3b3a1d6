import { connect, type Socket } from 'node:net'

/** Probes at full speed over connections that are kept, each answer held against what the model allows. */

/** The statuses that a route may answer with; more than one while the verdict is about to change. */
export type Model = () => Readonly<Record<string, readonly number[]>>

export type Probed = {
  readonly requests: number
  readonly wrong: readonly string[]
  readonly p99Ms: number
  readonly maxMs: number
}

/** Latencies in steps of a tenth of a millisecond: a fixed size, however long it runs. */
class Latencies {
  readonly #counts = new Uint32Array(100_000)
  #count = 0
  maxMs = 0

  add(ms: number): void {
    const at = Math.min(this.#counts.length - 1, Math.floor(ms * 10))
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
    this.#count += 1
    this.maxMs = Math.max(this.maxMs, ms)
  }

  quantileMs(quantile: number): number {
    let left = this.#count * quantile
    return this.#counts.findIndex((count) => (left -= count) <= 0) / 10
  }
}

const END_OF_HEAD = '\r\n\r\n'

function lengthOf(text: string): number | null {
  const end = text.indexOf(END_OF_HEAD)
  if (end === -1) return null
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end)) ?? []
  if (length === undefined) throw new Error(`no length in: ${text.slice(0, end)}`)
  return end + END_OF_HEAD.length + Number(length)
}

/** Runs until `ended` settles. */
export async function probe(port: number, connections: number, model: Model, ended: Promise<unknown>): Promise<Probed> {
  const routes = Object.keys(model())
  const latencies = new Latencies()
  const wrong: string[] = []
  let requests = 0
  let isOver = false
  const sockets: Socket[] = []

  function one(first: number): Promise<void> {
    return new Promise((resolve) => {
      let at = first
      let heard = ''
      let sentMs = 0
      let allowed: readonly number[] = []
      const socket = connect(port, '127.0.0.1', ask)
      sockets.push(socket)
      function ask(): void {
        if (isOver) return void socket.destroy()
        const route = routes[++at % routes.length] ?? ''
        allowed = model()[route] ?? []
        sentMs = performance.now()
        socket.write(`GET ${route} HTTP/1.1\r\nHost: x\r\n\r\n`)
      }
      socket.setEncoding('latin1').on('data', (text: string) => {
        heard += text
        const length = lengthOf(heard)
        if (length === null || heard.length < length) return
        latencies.add(performance.now() - sentMs)
        requests += 1
        const route = routes[at % routes.length] ?? ''
        const status = Number(heard.slice(9, 12))
        if (![...allowed, ...(model()[route] ?? [])].includes(status)) wrong.push(`${route}: ${status}, not ${allowed}`)
        heard = heard.slice(length)
        ask()
      })
      socket.on('error', (error) => wrong.push(`${routes[at % routes.length]}: ${error.message}`))
      socket.on('close', () => {
        if (!isOver) wrong.push('a connection was closed')
        resolve()
      })
    })
  }

  const all = Promise.all(Array.from({ length: connections }, (_, at) => one(at)))
  await ended
  isOver = true
  for (const socket of sockets) socket.destroy()
  await all
  return { requests, wrong, p99Ms: latencies.quantileMs(0.99), maxMs: latencies.maxMs }
}

/** The line through the points that is nearest to all: how much y grows with x. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length
  const [middleX, middleY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  const covariance = points.reduce((sum, [x, y]) => sum + (x - middleX) * (y - middleY), 0)
  return covariance / points.reduce((sum, [x]) => sum + (x - middleX) ** 2, 0)
}
