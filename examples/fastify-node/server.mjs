// The guard in a Fastify app on Node.
//   node server.mjs
import Fastify from 'fastify'
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

const app = Fastify()
// /health, /health/token, /health/ready, /health/live. Every other request goes on to this app.
app.addHook('onRequest', (request, reply, next) => guard.node(request.raw, reply.raw, next))
app.get('/', () => 'the shop')
// Check Meta's signature first in a bot of your own. A webhook may say that the account was disabled.
app.post('/webhook', (request) => {
  guard.report(request.body)
  return 'ok'
})

await app.listen({ port: Number(env.PORT ?? 8080), host: env.HOST ?? '0.0.0.0' })
console.error(`listening on port ${app.server.address().port}`)

process.once('SIGTERM', async () => {
  // From here on /health/ready is 503, and its connections are closed.
  await guard.stop()
  await app.close()
})
