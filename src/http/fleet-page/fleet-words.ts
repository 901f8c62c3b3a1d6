import { isLate, type Counts } from '../../fleet/reading.ts'
import type { FleetStatus } from '../../fleet/row.ts'
import type { Headline } from '../page/words.ts'

/** PURE. A fleet in words. */

/** The worst first. */
export const FLEET_STATUSES = ['fail', 'warn', 'unknown', 'pass'] as const satisfies readonly FleetStatus[]

const NUMBERS = new Intl.NumberFormat('en')
export const numberText = (count: number): string => NUMBERS.format(count)

/** `1 token`, `2,000 tokens`. */
export function counted(count: number, what: string): string {
  return `${numberText(count)} ${what}${count === 1 ? '' : 's'}`
}

/** A span of seconds in one unit. */
export function secondsText(seconds: number): string {
  const units = [
    [86_400, 'days'],
    [3_600, 'hours'],
    [60, 'min'],
  ] as const
  const [size, unit] = units.find(([each]) => seconds >= 2 * each) ?? [1, 's']
  return `${numberText(Math.floor(seconds / size))} ${unit}`
}

export function totalOf({ tokens }: Pick<Counts, 'tokens'>): number {
  return Object.values(tokens).reduce((sum, each) => sum + each, 0)
}

/** What is the matter, in a few words and a sentence. */
export function fleetHeadline(counts: Counts, intervalMs: number): Headline {
  return { ...inFewWords(counts, intervalMs), sentence: fleetSentence(counts, intervalMs) }
}

function inFewWords(counts: Counts, intervalMs: number): Pick<Headline, 'tone' | 'word'> {
  const { tokens, incidents, pausedApps } = counts
  const total = totalOf(counts)
  const of = (count: number) => `${numberText(count)} of ${numberText(total)}`
  if (total === 0) return { tone: 'unknown', word: 'No tokens' }
  if (incidents.length > 0)
    return {
      tone: tokens.fail > 0 ? 'fail' : 'warn',
      word: incidents.length === 1 ? 'An incident' : `${numberText(incidents.length)} incidents`,
    }
  if (tokens.fail > 0) return { tone: 'fail', word: `${of(tokens.fail)} ${tokens.fail === 1 ? 'fails' : 'fail'}` }
  if (isLate(counts, intervalMs)) return { tone: 'warn', word: 'Checks are late' }
  if (tokens.warn > 0) return { tone: 'warn', word: `${of(tokens.warn)} ${tokens.warn === 1 ? 'warns' : 'warn'}` }
  if (pausedApps > 0) return { tone: 'warn', word: 'Throttled' }
  if (tokens.unknown > 0) return { tone: 'unknown', word: `${of(tokens.unknown)} not verified yet` }
  return { tone: 'pass', word: total === 1 ? 'The token passes' : `All ${numberText(total)} pass` }
}

/** How many are how: `12 fail, 85 warn, 9,903 pass`. */
function fleetSentence(counts: Counts, intervalMs: number): string {
  const { tokens, listedAtMs, pausedApps, lagSeconds } = counts
  if (totalOf(counts) === 0)
    return listedAtMs === null ? 'The list of tokens has not been read yet.' : 'The list of tokens is empty.'
  const parts = FLEET_STATUSES.flatMap((status) =>
    tokens[status] === 0 ? [] : [`${numberText(tokens[status])} ${IN_A_SENTENCE[status](tokens[status])}`],
  )
  return [
    `Of ${counted(totalOf(counts), 'token')}, ${parts.join(', ')}.`,
    ...(isLate(counts, intervalMs) ? [`Checks are ${secondsText(lagSeconds)} late.`] : []),
    ...(pausedApps > 0 ? [`Graph throttles ${counted(pausedApps, 'app')}.`] : []),
  ].join(' ')
}

const verb = (plural: string, singular: string) => (count: number) => (count === 1 ? singular : plural)

const IN_A_SENTENCE: Readonly<Record<FleetStatus, (count: number) => string>> = {
  fail: verb('fail', 'fails'),
  warn: verb('warn', 'warns'),
  unknown: verb('have no verdict yet', 'has no verdict yet'),
  pass: verb('pass', 'passes'),
}
