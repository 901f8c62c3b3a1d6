import type { Facts, LiveToken } from '../verification/facts.ts'
import type { Policy } from '../verification/policy.ts'

/** PURE. How a token gets a successor. Source: Meta, System users: generate, refresh. */
export type Plan =
  /** Another end, 60 days from now, for the same grants. The old one lives on to its own. */
  | { readonly kind: 'refresh' }
  /** A further token of the same system user that never expires. The old one lives on. */
  | { readonly kind: 'create'; readonly systemUserId: string; readonly scopes: readonly string[] }
  | { readonly kind: 'impossible'; readonly why: string }

export function planFor(facts: Facts | undefined, { expiry }: Pick<Policy, 'expiry'>): Plan {
  if (facts?.about !== 'token' || facts.kind !== 'live')
    return impossible('the old one is dead, and only a living one can ask for its successor')
  if (facts.type !== 'SYSTEM_USER')
    return impossible(`the old one is no system user's token (its type is ${facts.type ?? 'not told'})`)
  const expires = typeof facts.expiresAt === 'number'
  return expires && expiry !== 'never' ? { kind: 'refresh' } : create(facts)
}

function create({ userId, scopes }: LiveToken): Plan {
  if (userId === null) return impossible('Graph does not tell whose the old one is')
  return { kind: 'create', systemUserId: userId, scopes }
}

function impossible(why: string): Plan {
  return { kind: 'impossible', why: `${why}. Generate one by hand: guide, step 4` }
}
