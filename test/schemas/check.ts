import { z } from 'zod'
import { EXIT } from '../../src/exit-codes.ts'
import { facts } from './facts.ts'
import { closed, findings, note, status, timeOrNull } from './words.ts'

const fault = z
  .strictObject({
    name: z.string().describe('The variable or the option that is wrong.'),
    problem: z.string().describe('What is wrong, as the end of a sentence that begins with the name.'),
    expected: z.string().describe('What was expected, and how to mend it.'),
  })
  .describe('One thing that is wrong with the configuration. Never holds the value of a secret.')

const tokenOrigin = {
  from: z
    .string()
    .describe(
      'The source: `environment`, `.env.local`, `.env` or another file that the runtime loaded, `env-file` (that of --env-file), `command-line`, `library`; with ` → PATH` where WHATSAPP_TOKEN_FILE names a file.',
    ),
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{12}$/)
    .nullable()
    .describe("The first 12 hex digits of the token's SHA-256; null where the text is no token, or cannot be read."),
}

const tokenSource = z
  .strictObject({
    ...tokenOrigin,
    others: z
      .array(z.strictObject(tokenOrigin).describe('A source that holds another token, which was not used.'))
      .describe('The weaker sources that hold another token. One that cannot be read is left out.'),
  })
  .describe('Where the token in use came from. Never holds a token.')

export const check = z
  .strictObject({
    version: z
      .literal(1)
      .describe('The version of this document. It changes when a member goes or means another thing.'),
    status: status.describe('The status of the token: `fail` unless it is verified.'),
    outcome: closed(
      {
        verified: 'Graph knows the token, and nothing refuses it',
        refused: 'Graph answered, and the token breaks the policy',
        unverified: 'there is no verdict',
      },
      'How the verification ended.',
    ),
    exitCode: z
      .literal([EXIT.ok, EXIT.temporary, EXIT.refused, EXIT.config])
      .describe(
        'The exit code of the program. 0: verified; 75: not verified in time, trying again may help; 77: refused (or a warning, with --strict); 78: the configuration is wrong or Graph refuses the asker.',
      ),
    checkedAt: timeOrNull('When Graph was last asked; null where nothing was asked.'),
    findings,
    facts: facts.nullable().describe('What Graph said; null where nothing was asked. Holds identifiers.'),
    faults: z.array(fault).describe('What is wrong with the configuration. Then nothing was asked.'),
    notes: z.array(note).describe('What is worth knowing and changes neither status nor exit code.'),
    tokenSource: tokenSource.nullable().describe('Where the token in use came from; null where no token is set.'),
  })
  .meta({
    title: 'whatsapp-token-guard check --json',
    description: 'The document that `check --json` prints on standard output. Identifiers are in it, secrets never.',
  })
