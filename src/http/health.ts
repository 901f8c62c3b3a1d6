import type { CheckEntry, Status } from '../guard/checks.ts'
import type { Health } from '../guard/health.ts'
import type { Finding } from '../verification/finding.ts'
import { healthJson, type HttpAnswer } from './answer.ts'

/** The health body: draft-inadarei-api-health-check, public view. No identifier, and no words of Graph's. */

export type Release = { readonly serviceId: string; readonly releaseId: string }

/** What is said in addition to the guard's own state: `stopping`, or that nothing is verified at all. */
export type Overriding = { readonly output: string } | null

export function healthAnswer(health: Health, release: Release, overriding: Overriding): HttpAnswer {
  const body = healthBody(health, release, overriding, (entry) => checkBody(entry))
  return healthJson(httpStatusOf(health, overriding), body)
}

export function httpStatusOf({ status }: Health, overriding: Overriding): 200 | 503 {
  return status === 'fail' || overriding !== null ? 503 : 200
}

/** The body of either view: `checkOf` writes one entry. */
export function healthBody(
  health: Health,
  release: Release,
  overriding: Overriding,
  checkOf: (entry: CheckEntry, key: string) => object,
): object {
  const status: Status = overriding === null ? health.status : 'fail'
  const output = overriding?.output ?? sentence(health)
  return {
    status,
    ...release,
    ...(output === null ? {} : { output }),
    ...(health.notes.length === 0 ? {} : { notes: health.notes.map(({ text }) => text) }),
    checks: Object.fromEntries(
      [...health.checks].map(([key, entries]) => [
        key,
        entries.map((entry) => ({ ...checkOf(entry, key), ...(key === 'graph:reachability' ? planBody(health) : {}) })),
      ]),
    ),
  }
}

/** One sentence for all; `null` when there is nothing to say. */
export function sentence({ status, verdict, findings }: Health): string | null {
  if (status === 'pass') return null
  const [first, ...others] = findings
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  if (verdict === 'unverified')
    return `The token has not been verified yet: ${first?.summary ?? 'Graph has not been asked.'}${more}`
  return first === undefined ? 'Some checks have no answer yet.' : `${first.summary}${more}`
}

export function checkBody({ status, atMs, finding, note }: CheckEntry): object {
  return {
    status,
    ...(atMs === null ? {} : { time: new Date(atMs).toISOString() }),
    ...(finding === null ? {} : { code: finding.code, output: advice(finding) }),
    ...(finding === null && note !== null ? { output: note } : {}),
  }
}

/** When Graph is asked next, and why so late. */
function planBody({ plan }: Health): object {
  if (plan === null) return {}
  const { nextCheckAtMs, reason } = plan
  return {
    nextCheck: new Date(nextCheckAtMs).toISOString(),
    ...(reason === null ? {} : { nextCheckDelayedBy: reason }),
  }
}

export function advice({ summary, remedy, step }: Finding): string {
  return `${summary} ${remedy}${step === null ? '' : ` (Guide: step ${step}.)`}`
}
