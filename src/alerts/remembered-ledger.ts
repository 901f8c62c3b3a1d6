import * as z from 'zod/mini'
import type { Instant } from '../guard/instant.ts'
import { QUIET_MS, type Ledger } from './policy.ts'

/** PURE. What was sent, as JSON: so that a restart does not send it again. Times are by the wall clock. */

const standing = z.object({ status: z.enum(['pass', 'warn', 'fail']), wrong: z.array(z.string()) })

export const ledgerSchema = z.object({
  said: z.nullable(standing),
  sentAtMs: z.nullable(z.int()),
  failedAtMs: z.nullable(z.int()),
  isOfBoot: z.boolean(),
  reminded: z.nullable(z.object({ expiresAtMs: z.int(), thresholdMs: z.int() })),
})

export type RememberedLedger = z.infer<typeof ledgerSchema>

export function toRememberedLedger({ said, sentAt, failedAt, isOfBoot, reminded }: Ledger): RememberedLedger {
  const at = (instant: Instant | null) => instant?.wallMs ?? null
  const kept = said === null ? null : { status: said.status, wrong: [...said.wrong] }
  return { said: kept, sentAtMs: at(sentAt), failedAtMs: at(failedAt), isOfBoot, reminded }
}

export function fromRememberedLedger(remembered: RememberedLedger, now: Instant): Ledger {
  const { said, sentAtMs, failedAtMs, isOfBoot, reminded } = remembered
  const [sentAt, failedAt] = [instantAt(sentAtMs, now), instantAt(failedAtMs, now)]
  return { said, sentAt, failedAt, isOfBoot, reminded, waiting: null }
}

/** A time ahead of our clock lengthens no wait: the clock was set back meanwhile. */
function instantAt(wallMs: number | null, now: Instant): Instant | null {
  if (wallMs === null) return null
  const passedMs = wallMs > now.wallMs ? QUIET_MS : now.wallMs - wallMs
  return { wallMs: now.wallMs - passedMs, monotonicMs: now.monotonicMs - passedMs }
}
