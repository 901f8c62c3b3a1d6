import { Hono } from 'hono'
import type { RequestLog } from './request-log.ts'
import { SCENARIO_NAMES } from './scenarios.ts'

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

  control.all('/__sandbox/*', (c) => c.json({ error: 'not found' }, 404))
  return control
}
