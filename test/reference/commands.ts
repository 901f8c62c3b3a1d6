import type { Command, Option } from 'commander'
import { commandLine } from '../../src/commands/command-line.ts'
import { EXIT, EXIT_MEANINGS } from '../../src/exit-codes.ts'
import { COMMAND_EXITS } from '../../src/report/exit-codes.ts'
import { asSentence, bullets, chapter, index, section, withCode } from './markdown.ts'

/** The chapters of the commands and of the exit codes, from commander's own data and from the tables of codes. */

const OUTPUT = { write: () => {}, isTerminal: false, hasColours: false }
const CONTEXT = { env: {}, cwd: '/', stdout: OUTPUT, stderr: OUTPUT, program: 'token-guard' }
const COMMANDS = commandLine(CONTEXT as unknown as Parameters<typeof commandLine>[0], () => {}).commands

const INTRO = `\`token-guard COMMAND\` runs a command of the package. In a clone it is \`npm run token-guard -- COMMAND\` with Node, and \`bun run token-guard COMMAND\` with Bun. All commands take \`--help\` and \`--version\`. All but \`sandbox\` and \`demo\` take \`--env-file PATH\`, which replaces \`.env.local\` and \`.env\`. (On Node a missing file ends the program with 9 and Node's own message: Node looks for an option of that name among the arguments of a script.)`

function ofOption({ flags, description, argChoices, defaultValue }: Option): string {
  const choices =
    argChoices === undefined || argChoices.length > 4
      ? ''
      : ` Choices: ${argChoices.map((each) => `\`${each}\``).join(', ')}.`
  const usual = defaultValue === undefined ? '' : ` Default: \`${defaultValue}\`.`
  return `\`${flags}\`: ${withCode(asSentence(description))}${choices}${usual}`
}

const headingOf = (command: Command) => `token-guard ${command.name()}`

function ofCommand(command: Command): string {
  const name = command.name()
  const exits: readonly (readonly [number | string, string])[] =
    name in COMMAND_EXITS ? COMMAND_EXITS[name as keyof typeof COMMAND_EXITS] : []
  const codes = exits.map(([code, meaning]) => `\`${code}\` ${withCode(meaning)}`)
  return section(
    headingOf(command),
    withCode(command.description()),
    `Usage: \`token-guard ${name} ${command.usage()}\``,
    bullets(command.options.filter(({ long }) => long !== '--version').map(ofOption)),
    codes.length === 0
      ? null
      : `Exit codes: ${codes.join('; ')}.${name === 'run' ? " Once CMD is started, the exit code is CMD's own." : ''}`,
  )
}

export function commandsChapter(): string {
  return chapter('Commands', INTRO, index(COMMANDS.map(headingOf)), ...COMMANDS.map(ofCommand))
}

const EXITS_INTRO = `After \`run\` has started CMD, the exit code is CMD's own, and 128+n where signal n ended CMD. A signal that comes before \`serve\` listens, or before CMD is started, ends the process by that signal. \`probe\` ends with 0 or 1 and nothing else. [Troubleshooting](troubleshooting.md#exit-codes) says for each code why it comes and what to do.`

const RUN_ONLY = new Map<number | string, string>([
  [126, '`run` found CMD, and the system cannot execute it.'],
  [127, '`run` did not find CMD.'],
  ['128+n', 'Signal n ended CMD: 130 is Ctrl-C, 137 a kill, 143 a stop.'],
])

function ofExit(code: number | string, meaning: string): string {
  const byMeaning = new Map<string, string[]>()
  for (const [command, rows] of Object.entries<readonly (readonly [number | string, string])[]>(COMMAND_EXITS))
    for (const [each, text] of rows)
      if (each === code) byMeaning.set(text, [...(byMeaning.get(text) ?? []), `\`${command}\``])
  const lines = [...byMeaning].map(([text, commands]) => `${commands.join(', ')}: ${withCode(asSentence(text))}`)
  return section(`Exit ${code}`, withCode(meaning), bullets(lines))
}

export function exitsChapter(): string {
  const codes = Object.keys(EXIT) as (keyof typeof EXIT)[]
  return chapter(
    'Exit codes',
    EXITS_INTRO,
    ...codes.map((name) => ofExit(EXIT[name], EXIT_MEANINGS[name])),
    ...[...RUN_ONLY].map(([code, meaning]) => ofExit(code, meaning)),
  )
}

export function signalsChapter(): string {
  return chapter(
    'Signals',
    bullets([
      '**SIGTERM, SIGINT:** the service answers 503 at `/health/ready` and `/health/token` at once, waits for `TOKEN_GUARD_STOP_DELAY`, finishes the requests under way, and ends with 0.',
      '**The same again,** more than a second later: the service ends at once, by that signal.',
      '**SIGHUP:** reads the secrets again and verifies now. In a terminal, where it means that the terminal closes, it is the same as SIGTERM.',
      '**SIGUSR1, SIGUSR2:** nothing. `run` passes them on once CMD runs.',
    ]),
    'During the boot of `serve` and `run`, SIGHUP reads all sources again, and the boot begins anew with them. Where they are wrong now, the boot goes on with what was read before, and logs that. Any other signal that asks to stop ends the process by that signal.',
    '[Running a command behind the guard](embedding.md#run-in-front-of-any-backend) says which signals `run` passes on.',
  )
}
