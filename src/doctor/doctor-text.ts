import type { ExitCode } from '../exit-codes.ts'
import { labelled, type Colour, type Style } from '../report/paint.ts'
import type { Item, ItemStatus } from './item.ts'

/** What people read: a line for each item, and under one that is not well what to do. */

const MARKS: Readonly<Record<ItemStatus, readonly [mark: string, Colour]>> = {
  ok: ['✓', 'green'],
  failed: ['✗', 'red'],
  warned: ['!', 'yellow'],
  yours: ['☐', 'bold'],
  skipped: ['–', 'dim'],
}

const GROUPS: readonly (readonly [Item['group'], string])[] = [
  ['guide', 'The setup guide'],
  ['checklist', 'The production checklist'],
  ['connection', 'The way to Graph'],
]

const INDENT = 4
const STEP_WIDTH = 2
const TITLE_WIDTH = 22

export function doctorText(items: readonly Item[], conclusion: string, exitCode: ExitCode, style: Style): string {
  const { paint, width } = style
  const groups = GROUPS.flatMap(([group, title]) => {
    const own = items.filter((each) => each.group === group)
    return [`  ${paint('bold', title)}`, '', ...own.map((each, at) => itemText(each, own[at - 1] ?? null, style)), '']
  })
  const colour: Colour = exitCode !== 0 ? 'red' : items.some(({ status }) => status === 'warned') ? 'yellow' : 'green'
  return ['', ...groups, paint('bold', paint(colour, labelled('', conclusion, 2, 0, width))), '', ''].join('\n')
}

function itemText(
  { status, step, group, title, detail, remedy }: Item,
  before: Item | null,
  { paint, width }: Style,
): string {
  const [mark, colour] = MARKS[status]
  const number = group === 'guide' && step !== before?.step ? `${step}` : ''
  const name = `${group === 'guide' ? number.padEnd(STEP_WIDTH) : ''}${title}`
  const [first = '', ...rest] = labelled(name, detail, INDENT, TITLE_WIDTH, width).split('\n')
  const emphasis = (line: string) => (['failed', 'warned', 'skipped'].includes(status) ? paint(colour, line) : line)
  const todo = remedy === null ? [] : [labelled('', `→ ${remedy}`, INDENT + TITLE_WIDTH, 0, width)]
  return [`  ${paint(colour, mark)} ${emphasis(first.slice(INDENT))}`, ...rest.map(emphasis), ...todo].join('\n')
}

const SHOWN: readonly (readonly [ItemStatus, string])[] = [
  ['ok', 'verified'],
  ['failed', 'failed'],
  ['warned', 'to be minded'],
  ['yours', 'only you can confirm'],
  ['skipped', 'not known or not needed'],
]

/** `17 verified, 1 failed, 4 only you can confirm.` */
export function countText(items: readonly Item[]): string {
  const counts = SHOWN.map(([status, words]) => [items.filter((each) => each.status === status).length, words] as const)
  return `${counts
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${count} ${words}`)
    .join(', ')}.`
}
