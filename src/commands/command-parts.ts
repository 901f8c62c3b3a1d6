import { Command, InvalidArgumentError, Option } from 'commander'
import { FLEET_VARIABLES } from '../config/variables.fleet.ts'
import { variable, VARIABLE_NAMES, type VariableName } from '../config/variables.ts'
import { exitText, type CommandWithExits } from '../report/exit-codes.ts'
import { helpText } from '../report/help.ts'
import { COMMANDS, type CommandName } from './command-words.ts'

/** What the commands' descriptions have in common. */

/** Judged as the variable is, so that an option and its variable never differ. */
function like(name: VariableName): (text: string) => string {
  return (text) => {
    if ('value' in variable(name).read(text)) return text
    throw new InvalidArgumentError(`Expected ${variable(name).expected}.`)
  }
}

export function command(name: CommandName): Command {
  const { summary, more } = COMMANDS[name]
  const sentence = `${summary[0]?.toUpperCase()}${summary.slice(1)}.`
  return new Command(name.split(' ').at(-1))
    .summary(summary)
    .description(`${sentence}\n\n${more}`)
    .allowExcessArguments(false)
}

export const envFile = () => new Option('--env-file <path>', 'read this file in place of .env.local and .env')
export const host = () =>
  new Option('--host <host>', 'the address to listen at (TOKEN_GUARD_HOST)').argParser(like('TOKEN_GUARD_HOST'))
export const port = () =>
  new Option('--port <number>', 'the port to listen at, 0 for any (TOKEN_GUARD_PORT)').argParser(
    like('TOKEN_GUARD_PORT'),
  )

/** Each command's modules are loaded when it is asked for: a probe needs no server. */
export type Done = (code: Promise<number>) => void

const OF_FLEETS = Object.keys(FLEET_VARIABLES)
const OF_ONE_TOKEN = VARIABLE_NAMES.filter((name) => !OF_FLEETS.includes(name))

const variables = (names: readonly VariableName[]) =>
  `\nVariables (from the environment, .env.local, .env):\n${helpText(names)}\n`
export const exits = (name?: CommandWithExits) => () => `\n${exitText(name)}`
export const variablesAndExits = (name?: CommandWithExits) => () => {
  const isFleets = name?.startsWith('fleet ') === true
  return `${variables(isFleets ? VARIABLE_NAMES : OF_ONE_TOKEN)}${exits(name)()}`
}
