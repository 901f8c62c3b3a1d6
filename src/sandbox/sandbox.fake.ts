import { createHmac } from 'node:crypto'
import { createSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts'

export const START_MS = Date.UTC(2026, 10, 20, 12, 0, 0)

export type Answer = { status: number; headers: Headers; text: string; body: any }

/** A sandbox with a clock to set, and short ways to ask it. */
export function stage(options: SandboxOptions = {}) {
  const clock = { ms: START_MS }
  const sandbox = createSandbox({ now: () => clock.ms, ...options })
  const { token, appId, appSecret } = sandbox
  const appToken = `${appId}|${appSecret}`

  const ask = async (path: string, bearer: string | null = token, init: RequestInit = {}): Promise<Answer> => {
    const headers = new Headers(init.headers)
    if (bearer !== null) headers.set('authorization', `Bearer ${bearer}`)
    const response = await sandbox.fetch(new Request(`http://sandbox${path}`, { ...init, headers }))
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: parsed(text) }
  }
  const inspect = (bearer: string | null = appToken, input = token) =>
    ask(`/v23.0/debug_token?input_token=${encodeURIComponent(input)}`, bearer)
  const send = (bearer = token, message: object = TEXT) =>
    ask(`/v23.0/${sandbox.phoneNumberId}/messages`, bearer, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
    })
  return { sandbox, clock, appToken, ask, inspect, send }
}

export const TEXT = { messaging_product: 'whatsapp', to: '+16505551234', type: 'text', text: { body: 'hello' } }

export const proofOf = (token: string, { appSecret }: Sandbox) =>
  createHmac('sha256', appSecret).update(token).digest('hex')

function parsed(text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
