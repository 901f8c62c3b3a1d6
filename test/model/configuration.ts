import { createHash } from 'node:crypto'
import { configOf } from '../../src/config/config.fake.ts'
import type { Config } from '../../src/config/config.ts'
import type { GuardedToken } from '../../src/guard/knowledge.ts'
import type { Guard } from '../../src/guard/guard.ts'
import { createApp } from '../../src/http/app.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import type { Clock } from '../../src/platform/clock.ts'
import type { ScriptedGraph } from './graph.ts'
import type { Demands } from './judge.ts'
import { ACCOUNT, APP, PHONE } from './http-answers.ts'
import { DAY_MS } from './times.ts'

/** The token with this number; each number gives another one. */
export function tokenText(number: number): string {
  return `EAAG${createHash('sha256').update(String(number)).digest('hex')}`
}

export function configFor({ expiry, staleStatus, ids }: Demands): Config {
  const assets = { WHATSAPP_BUSINESS_ACCOUNT_ID: ACCOUNT, WHATSAPP_PHONE_NUMBER_ID: PHONE }
  const config = configOf({
    WHATSAPP_TOKEN: tokenText(0),
    ...(ids === 'both' ? assets : {}),
    META_APP_ID: APP,
    META_APP_SECRET: '0123456789abcdef0123456789abcdef',
    TOKEN_GUARD_EXPIRY: expiry,
    TOKEN_GUARD_STALE_STATUS: staleStatus,
  })
  // Requests time out by the clock of the test: the runtime's own timer must not fire first.
  return { ...config, checkTimeoutMs: DAY_MS }
}

/** The routes that probes ask. */
export function routesOf(guard: Guard, clock: Clock) {
  return createApp({
    known: () => ({ health: guard.health(), state: guard.state, fingerprint: null, past: guard.past }),
    release: { serviceId: 'guard', releaseId: '1' },
    readiness: 'token',
    hasBooted: () => true,
    isStopping: () => false,
    overriding: null,
    operatorToken: () => null,
    check: () => guard.check(),
    report: () => {},
    metrics: createMetrics({ version: '1', runtime: 'bun' }),
    config: { mode: 'enforce', expiry: 'never', rotateBeforeMs: 14 * DAY_MS },
    clock,
  })
}

/** The app's requests do not name the token they are made for: Graph learns it here, before the request leaves. */
export function onBehalf(graph: ScriptedGraph, token: string, guarded: GuardedToken): GuardedToken {
  const ask: GuardedToken['ask'] = (question, signal) => {
    graph.onBehalfOf = token
    const asked = guarded.ask(question, signal)
    graph.onBehalfOf = tokenText(0)
    return asked
  }
  return { ...guarded, ask }
}
