// The sandbox as a slow Graph. It notes when it is asked about each token.
// Arguments: the shortest and the longest delay in ms, how many tokens, how many apps they belong to.
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { appOf } from './apps-of.ts'

const [delayMsMin = 0, delayMsMax = 0, count = 0, apps = 1] = process.argv.slice(2).map(Number)
const sandbox = createSandbox()
const issued = await sandbox.fetch(new Request(`http://localhost/__sandbox/tokens?count=${count}`, { method: 'POST' }))
const { tokens } = (await issued.json()) as { readonly tokens: readonly string[] }
const nths = new Map(tokens.map((token, nth) => [token, nth]))
const asked: { readonly atMs: number; readonly nth: number; isRefused: boolean }[] = []

async function answer(request: Request, url: URL): Promise<Response> {
  const nth = nths.get(url.searchParams.get('input_token') ?? '')
  const note = { atMs: Date.now(), nth: nth ?? -1, isRefused: false }
  asked.push(note)
  await Bun.sleep(delayMsMin + Math.random() * (delayMsMax - delayMsMin))
  const response = await sandbox.fetch(request)
  const text = await response.text()
  note.isRefused = !text.includes('"is_valid":true')
  // The sandbox has one app.
  return new Response(apps === 1 ? text : text.replaceAll(sandbox.appId, appOf(note.nth)), response)
}

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  idleTimeout: 0,
  fetch: (request) => {
    const url = new URL(request.url)
    if (url.pathname === '/tokens') return Response.json(tokens)
    if (url.pathname === '/asked') return Response.json(asked)
    return url.pathname.startsWith('/__sandbox') ? sandbox.fetch(request) : answer(request, url)
  },
})
const { appId, appSecret } = sandbox
process.stdout.write(`${JSON.stringify({ url: server.url.origin, appId, appSecret })}\n`)
