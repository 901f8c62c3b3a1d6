import { makeFinding, type Finding } from '../verification/finding.ts'

/** Findings that are not Graph's: of a fleet around its tokens. */

/** The refusal of a token is held (incident.ts). */
export const SUSPECT_CODE = 'fleet.suspect'

export function suspectFinding(refusal: readonly string[]): Finding {
  return makeFinding(
    { code: SUSPECT_CODE, severity: 'warn', cause: 'many_at_once' },
    {
      summary: 'Graph refuses many tokens of this app at once, this one among them: the refusal is held.',
      expected: 'a refusal of this token alone',
      observed: `many refusals at once, here ${refusal.join(', ')}`,
    },
  )
}

/** `problem`: the end of a sentence that begins with "the token". */
export function unresolvedFinding(problem: string): Finding {
  return makeFinding(
    { code: 'token.unresolved', severity: 'warn', cause: 'token_not_given' },
    {
      summary: 'The source of the fleet gave no token to ask about.',
      expected: 'a token for this id',
      observed: `the token ${problem}`,
    },
  )
}
