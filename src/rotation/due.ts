import type { Policy } from '../verification/policy.ts'

/** PURE. When a token is to get its successor. */

const SECOND_MS = 1_000
const DAY_MS = 86_400_000
/** Before the first reminder, with two tries to spare for a timer that runs once a day. */
const BEFORE_REMINDERS_MS = 2 * DAY_MS

export type Due =
  | { readonly isDue: true }
  /** `dueAtMs`: a whole second of our wall clock; `null` where no end is known. */
  | { readonly isDue: false; readonly dueAtMs: number | null; readonly remainingMs: number | null }

/** How much time is left when it is due. */
export function dueBeforeMs({ rotateBeforeMs }: Pick<Policy, 'rotateBeforeMs'>, givenMs: number | null): number {
  return givenMs ?? rotateBeforeMs + BEFORE_REMINDERS_MS
}

/** `remainingMs`: by Graph's clock, as the end itself is judged; `null` where no end is known. */
export function dueOf(remainingMs: number | null, beforeMs: number, nowMs: number): Due {
  if (remainingMs === null) return { isDue: false, dueAtMs: null, remainingMs }
  if (remainingMs < beforeMs) return { isDue: true }
  const dueAtMs = nowMs + remainingMs - beforeMs
  return { isDue: false, dueAtMs: Math.ceil(dueAtMs / SECOND_MS) * SECOND_MS, remainingMs }
}
