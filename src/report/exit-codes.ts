import { EXIT, EXIT_MEANINGS } from '../exit-codes.ts'
import { wrap } from './paint.ts'

const WIDTH = 100

/** What the exit codes mean to each command: one table for `--help` and for docs/reference.md. */

type ExitRow = readonly [code: number | '128+n', meaning: string]

const USAGE: ExitRow = [EXIT.usage, 'the command line is wrong']
const CANNOT_ASK: ExitRow = [EXIT.usage, 'the command line is wrong, or there is no terminal to ask on and no --yes']
const DECLINED: ExitRow = [EXIT.unwell, 'you said no']
const DEFECT: ExitRow = [EXIT.software, 'a defect of this program']

const AWAY: ExitRow = [EXIT.temporary, 'the database was away for longer than the boot time: trying again may help']
const FLEET_CONFIG: ExitRow = [
  EXIT.config,
  'the configuration is wrong, pg is not installed, or the tables are not of this version',
]

const VERDICTS: readonly ExitRow[] = [
  DEFECT,
  [EXIT.os, 'the system refuses: a port that is taken or not allowed'],
  [EXIT.temporary, 'not verified within the boot time: trying again may help'],
  [EXIT.refused, 'refused: Graph answered, and the token breaks the policy'],
  [EXIT.config, 'the configuration is wrong, or Graph refuses the one who asks'],
]

export const COMMAND_EXITS = {
  serve: [[EXIT.ok, 'stopped by SIGTERM or SIGINT after it had begun to listen'], USAGE, ...VERDICTS],
  check: [[EXIT.ok, 'verified, warnings included'], USAGE, ...VERDICTS.filter(([code]) => code !== EXIT.os)],
  run: [
    USAGE,
    ...VERDICTS,
    [126, 'CMD cannot be executed'],
    [127, 'CMD was not found'],
    ['128+n', 'CMD ended by signal n'],
  ],
  doctor: [
    [EXIT.ok, 'every item is well, or left to a person'],
    [EXIT.unwell, 'the token is well, another item failed'],
    USAGE,
    ...VERDICTS.filter(([code]) => code !== EXIT.os),
  ],
  probe: [
    [EXIT.ok, 'it answers 200'],
    [EXIT.unwell, 'anything else: the guard is not well, does not answer, or cannot be asked'],
  ],
  'send-test': [
    [EXIT.ok, 'accepted, which is not delivered yet'],
    DECLINED,
    CANNOT_ASK,
    [EXIT.message, 'the recipient or the message was rejected'],
    DEFECT,
    [EXIT.temporary, 'throttled, an outage, or no answer: trying again may help'],
    [EXIT.refused, 'the token, a permission, the account or the number'],
    [EXIT.config, 'the configuration is wrong, or no sending number is known'],
  ],
  'alert-test': [
    [EXIT.ok, 'each receiver took it'],
    [EXIT.unwell, 'a receiver did not'],
    USAGE,
    DEFECT,
    [EXIT.config, 'the configuration is wrong, or no receiver is configured'],
  ],
  rotate: [
    [EXIT.ok, 'done, or not due yet (--if-due)'],
    [EXIT.unwell, 'you said no, or the hook failed or is still owed'],
    CANNOT_ASK,
    DEFECT,
    [EXIT.os, "the token's file cannot be written, or another rotation is under way"],
    [EXIT.temporary, 'no answer from Graph: trying again may help'],
    [EXIT.refused, 'the old token is dead, or the new one is refused'],
    [EXIT.config, 'no app secret, the token is in no file and --print is not given, or no sh for --hook'],
  ],
  'fleet serve': [
    [EXIT.ok, 'stopped by SIGTERM or SIGINT after it had begun to listen'],
    USAGE,
    DEFECT,
    [EXIT.os, 'the system refuses: a port that is taken or not allowed'],
    AWAY,
    FLEET_CONFIG,
  ],
  'fleet migrate': [[EXIT.ok, 'the tables are there'], USAGE, DEFECT, AWAY, FLEET_CONFIG],
  'fleet demo': [
    [EXIT.ok, 'stopped by a signal'],
    USAGE,
    DEFECT,
    [EXIT.os, 'the system refuses: a port that is taken or not allowed'],
    [EXIT.config, '@electric-sql/pglite is not installed, or NODE_ENV is production'],
  ],
  'fleet check': [
    [EXIT.ok, 'verified, warnings included'],
    USAGE,
    DEFECT,
    [EXIT.temporary, 'no verdict, or the database is away: trying again may help'],
    [EXIT.refused, 'refused: Graph answered, and the token breaks the policy'],
    [EXIT.config, 'the configuration is wrong, the tables are not of this version, or the id is not known'],
  ],
  'fleet status': [
    [EXIT.ok, 'shown; with --strict: no token is refused, and checks are in time'],
    USAGE,
    DEFECT,
    [EXIT.temporary, 'the database is away; with --strict: checks are late'],
    [EXIT.refused, 'with --strict: a token is refused'],
    FLEET_CONFIG,
  ],
} as const satisfies Readonly<Record<string, readonly ExitRow[]>>

export type CommandWithExits = keyof typeof COMMAND_EXITS

/** The section of `--help`: of one command, or of all together. */
export function exitText(command?: CommandWithExits): string {
  const names = Object.keys(EXIT) as (keyof typeof EXIT)[]
  const rows: readonly ExitRow[] =
    command === undefined ? names.map((name) => [EXIT[name], EXIT_MEANINGS[name]]) : COMMAND_EXITS[command]
  const width = Math.max(...rows.map(([code]) => String(code).length)) + 4
  const lines = rows.flatMap(([code, meaning]) =>
    wrap(meaning, WIDTH - width).map((line, index) => `${index === 0 ? `  ${code}` : ''}`.padEnd(width) + line),
  )
  return ['Exit codes:', ...lines, ...(command === 'run' ? ['  Once CMD is started: its own code.'] : [])].join('\n')
}
