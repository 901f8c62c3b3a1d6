/** What Graph said, as plain data. Everything that knows Graph's JSON is in graph/wire.ts. */

/** When something ends: milliseconds since the Unix epoch, `never` (Graph's 0), or `null` where Graph did not tell. */
export type Expiry = number | 'never' | null

/** Graph's own words for an error. `message` is cleaned (no control characters, no secret) and for operators only. */
export type GraphReason = {
  readonly code: number
  readonly subcode: number | null
  readonly message: string
}

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
  /** `SYSTEM_USER`, `USER`, `PAGE`, `APP`, …; old answers tell none. */
  readonly type: string | null
  readonly scopes: readonly string[]
  readonly granularScopes: readonly GranularScope[]
  readonly expiresAt: Expiry
  readonly dataAccessExpiresAt: Expiry
  readonly issuedAtMs: number | null
}

/** Graph calls the token dead: `is_valid: false`, or a 190 to a token that inspects itself. */
export type DeadToken = {
  readonly about: 'token'
  readonly kind: 'dead'
  readonly cause: 'expired' | 'revoked' | 'invalid'
  readonly reason: GraphReason | null
}

/** Graph will not show the token to the configured app: it belongs to another one. */
export type ForeignToken = { readonly about: 'token'; readonly kind: 'foreign'; readonly reason: GraphReason }

export type TokenFacts = LiveToken | DeadToken | ForeignToken

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

/** The WhatsApp Business Account. Source: GET /{waba-id}. */
export type AccountFacts = { readonly about: 'account' } & (
  | {
      readonly kind: 'readable'
      readonly name: string | null
      readonly status: string | null
      readonly sending: Sending | null
    }
  | NotShown
)

/** One sending number. Source: GET /{phone-number-id}. */
export type PhoneFacts = { readonly about: 'phone'; readonly phoneNumberId: string } & (
  | {
      readonly kind: 'readable'
      readonly displayNumber: string | null
      readonly name: string | null
      /** `CONNECTED` is the only one that sends; the set is open. */
      readonly status: string | null
      readonly sending: Sending | null
    }
  | NotShown
)

/** The numbers of the account. Source: GET /{waba-id}/phone_numbers. */
export type NumbersFacts = { readonly about: 'numbers'; readonly phoneNumberIds: readonly string[] }

/** The apps that get the account's webhooks. Source: GET /{waba-id}/subscribed_apps. */
export type SubscriptionsFacts = { readonly about: 'subscriptions'; readonly appIds: readonly string[] }

/** What the answers' headers tell: `facebook-api-version` and `Date`. */
export type ConnectionFacts = {
  readonly about: 'connection'
  readonly askedVersion: string
  readonly servedVersion: string | null
  /** Graph's clock minus ours, milliseconds; `null` where there was no date. */
  readonly clockOffsetMs: number | null
}

export type Facts = TokenFacts | AccountFacts | PhoneFacts | NumbersFacts | SubscriptionsFacts | ConnectionFacts

/** What one asks Graph. Each has its own last definite answer. */
export type Question = 'token' | 'account' | 'numbers' | 'subscriptions' | 'connection' | `phone:${string}`

export function questionOf(facts: Facts): Question {
  return facts.about === 'phone' ? `phone:${facts.phoneNumberId}` : facts.about
}
