import { pino, stdTimeFunctions } from 'pino'
import type { LogLevel } from '../config/config.ts'
import type { Mask } from '../config/mask.ts'
import type { Output } from '../platform/output.ts'
import { logLine } from './events.ts'
import type { LogEvent } from './log-event.ts'

/** Tells an event: one JSON object a line, pretty on a terminal. */
export type Log = (event: LogEvent) => void

/** Everything that is logged passes `mask` as a whole line: the last place where a secret could slip through. */
export async function createLog(level: LogLevel, output: Output, mask: Mask): Promise<Log> {
  const pretty = output.isTerminal ? await prettyPrinter(output.hasColours) : (line: string) => line
  const logger = pino(
    { level, base: null, timestamp: stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    { write: (line: string) => output.write(pretty(mask(line))) },
  )
  return (event) => {
    const { level: eventLevel, fields, message } = logLine(event)
    logger[eventLevel](fields, message)
  }
}

/** Loaded on a terminal only: a service in a container never needs it. */
async function prettyPrinter(colorize: boolean): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty')
  const format = prettyFactory({
    colorize,
    translateTime: 'SYS:HH:MM:ss',
    hideObject: true,
    ignore: 'name',
  })
  return (line) => String(format(line))
}
