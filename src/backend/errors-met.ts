import type { GraphError } from '../graph/error.ts'
import { classify } from '../graph/errors.ts'
import type { ErrorClass } from '../verification/causes.ts'

/** PURE. Which errors that a backend met may speak of the token, the account or a number. All others are forgotten. */

export type ErrorMetRow = {
  /** The codes as the documentation shows them. */
  readonly codes: string
  readonly fits: (error: GraphError) => boolean
  readonly mayMean: string
  readonly source: string
}

const ofClass =
  (...classes: readonly ErrorClass[]) =>
  (error: GraphError) =>
    classes.includes(classify(error))
const ofCode =
  (...codes: readonly number[]) =>
  ({ code }: GraphError) =>
    codes.includes(code)

export const ERRORS_MET: readonly ErrorMetRow[] = [
  {
    codes: '190, 102, 0',
    fits: ofClass('credential_expired', 'credential_revoked', 'credential_invalid', 'credential_ended'),
    mayMean: 'the token has ended',
    source: 'Meta: access tokens, error codes and subcodes',
  },
  {
    codes: '3, 10, 200–299, and 100 with the words of a missing permission',
    fits: ofClass('not_permitted'),
    mayMean: 'a permission or an assignment is missing',
    source: 'Meta: error handling; captured',
  },
  {
    codes: '100 with subcode 33, 33, 803',
    fits: ofClass('not_visible'),
    mayMean: 'the account or the number is not assigned any more',
    source: 'captured: "Unsupported get request. Object with ID …"',
  },
  {
    codes: '200 "API access blocked"',
    fits: ofClass('app_blocked'),
    mayMean: 'Meta has blocked the app',
    source: 'captured, often in 2026',
  },
  {
    codes: '5',
    fits: ofClass('address_denied'),
    mayMean: "the app's list of allowed addresses has changed",
    source: 'captured: "(#5) Unauthorized source IP address"',
  },
  {
    codes: '368, 131031',
    fits: ofClass('locked'),
    mayMean: 'the account is locked',
    source: 'Meta: WhatsApp error codes',
  },
  { codes: '131005', fits: ofCode(131005), mayMean: 'access is denied', source: 'Meta: WhatsApp error codes' },
  {
    codes: '131042',
    fits: ofCode(131042),
    mayMean: 'the account cannot pay',
    source: 'Meta: WhatsApp error codes',
  },
  {
    codes: '131037',
    fits: ofCode(131037),
    mayMean: 'the display name of the number is not approved',
    source: 'Meta: WhatsApp error codes',
  },
  {
    codes: '131045, 133010',
    fits: ofCode(131045, 133010),
    mayMean: 'the number is not registered',
    source: 'Meta: WhatsApp error codes',
  },
]

/** The object that the error names, if it names one. */
export function objectNamedIn({ message }: GraphError): string | null {
  return /(?:Object with ID '?|do not exist: )(\d{5,32})/.exec(message)?.[1] ?? null
}
