import { expect, test } from 'bun:test'
import type { Socket } from 'node:net'
import { startGraph } from '../process/graph.ts'
import { forEachRuntime, start } from '../process/harness.ts'
import { SANDBOX_SECRETS } from '../process/secrets.ts'
import { held } from '../process/sockets.ts'

/** Reports that never end, beside probes and a report that counts. */

const OPERATOR = 'qK4wZt8rXb2mNv6c'
const CLIENTS = 50
/** One report may take ten seconds; the rest is for a busy machine. */
const CLOSED_WITHIN_MS = 20_000
const HEAD = `POST /health/token/report HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${OPERATOR}\r\nContent-Length: 60000\r\n\r\n{"error":`
const ENDED = { error: { message: 'm', code: 190 } }

/** Sends a byte now and then until the other side closes. Resolves with what came back. */
function drips(socket: Socket): Promise<string> {
  const timer = setInterval(() => socket.write(' '), 200)
  return new Promise((resolve) => {
    let heard = ''
    socket.on('data', (data) => (heard += data.toString('latin1')))
    socket.on('error', () => {})
    socket.on('close', () => {
      clearInterval(timer)
      resolve(heard)
    })
  })
}

forEachRuntime((runtime) => {
  test(`${CLIENTS} reports that drip are cut off, and hold up neither probes nor a report that counts`, async () => {
    await using graph = startGraph()
    const env = { ...graph.env, TOKEN_GUARD_CHECK_INTERVAL: '24h', TOKEN_GUARD_OPERATOR_TOKEN: OPERATOR }
    await using program = start(runtime, ['serve'], env, { secrets: [...SANDBOX_SECRETS, OPERATOR] })
    const port = await program.port()
    const fromMs = performance.now()
    const dripping = (await held(port, CLIENTS, HEAD)).map(drips)
    graph.play('revoked')
    const headers = { authorization: `Bearer ${OPERATOR}` }
    const report = { method: 'POST', body: JSON.stringify(ENDED), headers }
    expect((await program.ask('/health/token/report', report)).status).toBe(202)
    await program.waitFor('token.refused')
    expect((await program.ask('/health/token')).status).toBe(503)
    const heard = await Promise.all(dripping)
    const tookMs = performance.now() - fromMs
    expect(tookMs).toBeLessThan(CLOSED_WITHIN_MS)
    console.log(`  # ${CLIENTS} dripping reports, ${runtime.name}: closed after ${Math.round(tookMs)} ms`)
    // An answer, or none: never one that takes it.
    expect(heard.filter((text) => text !== '' && !/^HTTP\/1\.1 (400|408) /.test(text))).toEqual([])
    expect(graph.asked.filter((path) => path === '/debug_token')).toHaveLength(3)
  }, 60_000)
})
