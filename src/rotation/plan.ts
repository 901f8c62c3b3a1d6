import type { Facts, LiveToken } from '../verification/facts.ts'
import type { Policy } from '../verification/policy.ts'

/** PURE. How a token gets a successor. Source: Meta, System users: generate, refresh. */
export type Plan =
  /** Another end, 60 days from now, for the same grants. The old one lives on to its own. */
  | { readonly kind: 'refresh' }
  /** A further token of the same system user that never expires. The old one lives on. */
  | { readonly kind: 'create'; readonly systemUserId: string; readonly scopes: readonly string[] }
  | { readonly kind: 'impossible'; readonly why: string }

type Demands = Pick<Policy, 'expiry' | 'appId' | 'requiredScopes'>

export function planFor(facts: Facts | undefined, { expiry, appId, requiredScopes }: Demands): Plan {
  if (facts?.about === 'token' && (facts.kind === 'foreign' || (facts.kind === 'live' && isOfAnother(appId, facts))))
    return impossible('the old one belongs to another app than META_APP_ID')
  if (facts?.about !== 'token' || facts.kind !== 'live')
    return impossible('the old one is dead, and only a living one can ask for its successor')
  if (facts.type !== 'SYSTEM_USER')
    return impossible(`the old one is no system user's token (its type is ${facts.type ?? 'not given'})`)
  const expires = typeof facts.expiresAt === 'number'
  return expires && expiry !== 'never' ? { kind: 'refresh' } : create(facts, requiredScopes)
}

function isOfAnother(appId: string | null, { appId: own }: LiveToken): boolean {
  return appId !== null && own !== null && own !== appId
}

/** What the old one may, and what the policy demands besides: of names that will do alike, the first. */
function create({ userId, scopes }: LiveToken, required: Policy['requiredScopes']): Plan {
  if (userId === null) return impossible('Graph does not say whose the old one is')
  const missing = required
    .filter((alternatives) => !alternatives.some((scope) => scopes.includes(scope)))
    .flatMap((alternatives) => alternatives.slice(0, 1))
  return { kind: 'create', systemUserId: userId, scopes: [...scopes, ...missing] }
}

function impossible(why: string): Plan {
  return { kind: 'impossible', why: `${why}. Generate one by hand: guide, step 4` }
}
