import { logLine } from '../report/events.ts'
import type { LogEvent } from '../report/log-event.ts'
import type { Logger } from './options.ts'
import { quietly } from '../platform/quietly.ts'

/** A log event as data: its type, its level, its sentence, and its own fields (docs/reference.md, Log events). */
export type TokenGuardEvent = {
  readonly type: LogEvent['type']
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'fatal'
  /** One sentence, without a secret. */
  readonly msg: string
  readonly [field: string]: unknown
}

/** Passes events to the logger and to the subscribers. What they throw is ignored. */
export function eventPublisher(logger: Logger | undefined) {
  const listeners = new Set<(event: TokenGuardEvent) => void>()
  return {
    subscribe: (listener: (event: TokenGuardEvent) => void) => {
      // Its own object: who subscribes twice hears twice.
      const own = (event: TokenGuardEvent) => listener(event)
      listeners.add(own)
      return () => void listeners.delete(own)
    },
    publish: (event: LogEvent) => {
      const { level, fields, message } = logLine(event)
      // A broken logger or listener must not stop the guard.
      quietly(() => logger?.[level === 'fatal' ? 'error' : level](fields, message))
      for (const listener of listeners)
        quietly(() => listener(Object.freeze({ ...fields, type: event.type, level, msg: message })))
    },
  }
}
