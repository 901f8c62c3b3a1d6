import { authenticate, type Call, parameter, required } from './call.ts'
import { errors, Refusal } from './errors.ts'
import { IDS } from './ids.ts'
import { APP_SECRET, issueToken } from './tokens.ts'

const SIXTY_DAYS_MS = 60 * 86_400_000

/** POST /{system-user}/access_tokens: another token of the same system user. The ones before live on. */
export function issue(call: Call, id: string): { readonly access_token: string } {
  const caller = authenticate(call)
  if (id !== IDS.systemUser || caller.kind === 'app') throw new Refusal(errors.unknownObject(call.method, id))
  const app = required(call, 'business_app')
  if (app !== IDS.app) throw new Refusal(errors.unknownObject(call.method, app))
  const scopes = required(call, 'scope').split(',')
  const expires = parameter(call, 'set_token_expires_in_60_days') === 'true'
  const expiresAtMs = expires ? call.nowMs + SIXTY_DAYS_MS : null
  const token = { issuedAtMs: call.nowMs, scopes, expiresAtMs, isRevoked: false }
  return { access_token: issueToken(call.tokens, token) }
}

/** GET /oauth/revoke: at once, and for good. */
export function revoke(call: Call): { readonly success: true } {
  authenticate(call)
  const isOwner = required(call, 'client_id') === IDS.app && required(call, 'client_secret') === APP_SECRET
  if (!isOwner) throw new Refusal(errors.badSecret())
  const text = required(call, 'revoke_token')
  const token = call.tokens.get(text)
  if (token === undefined) throw new Refusal(errors.unparsableToken())
  call.tokens.set(text, { ...token, isRevoked: true })
  return { success: true }
}
