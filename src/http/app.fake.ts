import type { Health } from '../guard/health.ts'
import type { Past } from '../guard/history.ts'
import { fakeClock } from '../platform/clock.fake.ts'
import type { Peer } from '../platform/listening.ts'
import { ALL_WELL, healthOf, stateOf, type Heard } from '../report/health.fake.ts'
import { DAY_MS } from '../verification/verification.fake.ts'
import type { AppDeps } from './answering.ts'
import { createApp } from './app.ts'
import { createMetrics } from './metrics.ts'
import type { Known } from './operator.ts'

export const RELEASE = { serviceId: 'whatsapp-token-guard', releaseId: '1.2.3' }

export const FINGERPRINT = '0123456789ab'

export const CONFIG = { mode: 'enforce', expiry: 'never', rotateBeforeMs: 14 * DAY_MS } as const

export type Ask = (path: string, init?: RequestInit) => Promise<Response>

export type Changes = Partial<AppDeps> & {
  readonly health?: () => Health
  readonly past?: Past
  readonly peer?: Partial<Peer>
}

/** The state and the health after these answers. */
export function knownOf(heard: Heard, past: Past = { drifts: [], statuses: [] }): Known {
  return { health: healthOf(heard), state: stateOf(heard), fingerprint: FINGERPRINT, past }
}

/** A good state, with the changes of the test. */
export function appDeps({ health, past, ...changes }: Changes = {}): AppDeps {
  const well = knownOf({ answers: ALL_WELL }, past)
  return {
    known: () => (health === undefined ? well : { ...well, health: health() }),
    release: RELEASE,
    readiness: 'process',
    hasBooted: () => true,
    isStopping: () => false,
    overriding: null,
    operatorToken: () => null,
    check: async () => {},
    report: () => {},
    metrics: createMetrics({ version: RELEASE.releaseId, runtime: 'bun 1.2.3' }),
    config: CONFIG,
    clock: fakeClock(),
    ...changes,
  }
}

/** The app over a good state, with the changes of the test. */
export function askOf(changes: Changes = {}): Ask {
  const app = createApp(appDeps(changes))
  return async (path, init) => app.fetch(new Request(`http://localhost:3000${path}`, init), changes.peer ?? {})
}

type Entry = { readonly status: string; readonly time?: string; readonly code?: string; readonly output?: string }

/** What every health body holds. */
export type Body = {
  readonly status: string
  readonly serviceId: string
  readonly releaseId: string
  readonly output?: string
  readonly checks: Readonly<Record<string, readonly Entry[]>>
}

export async function bodyOf(ask: Ask, path = '/health/token'): Promise<Body> {
  return (await (await ask(path)).json()) as Body
}
