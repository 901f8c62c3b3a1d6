import type { JudgedReadings } from './combinations.ts'
import type { Fault } from './config.ts'
import { find, type Found, type Source, type SourcesRequest } from './sources.ts'
import type { Variable } from './variable.ts'
import { variable, type VariableName } from './variables.ts'

/** Each variable by itself: what its sources hold, and what its row makes of it. */

export type ReadRequest = SourcesRequest & {
  /** Whether `PORT` is read where `TOKEN_GUARD_PORT` is not set. Not in `run`, where it belongs to CMD. */
  readonly portFallback?: boolean
  /** For many tokens: what is required in place of a token. */
  readonly fleet?: FleetNeed
}

/** The tables alone, the tokens too, or all that a worker serves. */
export type FleetNeed = 'tables' | 'tokens' | 'service'

export type Reading = {
  readonly name: VariableName
  readonly found: Found
  readonly value: unknown
  readonly fault: Fault | null
}

export function readVariable(name: VariableName, sources: readonly Source[], request: ReadRequest): Reading {
  const row = variable(name)
  const found = findVariable(name, sources, request)
  if (found.kind === 'fault') return { name, found, value: null, fault: found.fault }
  if (found.kind === 'unset') return { name, found, value: defaultOf(row), fault: null }
  const read = row.read(found.text)
  if ('value' in read) return { name, found, value: read.value, fault: null }
  const shownProblem = found.path === null ? read.problem : `names ${found.path}, which ${read.problem}`
  return {
    name,
    found,
    value: null,
    fault: { name: found.name, problem: shownProblem, expected: read.expected ?? row.expected },
  }
}

function findVariable(
  name: VariableName,
  sources: readonly Source[],
  { cwd, pipes, portFallback = true }: ReadRequest,
): Found {
  const found = find(name, variable(name).file, sources, cwd, pipes)
  const mayBePort = name === 'TOKEN_GUARD_PORT' && found.kind === 'unset' && portFallback
  return mayBePort ? find('PORT', false, sources, cwd) : found
}

function defaultOf(row: Variable): unknown {
  const read = row.default === null ? null : row.read(row.default)
  return read !== null && 'value' in read ? read.value : null
}

/** All readings together, for what is judged between them. */
export function judge(
  readings: readonly Reading[],
  sources: readonly Source[],
  cwd: string,
  incomplete: boolean,
): JudgedReadings {
  const nodeEnv = find('NODE_ENV', false, sources, cwd)
  const textOf = (wanted: VariableName) => {
    const found = readings.find(({ name }) => name === wanted)?.found
    return found?.kind === 'text' ? found.text : null
  }
  return {
    // Each value was read by its own row.
    values: Object.fromEntries(readings.map(({ name, value }) => [name, value])) as JudgedReadings['values'],
    set: new Set(readings.filter(({ found }) => found.kind !== 'unset').map(({ name }) => name)),
    faulty: new Set(readings.filter(({ fault }) => fault !== null).map(({ name }) => name)),
    tokenText: textOf('WHATSAPP_TOKEN'),
    alertText: textOf('TOKEN_GUARD_ALERT_URL'),
    production: nodeEnv.kind === 'text' && nodeEnv.text === 'production',
    incomplete,
  }
}
