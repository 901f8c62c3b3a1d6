import { ALL_WELL, healthOf } from '../report/health.fake.ts'
import { createApp, type AppDeps } from './app.ts'

export const RELEASE = { serviceId: 'whatsapp-token-guard', releaseId: '1.2.3' }

export type Ask = (path: string, init?: RequestInit) => Promise<Response>

/** The app over a state in which all is well, but for what a test says. */
export function askOf(changes: Partial<AppDeps> = {}): Ask {
  const healthy = healthOf({ answers: ALL_WELL })
  const app = createApp({
    health: () => healthy,
    release: RELEASE,
    readiness: 'process',
    hasBooted: () => true,
    isStopping: () => false,
    overriding: null,
    ...changes,
  })
  return async (path, init) => app.fetch(new Request(`http://localhost:3000${path}`, init))
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
