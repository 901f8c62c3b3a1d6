import { EXPLAINED_CODES, explainFailure } from '../../src/sending/failures.ts'
import { paragraphs, section, withCode } from './markdown.ts'

/** `docs/sending.md`: what each error to a message means, and what to do. */

const INTRO = `What each error of Graph to a message means, and what to do. \`send-test\` prints the same. Search this page for the number that you have, from \`send-test\` or from your own backend.

This page is written from the tables in the source (\`npm run docs\`), and a test compares the two. \`send-test\` ends with [the exit code](reference.md#exit-codes) in brackets.

- **Accepted is not delivered:** many failures come later, by webhook only.
- **0, 102 and 190** are about the token. The advice is that of the [finding](reference.md#findings).
- **5, and 200 with "API access blocked",** are about the app.
- **100 with subcode 33** is about the number's id or its assignment (exit 77).
- **200 with "You do not have the necessary permissions required to send messages"** is not a missing permission: the system user lacks full control of the Messaging account ([guide](guide.md), step 3).
- **1, and any HTTP 5xx,** are an outage (exit 75).
- **A code that is not here** is shown with Graph's words (exit 65).`

function explanationOf(code: number): { readonly text: string; readonly code: number } {
  const error = { httpStatus: 400, code, subcode: null, type: 'OAuthException', message: '', isTransient: false }
  const { means, toDo, exitCode } = explainFailure(error)
  return { code, text: `${withCode(means)} (exit ${exitCode})\n\n**What to do:** ${withCode(toDo)}` }
}

/** Codes that mean the same share a section. */
export function sending(): string {
  const explained = EXPLAINED_CODES.toSorted((a, b) => a - b).map(explanationOf)
  const texts = [...new Set(explained.map(({ text }) => text))]
  const sections = texts.map((text) =>
    section(
      explained
        .filter((each) => each.text === text)
        .map(({ code }) => String(code))
        .join(', '),
      text,
    ),
  )
  return `${paragraphs('# Errors to a message', INTRO, '## By code', ...sections)}\n`
}
