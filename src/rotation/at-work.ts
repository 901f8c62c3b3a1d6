import { SILENT_MS, type HeldByAnother } from '../platform/lock-file.ts'
import { TargetError } from './attempt.ts'
import type { Hindrance } from './obstacles.ts'

/** Another run works on the file. */
export class AtWork extends TargetError {
  constructor(held: HeldByAnother, path: string) {
    super(atWork(held, path))
  }
}

/** PURE. Who works on the file, and what to do about it. */
function atWork({ holder, life, path: lock }: HeldByAnother, path: string): Hindrance {
  const who =
    holder === null
      ? `the lock ${lock} does not say which`
      : `process ${holder.pid} on ${clean(holder.host)}, since ${clean(holder.since)}`
  return {
    what: `Another run works on ${path}: ${who}.`,
    next: WHAT_TO_DO[life],
  }
}

const WHAT_TO_DO: Readonly<Record<HeldByAnother['life'], string>> = {
  alive: 'Wait for its end.',
  dead: 'It has ended: begin again.',
  unknown: `Whether it lives cannot be seen from here (another container, host or user, or a system without /proc). If it was killed, a run that begins ${SILENT_MS / 60_000} minutes after its last sign of life takes its place.`,
}

/** The lock's text may be anybody's. */
function clean(text: string): string {
  return text.replaceAll(/[^\w.:+-]/g, '?').slice(0, 64)
}
