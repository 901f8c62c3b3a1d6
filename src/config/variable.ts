import * as value from './values.ts'

/** One row: everything that reading, `--help`, `.env.example` and `docs/reference.md` need to know of a variable. */
export type Variable = {
  /** Whether `NAME_FILE` is known too. */
  readonly file: boolean
  /** A secret's value is never shown, not even a wrong one. */
  readonly secret: boolean
  /** As it would be written in `.env`; `null` where there is none. */
  readonly default: string | null
  /** The default in words, where it depends on other things. */
  readonly shownDefault?: string
  /** What it is for, for `--help`, `.env.example` and the reference. */
  readonly meaning: string
  /** What else to know, for `.env.example` and the reference. */
  readonly more?: string
  /** What a fault names as expected. */
  readonly expected: string
  readonly read: value.Reader<unknown>
}

export const PLAIN = { file: false, secret: false, default: null } as const
export const SECRET = { file: true, secret: true, default: null } as const

const durationLike = (example: string) =>
  `a duration with its unit, such as ${example} (500ms, 5s, 5m, 1h, 14d; at most 24d)`
export const DAYS_LONG = durationLike('14d')
export const MINUTES_LONG = durationLike('5m')
export const SECONDS_LONG = durationLike('5s')

/** Words to choose from, and what a fault names as expected. */
export function oneOf<const Word extends string>(...words: readonly Word[]) {
  return { read: value.wordOf(words), expected: value.alternatives(words) }
}
