import { VARIABLE_NAMES, variable, type VariableName } from '../../src/config/variables.ts'
import { wrap } from '../../src/report/paint.ts'
import { chapter, index, section, withCode } from './markdown.ts'

/** The chapter of the variables, and `.env.example`. */

const INTRO = `The program reads a variable from the command line's options, the environment, \`.env.local\` and \`.env\`. The first of these that has the variable wins, for each variable by itself. \`--env-file PATH\` replaces \`.env.local\` and \`.env\`. [The token and its sources](secrets.md) has the rest: which token was used, FIFOs, and how to change a secret without a restart.

- **Empty:** an empty value counts as unset.
- **Durations** have a unit: \`500ms\`, \`5s\`, \`5m\`, \`1h\`, \`14d\`. The longest is \`24d\`.
- **Files:** a variable with a \`_FILE\` form reads its value from the file, or the FIFO, that \`NAME_FILE\` names. Set one of the two.
- **Faults:** all faults are listed at once, each with what was expected (exit 78). The token's text is judged before any request to Graph, and a fault names [the likely reason](troubleshooting.md#exit-78): quotes, a comment, JSON around it, base64, an invisible character and others.
- **Names:** an unknown \`TOKEN_GUARD_…\` name is a warning. So is a slip of one of these names, or another program's name for the same (\`WABA_ID\`), while ours is not set.
- **Of the runtime:** \`HTTPS_PROXY\`, \`NO_PROXY\` and \`NODE_EXTRA_CA_CERTS\` work on Bun and Node alike. Loopback is never proxied, and certificates are [always verified](operating.md#variables-that-are-the-runtimes).
- **In the library** the options of \`createTokenGuard\` are these variables in camelCase without their prefix (\`staleAfter\`, \`phoneNumberId\`), and mean the same. Durations may be milliseconds.`

function ofVariable(name: VariableName): string {
  const { meaning, more, expected, file, secret, default: usual, shownDefault } = variable(name)
  const shown = shownDefault ?? usual
  return section(
    name,
    withCode([meaning, more].filter((part) => part !== undefined).join(' ')),
    [
      shown === null
        ? 'There is no default.'
        : shown === 'required'
          ? 'It is required.'
          : shownDefault === undefined
            ? `The default is \`${shown}\`.`
            : `The default is ${withCode(shown)}.`,
      `Expected: ${withCode(expected).replace(/\.$/, '')}.`,
      file ? `\`${name}_FILE\` names a file that holds it.` : '',
      secret ? 'It is a secret: no log line and no report shows its value.' : '',
    ]
      .filter((part) => part !== '')
      .join(' '),
  )
}

export function variablesChapter(): string {
  return chapter('Variables', INTRO, index(VARIABLE_NAMES), ...VARIABLE_NAMES.map(ofVariable))
}

const ENV_INTRO = `# Copy this file to .env and fill in the token. Never commit .env.
# docs/reference.md explains every variable. This file is written from the same table.
# The secrets are followed: a changed token is verified and takes over without a restart.
# Values are read as they are written: no $VARIABLE is expanded. Put quotes around a value that holds a #.
# A variable NAME_FILE names a file that holds NAME's value (Docker and Kubernetes secrets): set one of the two.
# Durations: 500ms, 5s, 5m, 1h, 14d; at most 24d.`

/** Texts that may contain a #. */
const QUOTED: readonly VariableName[] = [
  'WHATSAPP_WEBHOOK_URL',
  'TOKEN_GUARD_OPERATOR_TOKEN',
  'TOKEN_GUARD_ALERT_URL',
  'TOKEN_GUARD_ALERT_SECRET',
]

/** A command stays on one line. */
const kept = (code: string) => code.replaceAll(' ', '\u00A0')

function exampleOf(name: VariableName): string {
  const { meaning, more, file, default: usual, shownDefault } = variable(name)
  const isRequired = shownDefault === 'required'
  const inWords = shownDefault === undefined || isRequired ? '' : `The default is ${shownDefault}.`
  const text = [meaning, more, inWords, isRequired ? 'Required.' : ''].filter((part) => part).join(' ')
  const secretFile = name.toLowerCase().replace(/^token_guard_/, '')
  return [
    ...wrap(text.replaceAll(/`[^`]*`/g, kept), 100).map((line) => `# ${line.replaceAll('\u00A0', ' ')}`),
    ...(file ? [`# ${name}_FILE=/run/secrets/${secretFile}`] : []),
    `${isRequired ? '' : '# '}${name}=${usual ?? (QUOTED.includes(name) ? '""' : '')}`,
  ].join('\n')
}

export function envExample(): string {
  return `${[ENV_INTRO, ...VARIABLE_NAMES.map(exampleOf)].join('\n\n')}\n`
}
