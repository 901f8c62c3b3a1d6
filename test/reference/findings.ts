import { causeNamed, type CauseName } from '../../src/verification/causes.ts'
import { FINDING_CODES, isAskerRefused, KEY_OF, type FindingCode } from '../../src/verification/codes.ts'
import { EXPLANATIONS } from '../../src/verification/explanations.ts'
import { FAIL_ON_CODES } from '../../src/verification/fail-on.ts'
import { FINDING_ROWS } from '../../src/verification/findings/all.ts'
import { NOTES } from '../../src/verification/notes.ts'
import { asSentence, bullets, chapter, index, linkTo, section, withCode } from './markdown.ts'

/** The chapters of the findings and of the notes. */

const INTRO = `A finding is one thing that is wrong. \`check --json\`, the log, alerts, metrics and the health body name it by its code. The codes stay; the sentences may change.

Each finding has one [cause](causes.md) or more, the gravest first, and the advice is that of the cause. A cause hides its consequences: a revoked token is one finding, and not a list of missing permissions. A refusal takes effect when the same request, made again a second later, is refused too.

- **\`fail\`** refuses the token: exit 77 at boot, 503 at \`/health/token\` later.
- **\`warn\`** does not: exit 0, and 200 at \`/health/token\`. \`TOKEN_GUARD_FAIL_ON\` turns chosen warnings into \`fail\`.
- **\`unverified\`** is a missing answer and never a verdict on the token. Do not generate a new token because Graph was silent. At boot it is exit 75, in service the last definite answer stays in force.

Where \`debug_token\` gives no verdict, the token's own reads may decide: [operating](operating.md#when-debug_token-gives-no-verdict) says how. "The account" is the Messaging account (until 2026: WhatsApp Business Account, WABA). "Guide" is [the setup guide](guide.md).`

const failOn = (code: FindingCode) =>
  (FAIL_ON_CODES as readonly string[]).includes(code) ? ` \`TOKEN_GUARD_FAIL_ON=${code}\` makes it \`fail\`.` : ''

function weightOf(code: FindingCode): string {
  const { weight } = EXPLANATIONS[code]
  if (weight !== undefined) return weight.includes('TOKEN_GUARD_FAIL_ON') ? weight : `${weight}${failOn(code)}`
  if (isAskerRefused(code)) return '`unverified`, since it says nothing about the token. At boot it is exit 78.'
  const severity = FINDING_ROWS.find((row) => row.code === code)?.severity
  if (severity === 'fail') return '`fail`.'
  return severity === 'warn' || !code.startsWith('graph.')
    ? `\`warn\`.${failOn(code)}`
    : '`unverified`. At boot it is exit 75.'
}

function ofCause([name, when]: readonly [string, string]): string {
  const { remedy, step } = causeNamed(name as CauseName)
  const guide = step === null ? '' : ` (Guide, step ${step}.)`
  return `[\`${name}\`](causes.md#${name}): ${asSentence(when)}\n\n  **What to do:** ${withCode(remedy)}${guide}`
}

function ofFinding(code: FindingCode): string {
  const { means, why, see, todo, causes, related } = EXPLANATIONS[code]
  return section(
    code,
    means,
    bullets([
      `**Severity:** ${weightOf(code)} It is shown at \`${KEY_OF[code]}\`.`,
      `**Why:** ${why}`,
      `**Where to look:** ${see}`,
      ...(todo === undefined ? [] : [`**In any case:** ${todo}`]),
      `**Related:** ${related.map((each) => linkTo(each)).join(', ')}.`,
    ]),
    Object.keys(causes).length === 1 ? 'Its cause:' : 'Its causes:',
    bullets(Object.entries(causes).map(ofCause)),
  )
}

export function findingsChapter(): string {
  return chapter('Findings', INTRO, index(FINDING_CODES), ...FINDING_CODES.map(ofFinding))
}

export function notesChapter(): string {
  return chapter(
    'Notes',
    'A note is worth knowing, and changes neither the status nor the exit code. `check` prints notes, `check --json` has them with their codes, and the health body has their texts.',
    bullets(Object.entries(NOTES).map(([code, when]) => `**\`${code}\`:** ${withCode(when)}`)),
  )
}
