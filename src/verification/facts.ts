import type { CauseName } from './causes.ts'

/** What Graph said, as plain data. Everything that knows Graph's JSON is in graph/wire.ts. */

/** When something ends: milliseconds since the Unix epoch, `never` (Graph's 0), or `null` where Graph did not say. */
export type Expiry = number | 'never' | null

/** Graph's own words for an error. `message` is cleaned (no control characters, no secret) and for operators only. */
export type GraphReason = {
  readonly code: number
  readonly subcode: number | null
  readonly message: string
  /** Why Graph says so, as far as code, subcode and text show it. */
  readonly cause: CauseName
}

/** An address that may hold a secret: what may be shown of it, and what compares it. */
export type WebhookAddress = { readonly host: string; readonly digest: string }

export type GranularScope = {
  readonly scope: string
  /** `null`: granted in general, or to what is assigned. Proves nothing about one account. */
  readonly targetIds: readonly string[] | null
}

/** Graph calls the token valid. Source: GET /debug_token, `data`. */
export type LiveToken = {
  readonly about: 'token'
  readonly kind: 'live'
  readonly appId: string | null
  readonly userId: string | null
  /** `SYSTEM_USER`, `USER`, `PAGE`, `APP`, …; old answers give none. */
  readonly type: string | null
  readonly scopes: readonly string[]
  readonly granularScopes: readonly GranularScope[]
  readonly expiresAt: Expiry
  readonly dataAccessExpiresAt: Expiry
  readonly issuedAtMs: number | null
}

/** Graph calls the token dead: `is_valid: false`, a 190 to a token that inspects itself, or to all of its own reads. */
export type DeadToken = {
  readonly about: 'token'
  readonly kind: 'dead'
  readonly ending: 'expired' | 'revoked' | 'invalid'
  readonly reason: GraphReason | null
  /** The token's own reads say it, since debug_token gave no verdict. */
  readonly fromReads: boolean
}

/** Meta has blocked the app's access to the API, and with it every token of the app. */
export type BlockedApp = {
  readonly about: 'token'
  readonly kind: 'app_blocked'
  readonly reason: GraphReason
  readonly fromReads: boolean
}

/** Graph will not show the token to the configured app: it belongs to another one. */
export type ForeignToken = { readonly about: 'token'; readonly kind: 'foreign'; readonly reason: GraphReason }

export type TokenFacts = LiveToken | DeadToken | ForeignToken | BlockedApp

/** Why messages are limited or blocked: one of the entities of `health_status`. */
export type SendingCause = {
  /** `PHONE_NUMBER`, `WABA`, `BUSINESS`, `APP`, … */
  readonly entity: string
  readonly code: number | null
  readonly text: string
}

/** `can_send_message` as we read it: without what concerns calls only. */
export type Sending = { readonly canSend: string; readonly causes: readonly SendingCause[] }

/** The ways in which Graph does not show a node, each a definite answer. */
export type NotShown =
  | { readonly kind: 'unassigned'; readonly reason: GraphReason }
  | { readonly kind: 'wrong_kind'; readonly nodeType: string | null; readonly reason: GraphReason }
  | { readonly kind: 'locked'; readonly reason: GraphReason }

export type Optional = 'status' | 'review' | 'platformType' | 'sending' | 'webhooks'

/** What Graph did not give of a node, since it no longer has the field, or all was too much. What was known stays known. */
export type Unread = {
  readonly unread: readonly Optional[]
  /** All was too much: the rest is asked for again soon. */
  readonly isShortened: boolean
}

/** Where messages go, the nearest first: the number's own address, the account's, the app's. */
export type WebhookConfiguration = {
  readonly phoneNumber: WebhookAddress | null
  readonly account: WebhookAddress | null
  readonly application: WebhookAddress | null
}

/** The WhatsApp Business Account. Source: GET /{waba-id}. */
export type AccountFacts = { readonly about: 'account'; readonly businessAccountId: string } & (
  | (Unread & {
      readonly kind: 'readable'
      readonly name: string | null
      /** `ACTIVE`, `DISABLED`, …; the set is open. */
      readonly status: string | null
      /** `APPROVED`, `PENDING`, `REJECTED`, …: `account_review_status`; the set is open. */
      readonly review: string | null
      readonly sending: Sending | null
    })
  | NotShown
)

/** One sending number. Source: GET /{phone-number-id}. */
export type PhoneFacts = { readonly about: 'phone'; readonly phoneNumberId: string } & (
  | (Unread & {
      readonly kind: 'readable'
      readonly displayNumber: string | null
      readonly name: string | null
      /** `CONNECTED` is the only one that sends; the set is open. */
      readonly status: string | null
      /** `NOT_APPLICABLE` is a number that was added and never registered. */
      readonly platformType: string | null
      readonly sending: Sending | null
      /** Where its messages go: `webhook_configuration`. */
      readonly webhooks: WebhookConfiguration | null
    })
  | NotShown
)

/** The numbers of the account. Source: GET /{waba-id}/phone_numbers. */
export type NumbersFacts = {
  readonly about: 'numbers'
  readonly phoneNumberIds: readonly string[]
  /** The telephone numbers' digits, by id, where Graph shows them. */
  readonly digitsOf: Readonly<Record<string, string>>
}

/** The apps that get the account's webhooks. Source: GET /{waba-id}/subscribed_apps. */
export type SubscriptionsFacts = {
  readonly about: 'subscriptions'
  readonly appIds: readonly string[]
  /** Where the account sends an app's webhooks in place of the app's own address, by app id. */
  readonly overrides: Readonly<Record<string, WebhookAddress>>
}

/** What the app has subscribed to of WhatsApp. Source: GET /{app-id}/subscriptions, with the app's own token. */
export type AppFacts = {
  readonly about: 'app'
  readonly appId: string
  /** `null`: the app has no subscription to WhatsApp. */
  readonly subscription: { readonly callback: WebhookAddress | null; readonly fields: readonly string[] } | null
}

/** The token's own user can be read: it is alive. Source: GET /me. */
export type MeFacts = { readonly about: 'me' }

/** What the answers' headers show: `facebook-api-version` and `Date`. */
export type ConnectionFacts = {
  readonly about: 'connection'
  readonly askedVersion: string
  readonly servedVersion: string | null
  /** Graph's clock minus ours, milliseconds; `null` where there was no date. */
  readonly clockOffsetMs: number | null
}

export type Facts =
  TokenFacts | AccountFacts | PhoneFacts | NumbersFacts | SubscriptionsFacts | AppFacts | MeFacts | ConnectionFacts

/** What one asks Graph. Each has its own last definite answer. */
export type Question =
  'token' | 'account' | 'numbers' | 'subscriptions' | 'app' | 'me' | 'connection' | `phone:${string}`

export function questionOf(facts: Facts): Question {
  return facts.about === 'phone' ? `phone:${facts.phoneNumberId}` : facts.about
}
