import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { median } from '../measure.ts'
import { machineText } from '../report.ts'

/** Results as Markdown: a section for each drill, which its next run replaces. */

export type Figure = {
  readonly what: string
  readonly unit: string
  readonly value: number
  readonly atMost?: number
  readonly atLeast?: number
  readonly digits?: number
}

export type Drill = {
  readonly about: string
  readonly rounds: number
  readonly run: () => Promise<readonly Figure[]>
}

export function sectionText(
  name: string,
  { about }: Drill,
  rounds: readonly (readonly Figure[])[],
  load: string,
): string {
  const [first = []] = rounds
  const rows = first.map((figure, at) =>
    rowOf(
      figure,
      rounds.flatMap((round) => round[at] ?? []),
    ),
  )
  const head = ['| | goal | measured | each run | reached |', '| --- | ---: | ---: | ---: | ---: |']
  return `## ${name}\n\n${about}\n\n${load}\n\n${[...head, ...rows].join('\n')}`
}

function rowOf({ what, unit, atMost, atLeast, digits = 1 }: Figure, all: readonly Figure[]): string {
  const values = all.map(({ value }) => value)
  const middle = median(values)
  const shown = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(digits))
  const goals = [
    ...(atLeast === undefined ? [] : [`≥ ${shown(atLeast)}`]),
    ...(atMost === undefined ? [] : [`≤ ${shown(atMost)}`]),
  ]
  const goal = atMost === atLeast && atMost !== undefined ? shown(atMost) : goals.join(', ')
  const isReached = middle <= (atMost ?? Infinity) && middle >= (atLeast ?? -Infinity)
  const reached = goal === '' ? '' : isReached ? 'yes' : '**no**'
  const each = values.length === 1 ? '' : values.map(shown).join(', ')
  return `| ${what} | ${goal === '' ? '' : `${goal} ${unit}`} | ${shown(middle)} ${unit} | ${each} | ${reached} |`
}

const HEAD = [
  '# Results of the fleet',
  'Written by `bun run bench:fleet`. Medians, where a drill has several runs. The goals are held against the medians.',
]

const TAIL = [
  '## In the tests',
  '`test/system/fleet.test.ts` holds the rest: a worker whose clock is an hour wrong, a late answer of a claim that has ended.',
]

/** Puts a section in the place of its older one. */
export function keepSection(path: string, names: readonly string[], name: string, section: string): void {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const sections = new Map(
    before
      .split(/^(?=## )/m)
      .slice(1)
      .map((text) => [/^## (.*)$/m.exec(text)?.[1] ?? '', text.trim()] as const),
  )
  sections.set(name, section)
  const ordered = names.flatMap((each) => sections.get(each) ?? [])
  writeFileSync(path, `${[...HEAD, machineText(), ...ordered, ...TAIL].join('\n\n')}\n`)
}
