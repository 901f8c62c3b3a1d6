// The guard in an Express app on Node: guard.fetch answers for the routes under /health.
//   node server.mjs
import { once } from 'node:events'
import express from 'express'
import { createTokenGuard } from 'whatsapp-token-guard'

const { env } = process
const guard = createTokenGuard({
  token: env.WHATSAPP_TOKEN ?? '',
  appId: env.META_APP_ID,
  appSecret: env.META_APP_SECRET,
  graphUrl: env.GRAPH_API_URL,
})

await guard.boot()

const app = express()
app.get('/', (_request, response) => response.send('the shop'))
// Check Meta's signature first in a bot of your own. A webhook may say that the account was disabled.
app.post('/webhook', express.json(), (request, response) => {
  guard.report(request.body)
  response.send('ok')
})
app.use('/health', async (request, response) => {
  const headers = Object.entries(request.headers).filter(([, value]) => typeof value === 'string')
  const { method } = request
  const answer = await guard.fetch(new Request(`http://localhost${request.originalUrl}`, { method, headers }))
  response.status(answer.status)
  answer.headers.forEach((value, name) => response.setHeader(name, value))
  response.end(await answer.text())
})

const server = app.listen(Number(env.PORT ?? 8080))
await once(server, 'listening')
console.error(`listening on port ${server.address().port}`)

process.once('SIGTERM', async () => {
  await guard.stop()
  server.close()
  server.closeIdleConnections()
})
