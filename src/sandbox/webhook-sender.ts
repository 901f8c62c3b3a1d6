import { createHmac } from 'node:crypto'
import { APP_SECRET } from './tokens.ts'

/** Sends a webhook as Meta does, and to this machine alone. */

const TIMEOUT_MS = 5_000
const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost']

export type Sent = { readonly status: number } | { readonly problem: string }

/** Whether a webhook may go there: plain http on this machine. */
export function isOnThisMachine(to: string | undefined): to is string {
  if (to === undefined || !URL.canParse(to)) return false
  const { protocol, hostname } = new URL(to)
  return protocol === 'http:' && LOOPBACK.includes(hostname)
}

/** Signed with the sandbox's app secret. `authorization` is for a receiver that wants one. */
export async function sendWebhook(body: object, to: string, authorization: string | undefined): Promise<Sent> {
  const text = JSON.stringify(body)
  const signature = createHmac('sha256', APP_SECRET).update(text).digest('hex')
  const headers = {
    'content-type': 'application/json',
    'x-hub-signature-256': `sha256=${signature}`,
    ...(authorization !== undefined && { authorization }),
  }
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const { status } = await fetch(to, { method: 'POST', headers, body: text, redirect: 'manual', signal })
    return { status }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
