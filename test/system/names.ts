/** What a test needs to be found by name and over TLS. */

/** Run by `sh`: a CA in ca.pem, and a certificate of its for graph.test. */
export const MADE_CERTIFICATE = `
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=ca
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out csr.pem -subj /CN=graph.test
printf 'subjectAltName=DNS:graph.test' > ext
openssl x509 -req -in csr.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out cert.pem
`

/** A DNS server that knows each name, as 127.0.0.1. */
export async function startNames(hostname: string) {
  const data = (socket: Bun.udp.Socket<'buffer'>, query: Buffer, port: number, address: string) => {
    const end = query.indexOf(0, 12) + 5
    const isForV4 = query.readUInt16BE(end - 4) === 1
    const record = isForV4 ? [0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1] : []
    const head = [0x81, 0x80, 0, 1, 0, isForV4 ? 1 : 0, 0, 0, 0, 0]
    const question = query.subarray(12, end)
    socket.send(Buffer.concat([query.subarray(0, 2), Buffer.from(head), question, Buffer.from(record)]), port, address)
  }
  const socket = await Bun.udpSocket({ hostname, port: 53, socket: { data } })
  return { hostname, [Symbol.dispose]: () => socket.close() }
}
