/** PURE. Whether a worker is blind: most of its checks get no answer, for two minutes. */

/** The checks of one minute. */
export type Minute = { readonly minute: number; readonly silent: number; readonly answered: number }

const MINUTE_MS = 60_000
/** Fewer checks say nothing of Graph. */
const CHECKS_MIN = 5

/** The last minutes with one more check. */
export function withCheck(minutes: readonly Minute[], isSilent: boolean, nowMs: number): readonly Minute[] {
  const minute = Math.floor(nowMs / MINUTE_MS)
  const recent = minutes.filter((each) => each.minute >= minute - 2)
  const current = recent.find((each) => each.minute === minute) ?? { minute, silent: 0, answered: 0 }
  const counted = isSilent ? { ...current, silent: current.silent + 1 } : { ...current, answered: current.answered + 1 }
  return [...recent.filter((each) => each.minute !== minute), counted]
}

/** How many checks got no answer in the last two whole minutes, where that is half of them and more in each; else `null`. */
export function blindness(minutes: readonly Minute[], nowMs: number): number | null {
  const minute = Math.floor(nowMs / MINUTE_MS)
  const last = [minute - 2, minute - 1].flatMap((wanted) => minutes.find((each) => each.minute === wanted) ?? [])
  const isBad = ({ silent, answered }: Minute) => silent + answered >= CHECKS_MIN && silent >= answered
  return last.length === 2 && last.every(isBad) ? last.reduce((sum, { silent }) => sum + silent, 0) : null
}
