// A WhatsApp backend on Bun: the guard is a part of one's own Hono app.
//   bun app.ts
import { createHmac, timingSafeEqual } from 'node:crypto'
import { Hono } from 'hono'
import { createTokenGuard } from 'whatsapp-token-guard'

const env = process.env
const guard = createTokenGuard({
  token: env.WHATSAPP_TOKEN ?? '',
  businessAccountId: env.WHATSAPP_BUSINESS_ACCOUNT_ID,
  phoneNumberId: env.WHATSAPP_PHONE_NUMBER_ID,
  appId: env.META_APP_ID,
  appSecret: env.META_APP_SECRET,
  graphUrl: env.GRAPH_API_URL,
})

// Throws on a bad token, with every finding in the message: nothing listens then.
await guard.boot()

const graph = `${env.GRAPH_API_URL ?? 'https://graph.facebook.com'}/v25.0`

async function sendText(phoneNumberId: string, to: string, text: string): Promise<void> {
  const answer = await fetch(`${graph}/${phoneNumberId}/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${env.WHATSAPP_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messaging_product: 'whatsapp', to, type: 'text', text: { body: text } }),
  })
  // A refusal here may be the token's: the guard looks at once, not at the next interval.
  if (!answer.ok) guard.report(await answer.json())
}

function isFromMeta(body: string, signature: string): boolean {
  const expected = `sha256=${createHmac('sha256', env.META_APP_SECRET ?? '')
    .update(body)
    .digest('hex')}`
  return signature.length === expected.length && timingSafeEqual(Buffer.from(signature), Buffer.from(expected))
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
  // Not of messages, but of an account that Meta has disabled the guard learns here.
  guard.report(JSON.parse(body))
  for (const entry of JSON.parse(body).entry ?? [])
    for (const { value } of entry.changes ?? [])
      for (const message of value.messages ?? [])
        if (message.type === 'text')
          void sendText(value.metadata.phone_number_id, message.from, `You said: ${message.text.body}`)
  return c.text('ok')
})
app.get('/', (c) => c.text('the shop'))
// /health, /health/token, /health/ready, /health/live: what they do not know is left to this app.
app.route('/', guard.app)

const server = Bun.serve({ port: Number(env.PORT ?? 8080), fetch: app.fetch })
console.error(`listening on port ${server.port}`)

process.once('SIGTERM', async () => {
  await guard.stop()
  await server.stop()
})
