import { makeFinding, type Finding } from '../verification/finding.ts'

/** Findings that are not Graph's: of age, of a candidate, and of a command that runs. */

/** The last definite answer has grown old. */
export function staleFinding(severity: 'warn' | 'fail', ageMs: number, staleAfterMs: number): Finding {
  const minutes = (ms: number) => `${Math.floor(ms / 60_000)} min`
  return makeFinding(
    { code: 'graph.stale', severity, cause: 'silence_lasts' },
    {
      summary: 'The last definite answer from Graph about the token is too old.',
      expected: `an answer within ${minutes(staleAfterMs)}`,
      observed: `the last one is ${minutes(ageMs)} old`,
    },
  )
}

/** The token's source holds another one, which was refused. */
export function candidateFinding(refusal: readonly Finding[]): Finding {
  const [first] = refusal
  return makeFinding(
    { code: 'token.candidate_refused', severity: 'warn', cause: 'candidate_bad' },
    {
      summary: `The changed token was refused (${refusal.map(({ code }) => code).join(', ')}); the old one stays in service.`,
      expected: first?.expected ?? 'a token that passes',
      observed: first?.observed ?? 'a refused one',
    },
  )
}

/** The token was changed while a command runs that was started with the one before. */
export const CHILD_OUTDATED: Finding = makeFinding(
  { code: 'token.child_outdated', severity: 'warn', cause: 'command_not_restarted' },
  {
    summary: 'The command still has the token of its start; another one has taken over.',
    expected: 'a command that was started after the change',
    observed: 'a command that was started before it',
  },
)
