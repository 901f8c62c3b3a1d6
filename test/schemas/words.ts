import { z } from 'zod'
import type { Status } from '../../src/guard/checks.ts'
import { CAUSES, type CauseName } from '../../src/verification/causes.ts'
import { FINDING_CODES } from '../../src/verification/codes.ts'
import type { Severity } from '../../src/verification/finding.ts'
import { NOTE_CODES } from '../../src/verification/notes.ts'

/** The words that occur in several of the documents. */

/** Words that a later version will not add to, each with what it means. */
export function closed<Word extends string>(meanings: Readonly<Record<Word, string>>, description: string) {
  const explained = Object.entries<string>(meanings).map(([word, meaning]) => `\`${word}\`: ${meaning}`)
  return z.enum(Object.keys(meanings) as Word[]).describe(`${description} ${explained.join('; ')}.`)
}

/** Words that a later version may add to: the published schema names them, and takes others (render.ts). */
export function growing<Word extends string>(words: readonly Word[], id: string, description: string) {
  return z
    .enum(words as Word[])
    .meta({ id, isGrowing: true, description: `${description} A later version may know more.` })
}

export const time = (description: string) => z.iso.datetime().describe(`${description} RFC 3339, UTC.`)
export const timeOrNull = (description: string) => z.iso.datetime().nullable().describe(`${description} RFC 3339, UTC.`)

export const status = closed<Status>(
  {
    pass: 'all is well',
    warn: 'it works, and something wants attention',
    fail: 'the token is refused or not verified',
  },
  'The status.',
).meta({ id: 'status' })

export const severity = closed<Severity>(
  { fail: 'it refuses the token', warn: 'it does not', unverified: 'an answer is missing, which decides nothing' },
  'What the finding means for the token.',
).meta({ id: 'severity' })

export const findingCode = growing(FINDING_CODES, 'findingCode', 'The code of a finding: one word for one meaning.')
const noteCode = growing(NOTE_CODES, 'noteCode', 'The code of a note: one word for one meaning.')
export const causeName = growing(
  Object.keys(CAUSES) as CauseName[],
  'causeName',
  'The name of a cause: it stays, while its texts may change.',
)

const step = (whose: string) =>
  z
    .int()
    .min(1)
    .max(6)
    .nullable()
    .describe(`The step of the setup guide that mends ${whose}, 1 to 6; null where none does.`)

const remedy = (description: string) => z.string().describe(description)

const cause = z
  .strictObject({ name: causeName, remedy: remedy('What mends this cause.'), step: step('this cause') })
  .meta({ id: 'cause', description: 'Why a finding holds, and what mends it.' })

/** What a finding has wherever it is shown. */
export const FINDING = {
  code: findingCode,
  severity,
  remedy: remedy("What to do: the first cause's remedy."),
  step: step('the first cause'),
  causes: z.array(cause).min(1).describe('Why it holds, the gravest first. Never empty.'),
}

const errorCode = z.int().describe("Graph's error code.")
const errorSubcode = z.int().nullable().describe("Graph's error subcode; null where it gave none.")

export const reason = z
  .strictObject({ code: errorCode, subcode: errorSubcode })
  .meta({ id: 'reason', description: "The numbers of Graph's error." })

/** Graph's error in full, as facts hold it. */
export const graphError = z
  .strictObject({
    code: errorCode,
    subcode: errorSubcode,
    message: z.string().describe("Graph's own text, without control characters and secrets. Not to be parsed."),
    cause: causeName.describe('Why Graph says so, as far as code, subcode and text show it.'),
  })
  .meta({ id: 'graphError', description: 'An error of Graph, in its own words.' })

export const finding = z
  .strictObject({
    ...FINDING,
    expected: z.string().describe('What the policy demands. May hold identifiers.'),
    observed: z.string().describe('What Graph said. May hold identifiers and words of Graph, never a secret.'),
    reason: reason.optional().describe("The numbers of Graph's error. Absent where it gave none."),
  })
  .meta({ id: 'finding', description: 'One thing that is wrong, with what to do about it.' })

export const findings = z.array(finding).describe('What is wrong, the gravest first. Empty when all is well.')

export const note = z
  .strictObject({ code: noteCode, text: z.string().describe('The note for people, without identifiers.') })
  .meta({ id: 'note', description: 'Something worth knowing that changes neither status nor exit code.' })
