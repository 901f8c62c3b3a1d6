import type { Config, Fault } from '../config/config.ts'
import { nearestOf } from '../config/nearest.ts'
import { readConfig } from '../config/read.ts'
import type { ReadRequest } from '../config/readings.ts'
import type { VariableName } from '../config/variables.ts'

/** PURE. Options of the library, judged by the rules of the variables that they stand for. */

export type JudgedOptions =
  { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly faults: readonly Fault[] }

export type Judging = {
  /** The variable that each option stands for. */
  readonly variables: Readonly<Record<string, VariableName>>
  /** Options that are no texts. */
  readonly others: readonly string[]
  readonly request?: Pick<ReadRequest, 'fleet'>
  /** What is set besides. */
  readonly env?: Readonly<Record<string, string>>
}

/** In the place of a token that a function will bring: every rule but the token's own can be judged already. */
const TO_COME = ['EAA', 'SANDBOX'].join('')

export function judgeNamed(given: object, { variables, others, request, env: more }: Judging): JudgedOptions {
  const options = given as Readonly<Record<string, unknown>>
  const names = Object.keys(variables)
  const faults = [...unknownOptions(options, [...names, ...others]), ...functionFaults(options)]
  const texts = names.map((name) => [name, textOf(name, options[name])] as const)
  const shapes = texts.flatMap(([name, text]) => (text === null ? [wrongShape(name)] : []))
  const env = Object.fromEntries(texts.map(([name, text]) => [variables[name], text ?? undefined]))
  const read = readConfig({
    ...request,
    options: {},
    env: { ...more, ...env },
    cwd: '/',
    envFile: '/dev/null',
    runtimeLoadsEnvFiles: false,
  })
  const judged = read.ok
    ? []
    : read.faults
        .map((fault) => namedByOption(fault, variables))
        .filter(({ name }) => !shapes.some((fault) => fault.name === name))
  const all = [...faults, ...shapes, ...judged]
  return read.ok && all.length === 0 ? { ok: true, config: read.config } : { ok: false, faults: all }
}

/** As the environment would have it; `null` for what no variable can hold. */
function textOf(name: string, value: unknown): string | undefined | null {
  if (value === undefined || typeof value === 'string') return value
  if (typeof value === 'function') return TO_COME
  if (typeof value === 'number' && name === 'rate') return String(value)
  if (typeof value === 'number') return Number.isInteger(value) ? `${value}ms` : null
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value.join(',') : null
}

function unknownOptions(options: object, known: readonly string[]): readonly Fault[] {
  return Object.keys(options)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const nearest = nearestOf(name, known)
      const expected = nearest === null ? `one of ${known.join(', ')}` : `did you mean ${nearest}?`
      return { name, problem: 'is not an option', expected }
    })
}

const LOG_METHODS = ['debug', 'info', 'warn', 'error']

function functionFaults({ fetch, logger }: Readonly<Record<string, unknown>>): readonly Fault[] {
  const methods = (logger ?? {}) as Readonly<Record<string, unknown>>
  const isLogger = logger === undefined || LOG_METHODS.every((level) => typeof methods[level] === 'function')
  return [
    ...(fetch === undefined || typeof fetch === 'function'
      ? []
      : [{ name: 'fetch', problem: 'is no function', expected: 'what the global fetch is' }]),
    ...(isLogger
      ? []
      : [{ name: 'logger', problem: 'is no logger', expected: 'debug, info, warn and error, as pino has them' }]),
  ]
}

function wrongShape(name: string): Fault {
  return {
    name,
    problem: 'has a type that is not expected here',
    expected: 'a text; a list of texts; a duration as a text or in whole milliseconds',
  }
}

/** The texts of faults name other variables too: those are shown as options. */
function namedByOption({ name, problem, expected }: Fault, variables: Judging['variables']): Fault {
  const named = (text: string) => optionNames(text, variables)
  return { name: named(name), problem: named(problem), expected: named(expected) }
}

function optionNames(text: string, variables: Judging['variables']): string {
  return Object.entries(variables)
    .toSorted(([, a], [, b]) => b.length - a.length)
    .reduce((shown, [name, variable]) => shown.replaceAll(new RegExp(`\\b${variable}\\b(?!_)`, 'g'), name), text)
}
