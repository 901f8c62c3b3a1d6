import { inFleet } from '../../fleet/advice.ts'
import type { Database } from '../../fleet/database.ts'
import { oneToken } from '../../fleet/reading.ts'
import { fleetNow } from '../../fleet/worst-first.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Policy } from '../../verification/policy.ts'
import type { HttpAnswer } from '../answer.ts'
import type { Release } from '../health.ts'
import { listQueryFrom } from './addresses.ts'
import { fleetPageAnswer } from './fleet-page.tsx'
import { noTokenAnswer, tokenPageAnswer } from './token-page.tsx'

/** What the two pages of a fleet need, and what they answer. */

export type FleetPagesDeps = {
  readonly database: Database
  readonly policy: Policy
  readonly intervalMs: number
  readonly release: Release
  readonly clock: Clock
}

const SIZES = { list: 100, changes: 5 }

export async function fleetPage(
  { database, intervalMs, release }: FleetPagesDeps,
  parameter: (name: string) => string | undefined,
): Promise<HttpAnswer> {
  const query = listQueryFrom(parameter)
  const shown = await fleetNow(database, intervalMs, { ...query, sizes: SIZES })
  return worded(fleetPageAnswer({ ...shown, search: query.search, intervalMs, release }))
}

export async function tokenPage(deps: FleetPagesDeps, id: string): Promise<HttpAnswer> {
  const one = await oneToken(deps.database, id, deps.policy, deps.clock)
  return one === null ? noTokenAnswer(id) : worded(tokenPageAnswer(one, deps))
}

function worded(answer: HttpAnswer): HttpAnswer {
  return { ...answer, body: inFleet(answer.body) }
}
