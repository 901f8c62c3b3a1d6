import type { Status } from '../guard/checks.ts'
import type { Health } from '../guard/health.ts'
import { refuses, type Finding } from '../verification/finding.ts'

/** PURE. What alerts compare: the status and what is wrong, without what Graph only did not answer. */

export type Standing = {
  readonly status: Status
  /** Codes with their subjects, sorted. */
  readonly wrong: readonly string[]
}

/** `null` as long as Graph has said nothing definite about the token: then there is nothing to compare. */
export function standingOf({ verdict, findings }: Pick<Health, 'verdict' | 'findings'>): Standing | null {
  if (verdict === 'unverified') return null
  const wrong = lasting(findings)
  const status = verdict === 'refused' || wrong.some(refuses) ? 'fail' : wrong.length > 0 ? 'warn' : 'pass'
  return { status, wrong: [...new Set(wrong.map(nameOf))].toSorted() }
}

/** What is wrong at a start that Graph refuses to answer: missing answers alone. */
export function refusedStanding({ findings }: Pick<Health, 'findings'>): Standing {
  return { status: 'fail', wrong: [...new Set(findings.map(nameOf))].toSorted() }
}

/** A missing answer may be a hiccup: it counts once the last definite answer has grown old. */
export function lasting(findings: readonly Finding[]): readonly Finding[] {
  const isStale = findings.some(({ code }) => code === 'graph.stale')
  return isStale ? findings : findings.filter(({ severity }) => severity !== 'unverified')
}

function nameOf({ code, subject }: Finding): string {
  return subject === null ? code : `${code} ${subject}`
}

const WELL: Standing = { status: 'pass', wrong: [] }

const REPEATED = ['account.blocked', 'phone.blocked']

/** Whether a reminder is due from time to time: nothing can be sent, or a person has to act at Meta. */
export function isRepeated({ status, wrong }: Standing): boolean {
  return status === 'fail' || wrong.some((name) => REPEATED.includes(name.split(' ')[0] ?? ''))
}

export type Difference = 'fails' | 'worse' | 'better'

/** How the second differs from the first; `null` where both say the same. Without a first one, all is as if it had been well. */
export function differenceBetween(before: Standing | null, after: Standing): Difference | null {
  const { status, wrong } = before ?? WELL
  const steps = rank(after.status) - rank(status)
  if (steps > 0) return after.status === 'fail' ? 'fails' : 'worse'
  if (steps < 0) return 'better'
  if (after.wrong.some((name) => !wrong.includes(name))) return 'worse'
  return after.wrong.length < wrong.length ? 'better' : null
}

function rank(status: Status): number {
  return ['pass', 'warn', 'fail'].indexOf(status)
}
