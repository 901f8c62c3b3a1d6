import * as z from 'zod/mini'
import { questionOf } from '../verification/facts.ts'
import { factsSchema } from '../verification/facts-schema.ts'
import type { Instant } from './instant.ts'
import { isSlot, NOTHING_KNOWN, type Answer, type Slot, type State } from './state.ts'

/**
 * PURE. Graph's answers as JSON, for a file, another guard or a database. Times are by the wall clock: the other clock
 * means nothing elsewhere. Silences are not kept: what was not answered is asked again.
 */

const VERSION = 1

const answer = z.object({ facts: factsSchema, askedAtMs: z.int(), atMs: z.int(), clockOffsetMs: z.number() })
export const rememberedSchema = z.object({
  version: z.literal(VERSION),
  answers: z.array(answer),
  shown: z.array(z.object({ slot: z.custom<Slot>(isSlot), answer })),
  reads: z.nullable(z.object({ before: z.nullable(answer), calmRounds: z.int() })),
  lastAttemptAtMs: z.nullable(z.int()),
})

export type Remembered = z.infer<typeof rememberedSchema>
type RememberedAnswer = Remembered['answers'][number]

export function toRemembered({ answers, shown, reads, lastAttempt }: State): Remembered {
  return {
    version: VERSION,
    answers: [...answers.values()].map(toAnswer),
    shown: [...shown].map(([slot, each]) => ({ slot, answer: toAnswer(each) })),
    reads: reads === null ? null : { ...reads, before: reads.before === null ? null : toAnswer(reads.before) },
    lastAttemptAtMs: lastAttempt?.wallMs ?? null,
  }
}

/** `null` for what is no state of this version. Anything is taken, and nothing is thrown. */
export function fromRemembered(json: unknown, now: Instant): State | null {
  const parsed = rememberedSchema.safeParse(json)
  if (!parsed.success) return null
  const { answers, shown, reads, lastAttemptAtMs } = parsed.data
  // What is shown is mostly what was answered last, and stays the same object.
  const known = new Map(answers.map((each) => [JSON.stringify(each), fromAnswer(each, now)]))
  const same = (each: RememberedAnswer) => known.get(JSON.stringify(each)) ?? fromAnswer(each, now)
  return {
    ...NOTHING_KNOWN,
    answers: new Map([...known.values()].map((each) => [questionOf(each.facts), each])),
    shown: new Map(shown.map(({ slot, answer: each }) => [slot, same(each)])),
    reads: reads === null ? null : { ...reads, before: reads.before === null ? null : fromAnswer(reads.before, now) },
    lastAttempt: lastAttemptAtMs === null ? null : instantAt(lastAttemptAtMs, now),
  }
}

function toAnswer({ facts, askedAt, at, clockOffsetMs }: Answer): RememberedAnswer {
  return { facts, askedAtMs: askedAt.wallMs, atMs: at.wallMs, clockOffsetMs }
}

function fromAnswer({ facts, askedAtMs, atMs, clockOffsetMs }: RememberedAnswer, now: Instant): Answer {
  return { facts, askedAt: instantAt(askedAtMs, now), at: instantAt(atMs, now), clockOffsetMs }
}

/** A time ahead of our clock is no time that has passed: it counts as now. */
function instantAt(wallMs: number, now: Instant): Instant {
  const passedMs = Math.max(0, now.wallMs - wallMs)
  return { wallMs: now.wallMs - passedMs, monotonicMs: now.monotonicMs - passedMs }
}
