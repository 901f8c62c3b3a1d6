import { VARIABLE_NAMES, variable, type VariableName } from '../config/variables.ts'
import { wrap } from './paint.ts'

const WIDTH = 100
const GAP = 2
/** A blank at which no line ends. */
const KEPT = '\u00A0'

/** The variables' section of `--help`: one block a variable, aligned, at most 100 columns wide. */
export function helpText(names: readonly VariableName[] = VARIABLE_NAMES): string {
  const indent = Math.max(...names.map((name) => label(name).length)) + 2 * GAP
  return names.map((name) => block(name, indent)).join('\n')
}

function block(name: VariableName, indent: number): string {
  const [first = '', ...rest] = wrap(sentence(name), WIDTH - indent).map((line) => line.replaceAll(KEPT, ' '))
  const head = (' '.repeat(GAP) + label(name)).padEnd(indent) + first
  return [head, ...rest.map((line) => ' '.repeat(indent) + line)].join('\n')
}

function label(name: VariableName): string {
  return variable(name).file ? `${name}[_FILE]` : name
}

function sentence(name: VariableName): string {
  const { meaning } = variable(name)
  const shown = shownDefault(name)
  const remark = shown === null ? '' : shown === 'required' ? ' (required)' : ` (default:${KEPT}${shown})`
  return meaning + remark
}

/** The default as people read it; `null` where there is none. */
function shownDefault(name: VariableName): string | null {
  const row = variable(name)
  return row.shownDefault ?? row.default?.replaceAll(',', ', ') ?? null
}
