import type { Status } from '../../guard/checks.ts'
import { fieldNames, headlineOf, whoseOf, type Alert, type AlertFinding } from '../alert.ts'
import { clean, within } from './cutting.ts'

/** PURE. An alert in words, as every receiver for people shows it. Each lays it out and escapes it in its own way. */

export type ShownAlert = {
  readonly tone: Status
  /** `✗ WhatsApp token: fail` */
  readonly title: string
  /** What happened, in a sentence. */
  readonly headline: string
  readonly parts: readonly ShownPart[]
  /** What is wrong besides, where not all of it has room; else `null`. */
  readonly rest: string | null
  readonly instance: string
  readonly service: string
  /** `2026-11-25 12:30 UTC` */
  readonly time: string
}

/** One thing that is wrong. */
export type ShownPart = {
  /** `✗ token.revoked` */
  readonly title: string
  readonly summary: string
  readonly remedy: string
  /** `Guide, step 4. Cause: session_ended.` */
  readonly more: string
}

const MARKS = { pass: '✓', warn: '!', fail: '✗', unverified: '?' } as const

/** Longer texts than ours are cut: a receiver's own limit must not cost the text behind them. In UTF-16 units. */
const LONGEST = { name: 80, summary: 500, remedy: 1_000, more: 300, rest: 120 } as const
/** Where not even one part has room: these are below every receiver's limit, also where each sign has three bytes. */
const SHORT = { summary: 120, remedy: 200, more: 60 } as const

export function messageOf(alert: Alert): ShownAlert {
  const tone = alert.event === 'alert.test' ? 'pass' : alert.status
  const what = alert.event === 'alert.test' ? 'test' : alert.status
  const name = (text: string) => within(LONGEST.name, clean(text)) || 'unknown'
  return {
    tone,
    title: `${MARKS[tone]} WhatsApp token: ${what}`,
    headline: within(LONGEST.summary, clean(`${whoseOf(alert)}${headlineOf(alert)}${changesOf(alert)}`)),
    parts: merged(alert.findings).map(partOf),
    rest: null,
    instance: name(alert.instance),
    service: name(alert.service),
    time: clean(alert.at.replace(/^(.{10})T(\d\d:\d\d).*Z$/, '$1 $2 UTC')),
  }
}

/** Which fields of Graph's answers are others than before, where the headline does not say so. */
function changesOf({ event, drifts }: Alert): string {
  if (event === 'token.drift' || drifts.length === 0) return ''
  return ` Graph's answers have changed in: ${fieldNames(drifts)}.`
}

/** The same about several numbers is one part: which number it is about is not for this view. */
function merged(findings: readonly AlertFinding[]): readonly (readonly [AlertFinding, times: number])[] {
  const alike = new Map<string, [AlertFinding, times: number]>()
  for (const finding of findings) {
    const text = JSON.stringify(finding)
    const [first, times] = alike.get(text) ?? [finding, 0]
    alike.set(text, [first, times + 1])
  }
  return [...alike.values()]
}

function partOf([finding, times]: readonly [AlertFinding, times: number]): ShownPart {
  const { code, severity, summary, remedy, step, causes } = finding
  const names = causes.map(({ name }) => name).join(', ')
  const more = [step === null ? '' : `Guide, step ${step}.`, names === '' ? '' : `Cause: ${names}.`]
  return {
    title: `${MARKS[severity]} ${within(LONGEST.name, clean(code))}${times === 1 ? '' : ` (${times} times)`}`,
    summary: within(LONGEST.summary, clean(summary)),
    remedy: within(LONGEST.remedy, clean(remedy)),
    more: within(LONGEST.more, clean(more.join(' '))),
  }
}

/** As much of a message as fits: parts are left out from the end and named in `rest`. A single one that is too long is shortened. */
export function fitted(message: ShownAlert, fits: (message: ShownAlert) => boolean): ShownAlert {
  if (fits(message)) return message
  // The fewer parts, the shorter: the most that fit are found by halves.
  let [fitting, tooMany] = [0, message.parts.length]
  while (tooMany - fitting > 1) {
    const count = Math.floor((fitting + tooMany) / 2)
    if (fits(withParts(message, count))) fitting = count
    else tooMany = count
  }
  if (fitting > 0) return withParts(message, fitting)
  return { ...withParts(message, 1), parts: message.parts.slice(0, 1).map(shortened) }
}

function withParts(message: ShownAlert, count: number): ShownAlert {
  const left = message.parts.slice(count)
  const rest = left.length === 0 ? null : `And ${left.length} more: ${left.map(({ title }) => title).join(', ')}`
  return { ...message, parts: message.parts.slice(0, count), rest: rest === null ? null : within(LONGEST.rest, rest) }
}

function shortened({ title, summary, remedy, more }: ShownPart): ShownPart {
  return {
    title,
    summary: within(SHORT.summary, summary),
    remedy: within(SHORT.remedy, remedy),
    more: within(SHORT.more, more),
  }
}

/** `What to do: …`; nothing where there is no remedy. */
export const TO_DO = 'What to do:'

/** A message as lines of text, for receivers that show nothing else. Each text goes through `write`. */
export function linesOf(message: ShownAlert, write: (text: string) => string = (text) => text): string {
  const { title, headline, parts, rest, instance, service, time } = message
  const blocks = [
    [title, headline],
    ...parts.map((part) => [part.title, part.summary, part.remedy === '' ? '' : `${TO_DO} ${part.remedy}`, part.more]),
    ...(rest === null ? [] : [[rest]]),
    [`Instance ${instance}, ${service}, ${time}`],
  ]
  return blocks
    .map((lines) =>
      lines
        .filter((line) => line !== '')
        .map(write)
        .join('\n'),
    )
    .join('\n\n')
}
