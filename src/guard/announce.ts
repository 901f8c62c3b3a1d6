import { reminderThresholdsMs, type Policy } from '../verification/policy.ts'
import type { GuardEvent } from './events.ts'
import type { Health, Verdict } from './health.ts'

/** Tells each transition once: of the verdict, of age, and of the time that is left. */
export type Announcer = {
  /** Compares with what was announced last. */
  readonly announce: (health: Health) => void
  /** Takes a verdict as announced: somebody else tells how a boot ended. */
  readonly assume: (verdict: Verdict) => void
}

export function createAnnouncer(policy: Policy, onEvent: (event: GuardEvent) => void): Announcer {
  let verdict: Verdict = 'unverified'
  let isStale = false
  let reminded: { readonly expiresAtMs: number | null; readonly thresholdMs: number | null } = NOT_REMINDED

  function announceVerdict(health: Health): void {
    const before = verdict
    if (health.verdict === before) return
    verdict = health.verdict
    const { findings } = health
    if (verdict === 'refused') onEvent({ type: 'token.refused', findings })
    if (verdict === 'verified') onEvent({ type: before === 'refused' ? 'token.recovered' : 'boot.verified', findings })
  }

  function announceAge(health: Health): void {
    if (health.isStale === isStale) return
    isStale = health.isStale
    const { staleAfterMs, staleStatus: severity } = policy
    onEvent(
      isStale ? { type: 'token.stale', ageMs: health.ageMs ?? 0, staleAfterMs, severity } : { type: 'token.fresh' },
    )
  }

  /** Each step once for each end; after a restart the current one once. */
  function announceReminder({ verdict: current, expiresAtMs, remainingMs }: Health): void {
    if (current !== 'verified' || remainingMs === null) return
    const thresholdMs = reminderThresholdsMs(policy.rotateBeforeMs).findLast((stepMs) => remainingMs < stepMs) ?? null
    if (thresholdMs === reminded.thresholdMs && expiresAtMs === reminded.expiresAtMs) return
    reminded = { expiresAtMs, thresholdMs }
    if (thresholdMs !== null) onEvent({ type: 'token.expires_soon', remainingMs, thresholdMs })
  }

  return {
    announce: (health) => {
      announceVerdict(health)
      announceAge(health)
      announceReminder(health)
    },
    assume: (known) => {
      verdict = known
    },
  }
}

const NOT_REMINDED = { expiresAtMs: null, thresholdMs: null }
