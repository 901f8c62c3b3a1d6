import { causeNamed, CAUSES, type CauseName } from '../causes.ts'
import { timeLeft, type Clocks } from '../clocks.ts'
import { FINDING_CODES, type FindingCode } from '../codes.ts'
import type { DeadToken, GraphReason, LiveToken, TokenFacts } from '../facts.ts'
import { row, type Detail, type FindingRow } from '../finding.ts'
import { isoTime, quoted } from '../words.ts'

/** The token is of no use any more, or not one that this app may see. */

/** A dead token explains all that Graph says of its scopes, its app and its assets. */
const ALL_THAT_NEEDS_A_LIVE_TOKEN: readonly FindingCode[] = FINDING_CODES.filter((code) =>
  /^(token\.(expires|type|data)|scope|app|account|phone)/.test(code),
)

/** The cause where Graph gives no reason, and the usual one of each ending. */
const USUAL_CAUSES: Readonly<Record<DeadToken['ending'], CauseName>> = {
  expired: 'expired',
  revoked: 'session_ended',
  invalid: 'copied_wrong',
}

function sentenceOf(cause: CauseName): string {
  return causeNamed(cause).sentence ?? CAUSES.unexplained.sentence
}

function endingRow(ending: DeadToken['ending']): FindingRow {
  return row({
    code: `token.${ending}`,
    severity: 'fail',
    about: 'token',
    cause: USUAL_CAUSES[ending],
    hides: ALL_THAT_NEEDS_A_LIVE_TOKEN,
    detect: (facts, _policy, clocks) => {
      if (facts.kind === 'dead' && facts.ending === ending) return [ended(facts)]
      // A known expiry that passed is what the last answer itself said.
      return ending === 'expired' && hasExpired(facts, clocks) ? [outlived(facts)] : []
    },
  })
}

function hasExpired(facts: TokenFacts, clocks: Clocks): facts is LiveToken {
  return facts.kind === 'live' && typeof facts.expiresAt === 'number' && timeLeft(facts.expiresAt, clocks) <= 0
}

function ended({ reason, fromReads }: DeadToken): Detail {
  const cause = reason?.cause ?? 'unexplained'
  return { summary: sentenceOf(cause), ...wordsOf(reason, fromReads), reason, causes: [cause] }
}

/** Where debug_token gave no verdict the token's own reads did. */
function wordsOf(reason: GraphReason | null, fromReads: boolean): Pick<Detail, 'expected' | 'observed'> {
  return fromReads
    ? {
        expected: 'reads with this token that Graph answers',
        observed: `every read with this token is refused${quoted(reason)}`,
      }
    : { expected: 'is_valid: true', observed: `is_valid: false${quoted(reason)}` }
}

function outlived({ expiresAt }: LiveToken): Detail {
  return {
    summary: sentenceOf('expired'),
    expected: 'a token that lives',
    observed: `it expired at ${isoTime(expiresAt as number)}`,
  }
}

export const DEAD_FINDINGS: readonly FindingRow[] = [
  endingRow('expired'),
  endingRow('revoked'),
  endingRow('invalid'),
  row({
    code: 'app.blocked',
    severity: 'fail',
    about: 'token',
    cause: 'app_blocked',
    hides: ALL_THAT_NEEDS_A_LIVE_TOKEN.filter((code) => code !== 'app.blocked'),
    detect: (facts) =>
      facts.kind !== 'app_blocked'
        ? []
        : [
            {
              summary: `${sentenceOf('app_blocked')}.`,
              ...wordsOf(facts.reason, facts.fromReads),
              reason: facts.reason,
            },
          ],
  }),
  row({
    code: 'app.mismatch',
    severity: 'fail',
    about: 'token',
    cause: 'other_app',
    detect: (facts, { appId }) => {
      const expected = appId === null ? 'a token of the configured app' : `a token of the app ${appId}`
      const summary = 'The token belongs to another app than META_APP_ID.'
      if (facts.kind === 'foreign')
        return [
          {
            summary,
            expected,
            observed: `Graph refuses to show it to this app${quoted(facts.reason)}`,
            reason: facts.reason,
          },
        ]
      if (facts.kind !== 'live' || appId === null || facts.appId === null || facts.appId === appId) return []
      return [{ summary, expected, observed: `a token of the app ${facts.appId}` }]
    },
  }),
]
