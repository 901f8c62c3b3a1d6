import { Hono } from 'hono'
import type { RequestLog } from './request-log.ts'
import { SCENARIO_NAMES } from './scenarios.ts'
import { issueToken, type IssuedTokens } from './tokens.ts'
import { WEBHOOK_BODIES } from './webhook-bodies.ts'
import { isOnThisMachine, sendWebhook } from './webhook-sender.ts'

export type Stage = {
  readonly tokens: IssuedTokens
  readonly now: () => number
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

  control.all('/__sandbox/tokens', (c) => {
    if (c.req.method !== 'POST') return c.json({ error: 'method not allowed' }, 405, { allow: 'POST' })
    const count = countIn(c.req.query('count'))
    return count === null ? c.json({ error: COUNT_EXPECTED }, 400) : c.json({ tokens: issueMany(stage, count) })
  })

  control.all('/__sandbox/revoke', (c) => {
    if (c.req.method !== 'POST') return c.json({ error: 'method not allowed' }, 405, { allow: 'POST' })
    const count = countIn(c.req.query('count'))
    return count === null ? c.json({ error: COUNT_EXPECTED }, 400) : c.json({ revoked: revokeSome(stage, count) })
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

const COUNT_MAX = 100_000
const COUNT_EXPECTED = `give ?count= from 1 to ${COUNT_MAX}`

function countIn(text = '1'): number | null {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0
  return count >= 1 && count <= COUNT_MAX ? count : null
}

/** Tokens of the same system user, which never expire and have every permission. */
function issueMany({ tokens, now }: Stage, count: number): readonly string[] {
  const own = { type: 'SYSTEM_USER', expiresAtMs: null } as const
  return Array.from({ length: count }, () =>
    issueToken(tokens, { issuedAtMs: now(), scopes: null, own, isRevoked: false }),
  )
}

/** The oldest of those that were issued and are alive. */
function revokeSome({ tokens }: Stage, count: number): number {
  const alive = [...tokens].filter(([, { own, isRevoked }]) => own !== null && !isRevoked).slice(0, count)
  for (const [text, token] of alive) tokens.set(text, { ...token, isRevoked: true })
  return alive.length
}
