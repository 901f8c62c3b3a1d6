import { exitCodeOf } from '../assembly/endings.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import type { BootEnding } from '../guard/boot.ts'
import { isAskerRefused } from '../verification/codes.ts'
import { causeFields } from '../verification/causes.ts'
import type { Finding } from '../verification/finding.ts'

/** `yours`: only a person can confirm it. `skipped`: not known, or not needed here; `detail` says why. */
export type ItemStatus = 'ok' | 'failed' | 'warned' | 'yours' | 'skipped'

export type Item = {
  readonly id: string
  readonly group: 'guide' | 'checklist' | 'connection'
  /** The setup guide's, 1–6. */
  readonly step: number | null
  readonly status: ItemStatus
  readonly title: string
  readonly detail: string
  /** What to do; where it is not `ok`, and no other item says it. */
  readonly remedy: string | null
}

export type Head = Pick<Item, 'id' | 'group' | 'step' | 'title'>

/** How the verification ended; `off` and `misconfigured` where Graph was not asked. */
export type Ending = BootEnding | 'off' | 'misconfigured'

export function item(head: Head, status: ItemStatus, detail: string, remedy: string | null = null): Item {
  return { ...head, status, detail, remedy }
}

/** Nothing is verified of what is not configured. */
export function notSet(head: Head, variable: string): Item {
  return item(head, 'yours', `${variable} is not set: not verified`, `Set ${variable}, so that it is.`)
}

/** One item for each finding, or the other one where there is none. */
export function fromFindings(head: Head, findings: readonly Finding[], otherwise: () => Item): readonly Item[] {
  if (findings.length === 0) return [otherwise()]
  return findings.map((finding) => {
    const { code, summary, observed, causes, severity } = finding
    const isFailed = severity === 'fail' || isAskerRefused(code) || severity === 'unverified'
    const text = summary.includes(observed) ? summary : `${summary} Graph said: ${observed.replace(/\.$/, '')}.`
    const remedies = new Set(causeFields(causes).map(({ remedy }) => remedy))
    return item(head, isFailed ? 'failed' : 'warned', `${code}: ${text}`, [...remedies].join(' Also: '))
  })
}

/** The token's own code where it is refused or unverified, else 1 where another item failed. */
export function exitCodeOfItems(ending: Ending, items: readonly Item[]): ExitCode {
  if (ending === 'misconfigured') return EXIT.config
  if (ending === 'off' || ending === 'stopped') return EXIT.temporary
  if (ending !== 'verified') return exitCodeOf(ending)
  return items.some(({ status }) => status === 'failed') ? EXIT.unwell : EXIT.ok
}
