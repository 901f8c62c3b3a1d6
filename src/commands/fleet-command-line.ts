import type { Command } from 'commander'
import { command, envFile, exits, host, port, variablesAndExits, type Done } from './command-parts.ts'
import type { Context } from './setup.ts'

/** `fleet` and its commands. */
export function fleetCommand(context: Context, done: Done): Command {
  const commands = [
    command('fleet serve')
      .addOption(host())
      .addOption(port())
      .addOption(envFile())
      .addHelpText('after', variablesAndExits('fleet serve'))
      .action((options) => done(import('./fleet-serve.ts').then(({ fleetServe }) => fleetServe(options, context)))),
    command('fleet migrate')
      .option('--print', 'print the SQL, and do nothing: for those whose database is in other hands')
      .addOption(envFile())
      .addHelpText('after', exits('fleet migrate'))
      .action((options) => done(import('./fleet.ts').then(({ fleetMigrate }) => fleetMigrate(options, context)))),
    command('fleet check')
      .argument('<id>', 'the id of the token in the list')
      .addOption(envFile())
      .addHelpText('after', exits('fleet check'))
      .action((id: string, options) =>
        done(import('./fleet.ts').then(({ fleetCheck }) => fleetCheck(id, options, context))),
      ),
    command('fleet status')
      .option('--json', 'one JSON document in place of the text')
      .option('--strict', '77 where a token is refused, 75 where checks are late')
      .addOption(envFile())
      .addHelpText('after', exits('fleet status'))
      .action((options) => done(import('./fleet.ts').then(({ fleetStatus }) => fleetStatus(options, context)))),
    command('fleet demo')
      .addOption(port().default('3000'))
      .addHelpText('after', exits('fleet demo'))
      .action((options) => done(import('./fleet-demo.ts').then(({ fleetDemo }) => fleetDemo(options, context)))),
  ]
  const fleet = command('fleet')
  for (const each of commands) fleet.addCommand(each)
  return fleet
}
