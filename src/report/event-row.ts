import type { Level, LogEvent } from './log-event.ts'

/** One log event: its level, its sentence and its fields. */
export type EventRow<E> = {
  readonly level: Level | ((event: E) => Level)
  readonly say: (event: E) => string
  readonly fields?: (event: E) => Readonly<Record<string, unknown>>
}

export type EventRows = { readonly [Type in LogEvent['type']]: EventRow<Extract<LogEvent, { type: Type }>> }

/** What docs/reference.md says of one. */
export type EventMeaning = {
  readonly when: string
  /** With the condition, where there is more than one. */
  readonly level: string
  readonly fields: Readonly<Record<string, string>>
}
