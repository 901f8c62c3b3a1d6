import { authenticate, type Call, type Caller, listed, parameter, refuseDead, required } from './call.ts'
import { errors, Refusal } from './errors.ts'
import { IDS } from './ids.ts'
import { APP_SECRET, type IssuedToken, issueToken, readToken, tokenFacts } from './tokens.ts'

const SIXTY_DAYS_MS = 60 * 86_400_000

type Created = { readonly access_token: string }

const wantsEnd = (call: Call) => parameter(call, 'set_token_expires_in_60_days') === 'true'

function create(call: Call): Created {
  const app = required(call, 'business_app')
  if (app !== IDS.app) throw new Refusal(errors.unknownObject(call.method, app))
  const scopes = listed(call, 'scope')
  if (scopes.length === 0) throw new Refusal(errors.parameterMissing('scope'))
  const own = { type: 'SYSTEM_USER', expiresAtMs: wantsEnd(call) ? call.nowMs + SIXTY_DAYS_MS : null } as const
  return { access_token: issueToken(call.tokens, { issuedAtMs: call.nowMs, scopes, own, isRevoked: false }) }
}

/** Only a person's token makes others, and only of a node that has the edge. */
function demandPerson(call: Call, id: string, wanted: string): Caller {
  const caller = authenticate(call)
  if (id !== wanted || caller.kind === 'app') throw new Refusal(errors.unknownObject(call.method, id))
  return caller
}

/** POST /{system-user}/access_tokens: another token of the same system user. The ones before live on. */
export function issue(call: Call, id: string): Created {
  demandPerson(call, id, IDS.systemUser)
  return create(call)
}

/** POST /{business}/system_user_access_tokens: the same, asked of the business; `fetch_only` gives the newest alive. */
export function issueForBusiness(call: Call, id: string): Created {
  const caller = demandPerson(call, id, IDS.business)
  const user = required(call, 'system_user_id')
  if (user !== IDS.systemUser) throw new Refusal(errors.unknownObject(call.method, user))
  if (parameter(call, 'fetch_only') !== 'true') return create(call)
  const isAlive = (issued: IssuedToken) => tokenFacts(call.scene, issued, call.nowMs).death === null
  const alive = [...call.tokens].filter(([, issued]) => isAlive(issued)).map(([text]) => text)
  return { access_token: alive.at(-1) ?? caller.text }
}

/** Some edges know the app by its secret alone. */
function demandApp(call: Call): void {
  if (required(call, 'client_id') !== IDS.app) throw new Refusal(errors.unknownApp())
  const isRight = required(call, 'client_secret') === APP_SECRET && call.scene.world.app.secretAccepted
  if (!isRight) throw new Refusal(errors.badSecret())
}

type Exchanged = Created & { readonly token_type: 'bearer'; readonly expires_in?: number }

/**
 * GET /oauth/access_token: a fresh token for one that is still alive, which lives on to its own end. It ends in 60
 * days, but for that of a token without an end where no end was asked for.
 */
export function exchange(call: Call): Exchanged {
  demandApp(call)
  const grant = required(call, 'grant_type')
  if (grant !== 'fb_exchange_token') throw new Refusal(errors.unknownGrant())
  const text = required(call, 'fb_exchange_token')
  const reading = readToken(text, call.tokens, call.scene)
  if (reading.kind === 'unreadable') throw new Refusal(reading.error)
  if (reading.kind === 'app') throw new Refusal(errors.unparsableToken())
  const facts = tokenFacts(call.scene, reading.issued, call.nowMs)
  refuseDead(call, { ...reading, facts }, facts.death)
  if (call.scene.world.token.appId !== IDS.app) throw new Refusal(errors.tokenOfAnotherApp(IDS.app))
  const ends = wantsEnd(call) || facts.expiresAtSeconds !== 0
  const own = { type: facts.type, expiresAtMs: ends ? call.nowMs + SIXTY_DAYS_MS : null }
  const { scopes } = reading.issued
  return {
    access_token: issueToken(call.tokens, { issuedAtMs: call.nowMs, scopes, own, isRevoked: false }),
    token_type: 'bearer',
    ...(ends && { expires_in: SIXTY_DAYS_MS / 1000 }),
  }
}

/** GET /oauth/revoke: at once, and for good. */
export function revoke(call: Call): { readonly success: true } {
  authenticate(call)
  demandApp(call)
  const text = required(call, 'revoke_token')
  const token = call.tokens.get(text)
  if (token === undefined) throw new Refusal(errors.unparsableToken())
  call.tokens.set(text, { ...token, isRevoked: true })
  return { success: true }
}
