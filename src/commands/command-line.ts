import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { EXIT } from '../exit-codes.ts'
import { parseDuration } from '../config/durations.ts'
import { duration } from '../config/values.ts'
import { SECONDS_LONG } from '../config/variable.ts'
import { VERSION } from '../platform/version.ts'
import { SCENARIO_NAMES, SCENARIOS } from '../sandbox/scenarios.ts'
import { command, envFile, exits, host, port, variablesAndExits, type Done } from './command-parts.ts'
import { fleetCommand } from './fleet-command-line.ts'
import type { Context } from './setup.ts'

/** The command line: what it takes, and what `--help` says of it. */

function aDuration(text: string): string {
  if ('value' in duration(1)(text)) return text
  throw new InvalidArgumentError(`Expected ${SECONDS_LONG}.`)
}

/** No timer waits for it: it may be longer than any other. */
function anyDuration(text: string): number {
  const ms = parseDuration(text)
  if (ms !== null && ms > 0) return ms
  throw new InvalidArgumentError('Expected a duration, such as 16d.')
}

/** The variable takes several; a message is sent from one. */
function oneId(text: string): string {
  if (/^\d+$/.test(text)) return text
  throw new InvalidArgumentError('Expected the id of one number, digits only: 106540352242922.')
}

function scenarioList(): string {
  const width = Math.max(...SCENARIO_NAMES.map((name) => name.length)) + 2
  return `\nScenarios:\n${SCENARIO_NAMES.map((name) => `  ${name.padEnd(width)}${SCENARIOS[name].summary}`).join('\n')}`
}

function guardCommands(context: Context, done: Done): readonly Command[] {
  return [
    command('serve')
      .addOption(host())
      .addOption(port())
      .option('--dev', 'for development: listen on loopback by default')
      .addOption(envFile())
      .addHelpText('after', variablesAndExits('serve'))
      .action((options) => done(import('./serve.ts').then(({ serve }) => serve(options, context)))),
    command('check')
      .option('--json', 'one JSON document in place of the report')
      .option('--once', 'no retry for want of an answer')
      .option('--strict', 'a warning fails too: 75 for a missing answer, 77 for any other')
      .addOption(envFile())
      .addHelpText('after', variablesAndExits('check'))
      .action((options) => done(import('./check.ts').then(({ check }) => check(options, context)))),
    command('run')
      .usage('[options] -- CMD [ARGS...]')
      .argument('<cmd...>', 'the command and its arguments')
      .addOption(
        new Option('--on-refused <what>', 'when the token is refused while CMD runs: keep CMD, or stop it by SIGTERM')
          .choices(['keep', 'stop'])
          .default('keep'),
      )
      .addOption(
        new Option(
          '--on-reload <what>',
          'when the token was changed and CMD has the old one: keep CMD and warn, or restart it',
        )
          .choices(['keep', 'restart'])
          .default('keep'),
      )
      .addOption(
        new Option(
          '--stop-timeout <duration>',
          'kill CMD when it takes longer to end; without it CMD has all the time that it wants',
        ).argParser(aDuration),
      )
      .addOption(envFile())
      // What follows CMD is CMD's.
      .passThroughOptions()
      .allowExcessArguments(true)
      .addHelpText('after', variablesAndExits('run'))
      .action((cmd: readonly string[], options) =>
        done(import('./run.ts').then(({ run }) => run(options, cmd, context))),
      ),
    command('doctor')
      .option('--json', 'one JSON document in place of the report')
      .addOption(envFile())
      .addHelpText('after', variablesAndExits('doctor'))
      .action((options) => done(import('./doctor.ts').then(({ doctor }) => doctor(options, context)))),
    command('probe')
      .addOption(new Option('--ready', 'ask /health/ready, not /health/live').conflicts('token'))
      .option('--token', 'ask /health/token, not /health/live')
      .addOption(new Option('--timeout <duration>', 'how long to wait').default('2s').argParser(aDuration))
      .addOption(envFile())
      .addHelpText('after', exits('probe'))
      .action((options) => done(import('./probe.ts').then(({ probe }) => probe(options, context)))),
  ]
}

function toolCommands(context: Context, done: Done): readonly Command[] {
  return [
    command('send-test')
      .requiredOption('--to <number>', 'the recipient, with country code: +491701234567')
      .addOption(
        new Option('--from <id>', 'the id of the sending number, else the first of WHATSAPP_PHONE_NUMBER_ID').argParser(
          oneId,
        ),
      )
      .option('--template <name>', 'a template without parameters in place of a text: hello_world, or NAME:LANGUAGE')
      .option('--yes', 'do not ask before it is sent')
      .addOption(envFile())
      .addHelpText('after', exits('send-test'))
      .action((options) => done(import('./send-test.ts').then(({ sendTest }) => sendTest(options, context)))),
    command('alert-test')
      .option('--json', 'one JSON document in place of the report')
      .addOption(envFile())
      .addHelpText('after', exits('alert-test'))
      .action((options) => done(import('./alert-test.ts').then(({ alertTest }) => alertTest(options, context)))),
    command('rotate')
      .option('--dry-run', 'show what would be done, and do nothing')
      .addOption(
        new Option(
          '--print [path]',
          'print the new token on standard output, or write it alone into the file PATH, in place of writing it where the old one is',
        ),
      )
      .option('--yes', 'do not ask before it is done')
      .addOption(
        new Option(
          '--if-due [duration]',
          'only when less than this remains, such as 16d (without it: TOKEN_GUARD_ROTATE_BEFORE and 2 days); else end with 0. Implies --yes, for a timer',
        ).argParser(anyDuration),
      )
      .addOption(
        new Option(
          '--hook <command>',
          'run this by sh once the new token is in its place, with the token on its standard input',
        ).conflicts('print'),
      )
      .addOption(envFile())
      .addHelpText('after', exits('rotate'))
      .action((options) => done(import('./rotate.ts').then(({ rotate }) => rotate(options, context)))),
  ]
}

function sandboxCommands(context: Context, done: Done): readonly Command[] {
  return [
    command('sandbox')
      .addOption(port().default('4010'))
      .addOption(host().default('127.0.0.1'))
      .addOption(new Option('--scenario <name>', 'what it plays').choices(SCENARIO_NAMES).default('permanent'))
      .addHelpText('after', scenarioList)
      .action((options) => done(import('./sandbox.ts').then(({ sandbox }) => sandbox(options, context)))),
    command('demo')
      .addOption(port().default('3000'))
      .action((options) => done(import('./demo.ts').then(({ demo }) => demo(options, context)))),
  ]
}

/** The whole command line. The reference is written from it too. */
export function commandLine(context: Context, done: Done): Command {
  const program = new Command(context.program)
    .description('Keeps a WhatsApp Cloud API backend from running on a bad access token.')
    .version(VERSION, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .enablePositionalOptions()
    .addHelpText('after', variablesAndExits())
  const fleet = fleetCommand(context, done)
  const commands = [
    ...guardCommands(context, done),
    ...toolCommands(context, done),
    fleet,
    ...sandboxCommands(context, done),
  ]
  for (const each of [...commands, ...fleet.commands])
    each.helpOption('--help', 'print this help').version(VERSION, '--version', 'print the version')
  for (const each of commands) program.addCommand(each)
  for (const each of [program, ...commands, ...fleet.commands]) {
    each
      .exitOverride()
      .configureOutput({ writeOut: context.stdout.write, writeErr: context.stderr.write })
      .showHelpAfterError(`(see ${context.program} --help)`)
  }
  return program
}

/** Runs the command that was asked for. Resolves with its exit code, or `usage` where none could be understood. */
export async function runCommandLine(argv: readonly string[], context: Context): Promise<number> {
  try {
    return await new Promise<number>((resolve, reject) => {
      commandLine(context, (code) => code.then(resolve, reject))
        .parseAsync(argv)
        .catch(reject)
    })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  }
}
