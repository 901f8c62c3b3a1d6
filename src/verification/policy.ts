import type { WebhookAddress } from './facts.ts'
import type { FailOnCode } from './fail-on.ts'

/** What is demanded of the token and its assets: the part of the configuration that judges. */
export type Policy = {
  /** Each entry is a list of alternatives of which one is enough. */
  readonly requiredScopes: readonly (readonly string[])[]
  readonly expiry: 'never' | 'rotate' | 'temporary'
  readonly rotateBeforeMs: number
  readonly appId: string | null
  readonly businessAccountId: string | null
  readonly phoneNumberIds: readonly string[]
  readonly staleAfterMs: number
  readonly staleStatus: 'warn' | 'fail'
  /** Warnings that count as refusals. */
  readonly failOn: readonly FailOnCode[]
  /** Where messages should go. */
  readonly webhook: WebhookAddress | null
  /** The app itself can be asked, with its secret. */
  readonly hasAppSecret: boolean
}

const DAY_MS = 86_400_000

/** Meta ends data access 90 days after the last consent; two weeks leave time for a human to renew it. */
export const DATA_ACCESS_WARNING_MS = 14 * DAY_MS

/** Above NTP's worst and below what breaks `appsecret_time` and human reading of logs. */
export const CLOCK_SKEW_MAX_MS = 60_000

/** The steps of the reminders, largest first: the configured one, and 7, 3 and 1 days where smaller. */
export function reminderThresholdsMs(rotateBeforeMs: number): readonly number[] {
  return [rotateBeforeMs, ...[7, 3, 1].map((days) => days * DAY_MS).filter((stepMs) => stepMs < rotateBeforeMs)]
}
