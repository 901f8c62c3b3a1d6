import type { Fault } from '../config/config.ts'
import type { Status } from '../guard/checks.ts'
import type { Health } from '../guard/health.ts'
import type { State } from '../guard/state.ts'
import { isAskerRefused } from '../verification/codes.ts'
import { causeFields } from '../verification/causes.ts'
import type { Finding } from '../verification/finding.ts'
import { CHECK_NAMES, checkRows } from './checks.ts'
import { clip, labelled, type Colour, type Style } from './paint.ts'
import { isTokenFaulty, originText, othersAdvice, type TokenSource } from './token-source.ts'
import { explainedAt } from './explained-at.ts'

/** What people read on a terminal: what was expected, what Graph said, what to do now. */

const INDENT = 4
const NAME_WIDTH = Math.max(...Object.values(CHECK_NAMES).map((name) => name.length)) + 2

const MARKS: Readonly<Record<Status, readonly [mark: string, Colour]>> = {
  pass: ['✓', 'green'],
  warn: ['!', 'yellow'],
  fail: ['✗', 'red'],
}

const UNKNOWN: readonly [mark: string, Colour] = ['–', 'dim']

/** The setup guide's steps, as findings name them. */
const STEPS: Readonly<Record<number, string>> = {
  1: 'open Meta Business Settings',
  2: 'create the system user',
  3: 'assign the app, the Messaging account and the WhatsApp account to the system user',
  4: 'generate the token',
  5: 'put the token into .env',
  6: 'send a test message',
}

export type VerificationReport = {
  /** `graph.facebook.com v25.0` */
  readonly graphName: string
  readonly health: Health
  readonly state: State
  readonly exitCode: number
  /** `null` where no source holds it. */
  readonly tokenSource: TokenSource | null
  /** The last sentence: what follows from it. */
  readonly conclusion: string
}

export function verificationText(verification: VerificationReport, style: Style): string {
  const { graphName, health, state, exitCode, tokenSource, conclusion } = verification
  const { paint, width } = style
  const rows = checkRows(health, state).map(({ status, name, text, isDetailed, isKnown }) => {
    // Nothing is ticked that was not verified.
    const [mark, colour] = status === 'pass' && !isKnown ? UNKNOWN : MARKS[status]
    const shown = isDetailed ? clip(text, width - INDENT - NAME_WIDTH) : text
    const [first = '', ...rest] = labelled(name, shown, INDENT, NAME_WIDTH, width).split('\n')
    const emphasis = (line: string) => (status === 'pass' ? line : paint(colour, line))
    return [`  ${paint(colour, mark)} ${emphasis(first.trimStart())}`, ...rest.map(emphasis)].join('\n')
  })
  const colour: Colour = exitCode !== 0 ? 'red' : health.status === 'pass' ? 'green' : 'yellow'
  return [
    '',
    `  ${paint('bold', 'WhatsApp token')} ${paint('dim', `as ${graphName} sees it`)}`,
    ...originLines(tokenSource, style),
    '',
    ...rows,
    ...health.notes.map(({ text }) => paint('dim', labelled('–', text, 2, 2, width))),
    ...othersLines(tokenSource, exitCode === 0 ? 'dim' : 'yellow', style),
    '',
    ...health.findings.flatMap((finding) => [findingText(finding, style), '']),
    paint('bold', paint(colour, labelled('', conclusion, 2, 0, width))),
    '',
    '',
  ].join('\n')
}

function originLines(source: TokenSource | null, { paint, width }: Style): readonly string[] {
  return source === null ? [] : [paint('dim', labelled('', `from ${originText(source)}`, 2, 0, width))]
}

function othersLines(source: TokenSource | null, colour: Colour, { paint, width }: Style): readonly string[] {
  const text = source === null ? null : othersAdvice(source)
  return text === null ? [] : [paint(colour, labelled('–', text, 2, 2, width))]
}

function findingText(finding: Finding, { paint, width }: Style): string {
  const { code, severity, summary, expected, observed } = finding
  const [first, ...others] = causeFields(finding.causes)
  const step = first?.step ?? null
  const [mark, colour] = MARKS[severity === 'fail' || isAskerRefused(code) ? 'fail' : 'warn']
  const line = (label: string, text: string) => labelled(label, text, INDENT, 12, width)
  return [
    `  ${paint(colour, mark)} ${paint('bold', code)}`,
    labelled('', summary, INDENT, 0, width),
    '',
    paint('dim', line('expected', expected)),
    paint('dim', line('Graph said', observed)),
    line('what to do', first?.remedy ?? ''),
    ...others.map(({ remedy }) => line('and', remedy)),
    ...(step === null ? [] : [line('guide', `step ${step}: ${STEPS[step]}`)]),
    paint('dim', line('more', explainedAt(first?.name ?? code))),
  ].join('\n')
}

const NOTHING_STARTS = 'Nothing was asked and nothing starts (exit 78). Every variable: --help'

/** `source` is shown where the token's own text is wrong. */
export function faultsText(faults: readonly Fault[], source: TokenSource | null, style: Style): string {
  const { paint, width } = style
  const shown = isTokenFaulty(faults) ? source : null
  const count = faults.length === 1 ? 'One thing is' : `${faults.length} things are`
  return [
    '',
    `  ${paint('bold', `${count} wrong with the configuration.`)}`,
    '',
    ...faults.flatMap(({ name, problem, expected }) => [
      // Wrapped before it is painted: what paints has no width.
      labelled('✗', `${name} ${problem}`, 2, 2, width)
        .replace('✗', paint('red', '✗'))
        .replace(name, paint('bold', name)),
      labelled('expected', expected, INDENT, 10, width),
      '',
    ]),
    ...faultySourceLines(shown, style),
    paint('bold', paint('red', labelled('', NOTHING_STARTS, 2, 0, width))),
    '',
    '',
  ].join('\n')
}

function faultySourceLines(source: TokenSource | null, style: Style): readonly string[] {
  if (source === null) return []
  const said = labelled('–', `The token comes from ${originText(source)}.`, 2, 2, style.width)
  return [style.paint('dim', said), ...othersLines(source, 'yellow', style), '']
}
