// A WhatsApp backend on Bun: the guard is a part of your own Hono app.
//   bun app.ts
import { createHmac, timingSafeEqual } from 'node:crypto'
import { Hono } from 'hono'
import { createTokenGuard } from 'whatsapp-token-guard'

const { env } = process
const graph = `${env.GRAPH_API_URL ?? 'https://graph.facebook.com'}/${env.GRAPH_API_VERSION ?? 'v25.0'}`

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

async function sendText(phoneNumberId: string, to: string, text: string): Promise<void> {
  const answer = await fetch(`${graph}/${phoneNumberId}/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${env.WHATSAPP_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messaging_product: 'whatsapp', to, type: 'text', text: { body: text } }),
    signal: AbortSignal.timeout(10_000),
  })
  if (answer.ok) return
  // The token may have ended: the guard looks at once, not at the next interval.
  guard.report(await answer.json())
  console.error(`Graph answered ${answer.status}`)
}

function isFromMeta(body: string, signature: string): boolean {
  const secret = env.META_APP_SECRET
  if (!secret) return false
  const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`)
  const received = Buffer.from(signature)
  return received.length === expected.length && timingSafeEqual(received, expected)
}

const app = new Hono()
app.get('/webhook', (c) =>
  c.req.query('hub.verify_token') === (env.WEBHOOK_VERIFY_TOKEN ?? 'change-me')
    ? c.text(c.req.query('hub.challenge') ?? '')
    : c.text('wrong verify token', 403),
)
app.post('/webhook', async (c) => {
  const body = await c.req.text()
  if (!isFromMeta(body, c.req.header('x-hub-signature-256') ?? '')) return c.text('not signed by Meta', 401)
  const webhook = JSON.parse(body)
  // A webhook may say that Meta has disabled the account.
  guard.report(webhook)
  for (const entry of webhook.entry ?? [])
    for (const { value } of entry.changes ?? [])
      for (const message of value.messages ?? [])
        if (message.type === 'text')
          // Not awaited: Meta wants its answer at once, and sends again what was not answered.
          sendText(value.metadata.phone_number_id, message.from, `You said: ${message.text.body}`).catch(console.error)
  return c.text('ok')
})
app.get('/', (c) => c.text('the shop'))
// /health, /health/token, /health/ready, /health/live: any other path is left to this app.
app.route('/', guard.app)

const server = Bun.serve({ port: Number(env.PORT ?? 8080), hostname: env.HOST, fetch: app.fetch })
console.error(`listening on port ${server.port}`)

process.once('SIGTERM', async () => {
  await guard.stop()
  await server.stop()
})
