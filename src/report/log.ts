import { LOG_LEVELS, type LogLevel } from '../config/config.ts'
import type Pino from 'pino'
import type { Logger } from 'pino'
import type { Mask } from '../config/mask.ts'
import type { Output } from '../platform/output.ts'
import { logLine } from './events.ts'
import type { LogEvent } from './log-event.ts'

/** Logs an event: one JSON object a line, pretty on a terminal. */
export type Log = (event: LogEvent) => void

/** Everything that is logged passes `mask` as a whole line: the last place where a secret could slip through. */
export async function createLog(level: LogLevel, output: Output, mask: Mask): Promise<Log> {
  const pretty = output.isTerminal ? await prettyPrinter(output.hasColours) : (line: string) => line
  const isLogged = (other: LogLevel) => LOG_LEVELS.indexOf(other) >= LOG_LEVELS.indexOf(level)
  let logger: Logger | undefined
  return (event) => {
    const { level: eventLevel, fields, message } = logLine(event)
    if (!isLogged(eventLevel)) return
    logger ??= createLogger(level, (line) => output.write(pretty(mask(line))))
    logger[eventLevel](fields, message)
  }
}

/** Loaded with the first line that is logged, by `require`, which waits until then: a good start logs little. */
function createLogger(level: LogLevel, write: (line: string) => void): Logger {
  const { pino, stdTimeFunctions } = require('pino') as typeof Pino
  const formatters = { level: (label: string) => ({ level: label }) }
  return pino({ level, base: null, timestamp: stdTimeFunctions.isoTime, formatters }, { write })
}

/** Loaded on a terminal only: a service in a container never needs it. */
async function prettyPrinter(colorize: boolean): Promise<(line: string) => string> {
  const { prettyFactory } = (await import('pino-pretty')).default
  const format = prettyFactory({
    colorize,
    translateTime: 'SYS:HH:MM:ss',
    hideObject: true,
    ignore: 'name',
  })
  return (line) => String(format(line))
}
