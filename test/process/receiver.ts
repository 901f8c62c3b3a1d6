import { EventEmitter, once } from 'node:events'
import { Webhook } from 'standardwebhooks'

/** What a receiver of alerts got: verified by the Standard Webhooks library before it is kept. */
export type Received = {
  readonly id: string
  readonly body: Readonly<Record<string, any>>
  readonly text: string
}

export const SIGNING_SECRET = `whsec_${Buffer.from('a-key-of-the-tests-alone-0123456').toString('base64')}`

/** A receiver on a real socket. `answer` decides what it says to its n-th request, from 1 on. */
export function startReceiver(
  answer: (nth: number) => Response | Promise<Response> = () => new Response(null, { status: 204 }),
) {
  const received: Received[] = []
  const arrivals = new EventEmitter()
  const webhook = new Webhook(SIGNING_SECRET)
  let requests = 0
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      const text = await request.text()
      const body = webhook.verify(text, Object.fromEntries(request.headers)) as Received['body']
      requests += 1
      received.push({ id: request.headers.get('webhook-id') ?? '', body, text })
      arrivals.emit('one')
      return answer(requests)
    },
    // A wrong signature: the test sees that nothing was kept.
    error: () => new Response(null, { status: 401 }),
  })
  /** A part of the path is a secret, as Slack's are. */
  const secretPath = 'T0000SECRETPATH0000'
  return {
    env: {
      TOKEN_GUARD_ALERT_URL: new URL(`/hooks/${secretPath}`, server.url).href,
      TOKEN_GUARD_ALERT_SECRET: SIGNING_SECRET,
    },
    secrets: [secretPath, SIGNING_SECRET],
    received,
    until: async (count: number) => {
      while (received.length < count) await once(arrivals, 'one')
      return received
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  }
}
