/** What an error of Graph's speaks of. What follows from it depends on what was asked (graph/meaning.ts). */
export type ErrorClass =
  | 'app_secret_wrong'
  | 'asker_not_allowed'
  | 'proof_required'
  | 'foreign_app'
  | 'app_blocked'
  | 'address_denied'
  | 'too_much_asked'
  | 'field_unknown'
  | 'path_unknown'
  | 'throttled'
  | 'transient'
  | 'credential_expired'
  | 'credential_revoked'
  | 'credential_invalid'
  /** Of no use any more, and Graph does not say why. */
  | 'credential_ended'
  | 'not_visible'
  | 'not_permitted'
  | 'locked'
  | 'unrecognised'

export type GuideStep = 1 | 2 | 3 | 4 | 5 | 6

/** Why a finding holds, and what mends it. No text holds an identifier. */
export type Cause = {
  /** `null`: no error of Graph's is behind it. */
  readonly class: ErrorClass | null
  /** What it is, in our own words: a sentence, or for a missing answer the end of one. */
  readonly sentence?: string
  /** What is true, what to click or type, what does not help: three sentences at the most. */
  readonly remedy: string
  /** The step of the setup guide that mends it, or `null`. */
  readonly step: GuideStep | null
}

/** The guide's step 4, as people read it. */
export const GENERATE =
  'In Meta Business Settings, open Users → System users → your system user → Generate token, choose the app, tick business_management, whatsapp_business_messaging and whatsapp_business_management, and put the new token into WHATSAPP_TOKEN.'

/** The guide's step 3. Meta's words since September 2026, each with the one before. */
export const ASSIGN =
  'In Meta Business Settings, open Users → System users → your system user → Assign assets, and choose both the Messaging account (until 2026: WhatsApp Business Account) and the WhatsApp account (the number), each with full control. Then generate a new token (guide step 4): a token does not learn of what is assigned later.'

/** Of an error that decides nothing. */
export const NOT_KNOWN_HERE =
  'Graph answered with an error that this program does not know, so it decides nothing. Look the code up in developers.facebook.com/docs/graph-api/guides/error-handling, and report it to this project.'
