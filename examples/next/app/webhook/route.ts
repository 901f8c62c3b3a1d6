import { createHmac, timingSafeEqual } from 'node:crypto'
import { after } from 'next/server'
import { tokenGuard } from '../../guard'

const { env } = process

export function GET(request: Request): Response {
  const query = new URL(request.url).searchParams
  return query.get('hub.verify_token') === (env.WEBHOOK_VERIFY_TOKEN ?? 'change-me')
    ? new Response(query.get('hub.challenge'))
    : new Response('wrong verify token', { status: 403 })
}

export async function POST(request: Request): Promise<Response> {
  const body = await request.text()
  if (!isFromMeta(body, request.headers.get('x-hub-signature-256') ?? ''))
    return new Response('not signed by Meta', { status: 401 })
  const webhook = JSON.parse(body)
  // Meta may say here that it has disabled the account.
  tokenGuard().report(webhook)
  // Meta wants its answer at once, and sends again what was not answered.
  after(() => answerAll(webhook))
  return new Response('ok')
}

function isFromMeta(body: string, signature: string): boolean {
  const secret = env.META_APP_SECRET
  if (!secret) return false
  const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`)
  const received = Buffer.from(signature)
  return received.length === expected.length && timingSafeEqual(received, expected)
}

type Webhook = { entry?: { changes?: { value: Messages }[] }[] }
type Messages = {
  metadata: { phone_number_id: string }
  messages?: { type: string; from: string; text?: { body: string } }[]
}

async function answerAll({ entry = [] }: Webhook): Promise<void> {
  for (const { value } of entry.flatMap(({ changes = [] }) => changes))
    for (const { from, text } of value.messages ?? [])
      if (text !== undefined) await sendText(value.metadata.phone_number_id, from, `You said: ${text.body}`)
}

async function sendText(phoneNumberId: string, to: string, text: string): Promise<void> {
  const graph = `${env.GRAPH_API_URL ?? 'https://graph.facebook.com'}/${env.GRAPH_API_VERSION ?? 'v25.0'}`
  const answer = await fetch(`${graph}/${phoneNumberId}/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${env.WHATSAPP_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messaging_product: 'whatsapp', to, type: 'text', text: { body: text } }),
    signal: AbortSignal.timeout(10_000),
  })
  // A refusal here may be the token's: the guard looks at once, not at the next interval.
  if (!answer.ok) tokenGuard().report(await answer.json())
}
