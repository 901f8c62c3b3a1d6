// The guard in an Express app on Node.
//   node server.mjs
import { once } from 'node:events'
import express from 'express'
import { createTokenGuard } from 'whatsapp-token-guard'

const { env } = process
const guard = createTokenGuard({
  token: env.WHATSAPP_TOKEN,
  businessAccountId: env.WHATSAPP_BUSINESS_ACCOUNT_ID,
  phoneNumberId: env.WHATSAPP_PHONE_NUMBER_ID,
  appId: env.META_APP_ID,
  appSecret: env.META_APP_SECRET,
  graphUrl: env.GRAPH_API_URL,
  graphVersion: env.GRAPH_API_VERSION,
})
guard.subscribe(({ level, type, msg }) => {
  if (level !== 'debug') console.error(`${type}: ${msg}`)
})

// Throws on a bad token, with every finding in the message: nothing listens then.
await guard.boot()

const app = express()
// /health, /health/token, /health/ready, /health/live. Every other request goes on to this app.
app.use(guard.node)
app.get('/', (_request, response) => response.send('the shop'))
// Check Meta's signature first in a bot of your own. A webhook may say that the account was disabled.
app.post('/webhook', express.json(), (request, response) => {
  guard.report(request.body)
  response.send('ok')
})

const server = app.listen(Number(env.PORT ?? 8080))
await once(server, 'listening')
console.error(`listening on port ${server.address().port}`)

process.once('SIGTERM', async () => {
  // From here on /health/ready is 503, and its connections are closed.
  await guard.stop()
  server.close()
  server.closeIdleConnections()
})
