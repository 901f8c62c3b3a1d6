import type { ErrorRow } from './error.ts'

const CREDENTIAL: ErrorRow['codes'] = [0, 102, 190]
const META_SUBCODES = 'Meta: access tokens, subcodes'

/** What ends a token, or is said of a text that is none. Subcodes come first: they are exact. */
export const CREDENTIAL_ERRORS: readonly ErrorRow[] = [
  { cause: 'expired', codes: CREDENTIAL, subcodes: [463], source: META_SUBCODES },
  { cause: 'app_removed', codes: CREDENTIAL, subcodes: [458], source: META_SUBCODES },
  {
    cause: 'login_check',
    codes: CREDENTIAL,
    subcodes: [459, 490],
    source: 'captured: "You cannot access the app till you log in …", "… enrolled in a blocking, logged-in checkpoint"',
  },
  {
    cause: 'password_changed',
    codes: CREDENTIAL,
    subcodes: [452, 460],
    source: 'Meta: access tokens, 460; captured: 452 with the same text',
  },
  { cause: 'user_unconfirmed', codes: CREDENTIAL, subcodes: [464], source: META_SUBCODES },
  {
    cause: 'integration_user_gone',
    codes: CREDENTIAL,
    subcodes: [465],
    source: 'captured: "Sessions for the user are not allowed.", a user of Embedded Signup that is deleted or foreign',
  },
  { cause: 'revoked_by_call', codes: CREDENTIAL, subcodes: [466], source: META_SUBCODES },
  { cause: 'logged_out', codes: CREDENTIAL, subcodes: [467], source: META_SUBCODES },
  { cause: 'session_ended', codes: CREDENTIAL, subcodes: [468], source: META_SUBCODES },
  { cause: 'role_lost', codes: CREDENTIAL, subcodes: [492], source: META_SUBCODES },
  {
    cause: 'app_deleted',
    codes: CREDENTIAL,
    text: /Application has been deleted/i,
    source: 'captured, 2026: to every token of an app that is gone, its own included',
  },
  {
    cause: 'copied_wrong',
    codes: CREDENTIAL,
    text: /^Invalid OAuth|cannot parse|could not be decrypted|malformed|signature/i,
    source: 'captured: what Graph says of a text that it cannot read',
  },
  {
    cause: 'expired',
    codes: CREDENTIAL,
    text: /session has expired/i,
    source: 'captured: the subcode may be absent',
  },
  {
    cause: 'password_changed',
    codes: CREDENTIAL,
    text: /changed (?:their|the) password/i,
    source: 'captured: the subcode may be absent',
  },
  {
    cause: 'revoked_by_call',
    codes: CREDENTIAL,
    text: /invalidated explicitly using an API call/i,
    source: 'captured: the subcode may be absent',
  },
  { cause: 'logged_out', codes: CREDENTIAL, text: /logged out/i, source: 'captured: the subcode may be absent' },
  {
    cause: 'app_removed',
    codes: CREDENTIAL,
    text: /has not authorized/i,
    source: 'captured: the subcode may be absent',
  },
  { cause: 'session_ended', codes: CREDENTIAL, text: /invalidated/i, source: 'captured: the subcode may be absent' },
  { cause: 'unexplained', codes: CREDENTIAL, source: 'Meta: 0, 102 and 190 without a known subcode or text' },
]
