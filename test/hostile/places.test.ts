import { expect } from 'bun:test'
import { createServer, type AddressInfo } from 'node:net'
import { independently } from '../process/concurrent.ts'
import { startGraph } from '../process/graph.ts'
import { forEachRuntime, run, type Runtime } from '../process/harness.ts'

/** `GRAPH_API_URL` aimed where the token must not go. */

const TOKEN = `EAA${'Jm4xPq7Rt2'.repeat(12)}`

/** Every request that would leave the machine comes here: a proxy that records the requested host, and refuses. */
async function recordingProxy() {
  const asked: string[] = []
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (head) => {
      asked.push(String(head).split('\r\n')[0] ?? '')
      socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { asked, url, [Symbol.dispose]: () => void server.close() }
}

async function checkAt(runtime: Runtime, graphUrl: string) {
  using proxy = await recordingProxy()
  const proxies = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, ALL_PROXY: proxy.url, http_proxy: proxy.url }
  const env = { WHATSAPP_TOKEN: TOKEN, GRAPH_API_URL: graphUrl, TOKEN_GUARD_BOOT_TIMEOUT: '3s', ...proxies }
  const { code, stdout } = await run(runtime, ['check', '--json', '--once'], env, { secrets: [TOKEN] })
  return { code, faults: JSON.parse(stdout).faults.map(({ name }: { name: string }) => name), asked: proxy.asked }
}

const REFUSED = [
  'http://graph.facebook.com',
  'http://localhost.evil.example',
  'http://localhost.evil.example.',
  'http://evil.localhost',
  'http://localhost.',
  'http://localhost..',
  'http://127.0.0.1.evil.example',
  'http://127.0.0.1%2eevil.example',
  'http://127.0.0.1%20.evil.example',
  'http://evil.example/127.0.0.1',
  'http://evil.example\\@127.0.0.1/',
  'http://evil.example\\.127.0.0.1',
  'http://127.0.0.1@evil.example',
  'http://localhost:80@evil.example/',
  'http://user:pass@127.0.0.1:4010',
  'https://user@graph.facebook.com',
  'https://graph.facebook.com#@127.0.0.1',
  'https://graph.facebook.com/?x=',
  'http://128.0.0.1',
  'http://3232235777',
  'http://0xc0a80101',
  'http://0300.0250.0.1',
  'http://0.0.0.0:4010',
  'http://[::]:4010',
  'http://[::2]',
  'http://[::ffff:127.0.0.1]',
  'http://[::ffff:c0a8:101]',
  'http://[fe80::1%25lo]',
  'http://169.254.169.254/latest/meta-data',
  'http://metadata.google.internal',
  'http://①⑨②.168.1.1',
  'http://ⅼocalhost.evil.example',
  'file:///etc/passwd',
  'ftp://127.0.0.1/',
  'unix:/run/docker.sock',
  'gopher://127.0.0.1:70/',
  'data:application/json,{}',
  'javascript:1',
  'ws://127.0.0.1',
  '//127.0.0.1',
  'http:',
  'http://',
  'http://127.0.0.1:99999',
  'graph.facebook.com',
  ' ',
]

/** Other spellings of loopback addresses. `PORT` is the port of the test's own Graph. */
const HOME = [
  'http://127.0.0.1:PORT',
  'http://localhost:PORT',
  'http://LOCALHOST:PORT/',
  'http://127.0.0.1.:PORT',
  'http://2130706433:PORT',
  'http://0x7f000001:PORT',
  'http://0177.0.0.1:PORT',
  'http://127.1:PORT',
  'http://①②⑦.0.0.1:PORT',
]

forEachRuntime((runtime) => {
  for (const url of REFUSED)
    independently(`GRAPH_API_URL=${url} exits 78, and nothing is sent`, async () => {
      expect(await checkAt(runtime, url)).toEqual({ code: 78, faults: ['GRAPH_API_URL'], asked: [] })
    })

  for (const url of HOME)
    independently(`GRAPH_API_URL=${url} stays on this machine, proxies or not`, async () => {
      await using graph = startGraph()
      const { code, asked } = await checkAt(runtime, url.replace('PORT', new URL(graph.url).port))
      // The sandbox was reached: it does not know this token.
      expect([code, asked]).toEqual([77, []])
      expect(graph.asked).toContain('/debug_token')
    })

  for (const [what, location] of [
    ['another host', 'https://evil.example/v23.0/debug_token'],
    ['plain http', 'http://graph.facebook.com/'],
    ['no host', '//evil.example/'],
    ['a file', 'file:///etc/passwd'],
  ] as const)
    independently(`a redirect to ${what} is not followed`, async () => {
      const answer = () => new Response(null, { status: 302, headers: { location } })
      await using graph = startGraph('permanent', { answer })
      const { code, asked } = await checkAt(runtime, graph.url)
      expect([code, asked]).toEqual([75, []])
    })
})
