import { connect, createServer, type AddressInfo } from 'node:net'

/** A proxy on loopback that leads every name to one port. */
export type Tunnel = {
  readonly url: string
  /** The first line of each CONNECT. */
  readonly connects: string[]
  readonly close: () => void
}

export async function startTunnel(portOf: () => number): Promise<Tunnel> {
  const connects: string[] = []
  const proxy = createServer((client) => {
    client
      .on('error', () => {})
      .once('data', (head) => {
        connects.push(String(head).split('\r\n')[0] ?? '')
        const upstream = connect(portOf(), '127.0.0.1', () => {
          client.write('HTTP/1.1 200 OK\r\n\r\n')
          client.pipe(upstream).pipe(client)
        })
        upstream.on('error', () => client.destroy())
        client.on('close', () => upstream.destroy())
      })
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, connects, close: () => proxy.close() }
}
