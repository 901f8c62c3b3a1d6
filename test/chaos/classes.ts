import type { FindingCode } from '../../src/verification/codes.ts'
import type { Expected, Row } from './row.ts'

/** The classes of faults: each row of the table belongs to one, by what it must come to on Bun. */

export type FaultClass = Pick<Expected, 'exit' | 'status'> & {
  readonly what: string
  /** `null`: no finding. */
  readonly codes: readonly (FindingCode | null)[]
}

const UNVERIFIED = { exit: 75, status: 'warn' } as const
const REFUSED = { exit: 77, status: 'fail' } as const
const WARNED = { exit: 0, status: 'warn' } as const

export const FAULT_CLASSES: readonly FaultClass[] = [
  {
    what: 'gives no complete answer: the connection, TLS, proxy or DNS fails, or the time is over',
    ...UNVERIFIED,
    codes: ['graph.unreachable'],
  },
  {
    what: 'answers nonsense: a login page, broken JSON, a redirect, no end',
    ...UNVERIFIED,
    codes: ['graph.nonsense'],
  },
  { what: 'fails: HTTP 5xx, or an error that passes', ...UNVERIFIED, codes: ['graph.failing'] },
  { what: 'throttles: HTTP 429, or an error that says so', ...UNVERIFIED, codes: ['graph.rate_limited'] },
  { what: 'answers with an unknown error', ...UNVERIFIED, codes: ['graph.unrecognised'] },
  {
    what: 'refuses the one who inspects: app, secret, proof, address or version',
    exit: 78,
    status: 'warn',
    codes: [
      'inspector.rejected',
      'inspector.denied',
      'inspector.proof_required',
      'app.address_denied',
      'graph.version_unknown',
    ],
  },
  {
    what: 'refuses the token or its app',
    ...REFUSED,
    codes: [
      'token.expired',
      'token.expires',
      'token.revoked',
      'token.invalid',
      'scope.missing',
      'app.mismatch',
      'app.blocked',
    ],
  },
  {
    what: 'does not show the account or the number',
    ...REFUSED,
    codes: ['account.unassigned', 'account.wrong_kind', 'phone.unassigned'],
  },
  {
    what: 'restricts the account or the number, or shows the number alone',
    ...WARNED,
    codes: ['account.unassigned', 'account.blocked', 'phone.blocked'],
  },
  {
    what: 'leaves one question of several open',
    ...WARNED,
    codes: ['graph.unreachable', 'graph.nonsense', 'graph.failing', 'graph.rate_limited', 'graph.unrecognised'],
  },
  { what: 'has another time than this machine', ...WARNED, codes: ['clock.skewed'] },
  {
    what: 'answers unusually but well, or wrongly once',
    exit: 0,
    status: 'pass',
    codes: [null],
  },
]

export function belongsTo({ exit, status, codes }: FaultClass, { expected }: Row): boolean {
  return expected.exit === exit && expected.status === status && codes.includes(expected.code)
}
