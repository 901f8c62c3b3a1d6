import type { Config } from '../../config/config.ts'
import type { Status } from '../../guard/checks.ts'
import type { Health } from '../../guard/health.ts'
import { sentence, type Overriding, type Release } from '../health.ts'
import type { Known } from '../operator.ts'
import type { Places } from './places.ts'

/** What the page shows, in words. */

export type View = 'public' | 'operator'

/** What the page shows of the configuration. */
export type PageConfig = Pick<Config, 'mode' | 'expiry' | 'rotateBeforeMs'>

export type Shown = {
  readonly known: Known
  readonly release: Release
  readonly overriding: Overriding
  readonly config: PageConfig
  readonly view: View
  /** Whether there is an operator's view at all. */
  readonly hasOperator: boolean
  readonly nowMs: number
  readonly places: Places
}

/** `unknown`: it is not known whether the token is good or bad. */
export type Tone = Status | 'unknown'

export const MARKS: Readonly<Record<Tone, string>> = { pass: '✓', warn: '!', fail: '✗', unknown: '?' }

export type Headline = { readonly tone: Tone; readonly word: string; readonly sentence: string }

const ALL_WELL = 'Graph accepts the token, and all is as it should be.'

export function headlineOf({ known: { health }, overriding, config }: Shown): Headline {
  if (overriding !== null)
    return { tone: 'unknown', word: config.mode === 'off' ? 'Off' : 'Stopping', sentence: overriding.output }
  return { ...inOneWord(health), sentence: sentence(health) ?? ALL_WELL }
}

function inOneWord({ status, verdict, isStale }: Health): Pick<Headline, 'tone' | 'word'> {
  if (verdict === 'unverified') return { tone: 'unknown', word: 'Unverified' }
  if (verdict === 'refused') return { tone: 'fail', word: 'Refused' }
  if (isStale) return { tone: status, word: 'Stale' }
  return status === 'pass' ? { tone: 'pass', word: 'Verified' } : { tone: status, word: 'Warning' }
}
