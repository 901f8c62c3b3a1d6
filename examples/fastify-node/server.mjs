// The guard in a Fastify app on Node.
//   node server.mjs
import Fastify from 'fastify'
import { createTokenGuard } from 'whatsapp-token-guard'

const { env } = process
const guard = createTokenGuard({
  token: env.WHATSAPP_TOKEN ?? '',
  appId: env.META_APP_ID,
  appSecret: env.META_APP_SECRET,
  graphUrl: env.GRAPH_API_URL,
})

await guard.boot()

const app = Fastify()
app.get('/', () => 'the shop')
// Check Meta's signature first in a bot of your own. A webhook may say that the account was disabled.
app.post('/webhook', (request) => {
  guard.report(request.body)
  return 'ok'
})
app.get('/health', health)
app.get('/health/*', health)

async function health(request, reply) {
  const headers = Object.entries(request.headers).filter(([, value]) => typeof value === 'string')
  const answer = await guard.fetch(new Request(`http://localhost${request.url}`, { method: request.method, headers }))
  return reply
    .code(answer.status)
    .headers(Object.fromEntries(answer.headers))
    .send(await answer.text())
}

await app.listen({ port: Number(env.PORT ?? 8080), host: env.HOST ?? '0.0.0.0' })
console.error(`listening on port ${app.server.address().port}`)

process.once('SIGTERM', async () => {
  await guard.stop()
  await app.close()
})
