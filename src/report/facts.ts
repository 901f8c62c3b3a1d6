import type { State } from '../guard/state.ts'
import type { Expiry, Facts, LiveToken } from '../verification/facts.ts'

/** Graph's facts as JSON for programs: identifiers are in it, secrets never. Dates are RFC 3339. */
export function factsOf({ answers }: State): object {
  const all = [...answers.values()].map(({ facts }) => facts)
  const about = <About extends Facts['about']>(name: About) =>
    all.filter((facts): facts is Extract<Facts, { about: About }> => facts.about === name)
  return {
    token: about('token').map(tokenFacts)[0] ?? null,
    account: about('account').map(plain)[0] ?? null,
    subscribedAppIds: about('subscriptions')[0]?.appIds ?? null,
    accountPhoneNumberIds: about('numbers')[0]?.phoneNumberIds ?? null,
    phoneNumbers: about('phone').map(plain),
    graph: about('connection').map(plain)[0] ?? null,
  }
}

function tokenFacts(facts: Extract<Facts, { about: 'token' }>): object {
  if (facts.kind !== 'live') return { isValid: false, ...plain(facts) }
  return { isValid: true, ...liveFacts(facts) }
}

function liveFacts({
  appId,
  userId,
  type,
  scopes,
  granularScopes,
  expiresAt,
  dataAccessExpiresAt,
  issuedAtMs,
}: LiveToken): object {
  return {
    appId,
    userId,
    type,
    scopes,
    granularScopes,
    expiresAt: dateOf(expiresAt),
    dataAccessExpiresAt: dateOf(dataAccessExpiresAt),
    issuedAt: issuedAtMs === null ? null : new Date(issuedAtMs).toISOString(),
  }
}

function plain({ about: _about, ...facts }: Facts): object {
  return facts
}

function dateOf(expiry: Expiry): string | null {
  return typeof expiry === 'number' ? new Date(expiry).toISOString() : expiry
}
