/** PURE. A webhook's signature. Source: standardwebhooks.com, "Signature scheme" (symmetric, v1). */

const PREFIX = 'whsec_'

/** The headers of one attempt. Without a secret it is unsigned. */
export function webhookHeaders(id: string, atMs: number, body: string, secret: string | null): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1000))
  const unsigned = { 'webhook-id': id, 'webhook-timestamp': timestamp }
  if (secret === null) return unsigned
  const { createHmac } = process.getBuiltinModule('node:crypto')
  const signature = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { ...unsigned, 'webhook-signature': `v1,${signature}` }
}

/** The specification's secrets are base64, with or without their prefix; any other text is the key itself. */
function keyOf(secret: string): Buffer {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret
  const key = Buffer.from(text, 'base64')
  return key.toString('base64') === text ? key : Buffer.from(secret, 'utf8')
}
