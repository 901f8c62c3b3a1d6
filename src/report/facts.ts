import type { State } from '../guard/state.ts'
import type {
  AccountFacts,
  WebhookAddress,
  AppFacts,
  Expiry,
  Facts,
  LiveToken,
  PhoneFacts,
} from '../verification/facts.ts'

/** Graph's facts as JSON for programs: identifiers are in it, secrets never. Dates are RFC 3339. */
export function factsOf({ answers }: State): object {
  const all = [...answers.values()].map(({ facts }) => facts)
  const about = <About extends Facts['about']>(name: About) =>
    all.filter((facts): facts is Extract<Facts, { about: About }> => facts.about === name)
  return {
    token: about('token').map(tokenFacts)[0] ?? null,
    account: about('account').map(nodeFacts)[0] ?? null,
    subscribedAppIds: about('subscriptions')[0]?.appIds ?? null,
    webhookOverrides: about('subscriptions').map(({ overrides }) => hostsOf(overrides))[0] ?? null,
    accountPhoneNumberIds: about('numbers')[0]?.phoneNumberIds ?? null,
    phoneNumbers: about('phone').map(nodeFacts),
    appSubscription: about('app').map(appFacts)[0] ?? null,
    graph: about('connection').map(plain)[0] ?? null,
  }
}

/** Of an address only its host is shown. */
function hostsOf(addresses: Readonly<Record<string, WebhookAddress | null>>): object {
  return Object.fromEntries(Object.entries(addresses).map(([name, address]) => [name, address?.host ?? null]))
}

function nodeFacts(facts: AccountFacts | PhoneFacts): object {
  if (facts.kind !== 'readable') return plain(facts)
  const { unread: _unread, isShortened: _isShortened, ...shown } = facts
  if (shown.about === 'account') return plain(shown)
  return { ...plain(shown), webhooks: shown.webhooks === null ? null : hostsOf(shown.webhooks) }
}

function appFacts({ appId, subscription }: AppFacts): object {
  if (subscription === null) return { appId, callbackHost: null, fields: [] }
  return { appId, callbackHost: subscription.callback?.host ?? null, fields: subscription.fields }
}

function tokenFacts(facts: Extract<Facts, { about: 'token' }>): object {
  if (facts.kind === 'dead') return { isValid: false, cause: facts.ending, ...plain(facts) }
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

function plain({ about: _about, ...facts }: { readonly about: string }): object {
  return facts
}

function dateOf(expiry: Expiry): string | null {
  return typeof expiry === 'number' ? new Date(expiry).toISOString() : expiry
}
