import { Hono } from 'hono'
import type { RequestLog } from './request-log.ts'
import { SCENARIO_NAMES } from './scenarios.ts'
import { WEBHOOK_BODIES } from './webhook-bodies.ts'
import { isOnThisMachine, sendWebhook } from './webhook-sender.ts'

export type Stage = {
  readonly scenario: () => string
  /** false for an unknown name */
  readonly play: (name: string) => boolean
}

/** What steers the sandbox. Not Graph's, never counted, and without CORS: no web page may play scenarios. */
export function controlRoutes(stage: Stage, log: RequestLog): Hono {
  const control = new Hono()

  control.all('/__sandbox', (c) => {
    if (c.req.method !== 'GET') return c.json({ error: 'method not allowed' }, 405, { allow: 'GET' })
    const { count, requests } = log
    return c.json({ scenario: stage.scenario(), scenarios: SCENARIO_NAMES, count: count(), requests: requests() })
  })

  control.all('/__sandbox/scenario/:name', (c) => {
    if (c.req.method !== 'PUT') return c.json({ error: 'method not allowed' }, 405, { allow: 'PUT' })
    if (stage.play(c.req.param('name'))) return c.json({ scenario: stage.scenario() })
    return c.json({ error: 'unknown scenario', scenarios: SCENARIO_NAMES }, 404)
  })

  control.all('/__sandbox/webhook/:name', async (c) => {
    if (c.req.method !== 'POST') return c.json({ error: 'method not allowed' }, 405, { allow: 'POST' })
    const name = c.req.param('name')
    const body = Object.hasOwn(WEBHOOK_BODIES, name) ? WEBHOOK_BODIES[name] : undefined
    if (body === undefined) return c.json({ error: 'unknown webhook', webhooks: Object.keys(WEBHOOK_BODIES) }, 404)
    const to = c.req.query('to')
    if (!isOnThisMachine(to)) return c.json({ error: 'give ?to=http://127.0.0.1:… (this machine alone)' }, 400)
    const sent = await sendWebhook(body, to, c.req.header('authorization'))
    return 'status' in sent ? c.json({ sent: name, status: sent.status }) : c.json({ error: sent.problem }, 502)
  })

  control.all('/__sandbox/*', (c) => c.json({ error: 'not found' }, 404))
  return control
}
