import type { Drift } from '../verification/drift.ts'
import type { Question } from '../verification/facts.ts'
import type { Finding } from '../verification/finding.ts'

/** What the guard reports while it works: its log events (docs/reference.md), as data. */
export type GuardEvent =
  /** Reported by the guard where it comes late, after an unverified start. */
  | { readonly type: 'boot.verified'; readonly findings: readonly Finding[] }
  | { readonly type: 'check.verified'; readonly checkId: string }
  /** The checks have slowed down: once, until they are at their pace again. */
  | {
      readonly type: 'check.delayed'
      readonly reason: 'throttled' | 'usage'
      /** Our wall clock. */
      readonly nextCheckAtMs: number
      readonly inMs: number
    }
  | {
      readonly type: 'check.unverified'
      readonly checkId: string
      readonly findings: readonly Finding[]
      /** What got no answer. */
      readonly questions: readonly Question[]
      readonly retryInMs: number | null
      /** It was a changed token that was asked about, not the one in service. */
      readonly candidate?: true
    }
  | {
      readonly type: 'check.refusal_suspected'
      readonly checkId: string
      readonly findings: readonly Finding[]
      readonly candidate?: true
    }
  | ({ readonly type: 'token.drift'; readonly checkId: string } & Drift)
  | { readonly type: 'token.refused'; readonly findings: readonly Finding[] }
  | { readonly type: 'token.recovered'; readonly findings: readonly Finding[] }
  | {
      readonly type: 'token.stale'
      readonly ageMs: number
      readonly staleAfterMs: number
      readonly severity: 'warn' | 'fail'
    }
  | { readonly type: 'token.fresh' }
  /** Another token has taken over. */
  | { readonly type: 'token.reloaded'; readonly findings: readonly Finding[]; readonly fingerprint: string }
  /** Another token was refused; the one in service stays. */
  | { readonly type: 'token.reload_refused'; readonly findings: readonly Finding[]; readonly fingerprint: string }
  | { readonly type: 'token.expires_soon'; readonly remainingMs: number; readonly thresholdMs: number }
