import type { Config } from '../config/config.ts'
import type { Mask } from '../config/mask.ts'
import type { Secret } from '../config/secret.ts'
import { createAsk, type AskOptions } from '../graph/ask.ts'
import { cleaner, type Clean } from '../graph/clean.ts'
import { createGraphClient, type Bearer, type GraphClient } from '../graph/client.ts'
import type { GuardedToken } from '../guard/knowledge.ts'
import type { GuardEvent } from '../guard/events.ts'
import type { Answer } from '../guard/state.ts'
import type { GuardDeps, Recollection } from '../guard/deps.ts'
import { Guard } from '../guard/guard.ts'
import type { Clock } from '../platform/clock.ts'
import { addressOf } from '../platform/address.ts'
import { sha256 } from '../platform/digest.ts'
import type { Transport } from '../net/fetch.ts'
import { NAME, VERSION } from '../platform/version.ts'
import type { Policy } from '../verification/policy.ts'

/** What one needs to ask Graph about a token. */
export type Credentials = { readonly token: Secret | null; readonly appSecret: Secret | null }

/** Who gets the guard's events. */
export type Observers = {
  readonly onEvent?: (event: GuardEvent) => void
  readonly onChecked?: GuardDeps['onChecked'] & {}
  readonly onRequest?: AskOptions['onRequest'] & {}
}

/** Time, chance, the network, and the mask that takes secrets out of Graph's texts. */
export type AssemblyDeps = Transport &
  Observers & {
    readonly onEvent: (event: GuardEvent) => void
    readonly mask: Mask
    /** What an earlier process knew of the token. */
    readonly recollection?: Recollection
    /** Asks another guard about a token. */
    readonly askUpstream?: (
      of: { readonly fingerprint: string; readonly token: string },
      signal: AbortSignal,
    ) => Promise<readonly Answer[] | null>
    readonly clock: Clock
    readonly random: () => number
  }

/** A guard, and what it was put together from. */
export type Assembly = {
  readonly guard: Guard
  /** `graph.facebook.com v25.0` */
  readonly graphName: string
  /** Makes Graph answer for other credentials than those of the start. */
  readonly guardedToken: (credentials: Credentials) => GuardedToken
  /** The secrets behind the token in service, to be masked. */
  readonly textsInService: () => readonly string[]
  /** For what is asked of Graph besides the guard's questions. */
  readonly client: GraphClient
  /** The token of the start as the one who asks. */
  readonly bearer: Bearer
  /** Makes a text of Graph's fit to be shown: no secret, no control character, no novel. */
  readonly clean: Clean
}

/** From a judged configuration to a guard. Asks nothing yet. */
export function assemble(config: Config, deps: AssemblyDeps): Assembly {
  const { clock, random, onEvent, onChecked, recollection } = deps
  const clean = cleaner(deps.mask)
  const client = graphClient(config, deps, clean)
  const textsOfToken = new WeakMap<GuardedToken, readonly string[]>()
  const guardedToken = (credentials: Credentials): GuardedToken => {
    const bearer = bearerOf(credentials)
    const ask = createAsk({ ...askOptions(config, deps), client, clean, ...bearer })
    const of = { fingerprint: fingerprintOf(bearer.token), token: bearer.token }
    const { askUpstream } = deps
    const made: GuardedToken = {
      ask,
      fingerprint: of.fingerprint,
      ...(askUpstream && { askUpstream: (signal: AbortSignal) => askUpstream(of, signal) }),
    }
    textsOfToken.set(made, textsOf([credentials.token, credentials.appSecret]))
    return made
  }
  const more = { ...(onChecked && { onChecked }), ...(recollection && { recollection }) }
  const guard = new Guard(
    guardedToken(config),
    { ...config, policy: policyOf(config) },
    { clock, random, onEvent, ...more },
  )
  return {
    guard,
    graphName: `${new URL(config.graphUrl).host} ${config.graphVersion}`,
    guardedToken,
    textsInService: () => textsOfToken.get(guard.token) ?? [],
    client,
    bearer: bearerOf(config),
    clean,
  }
}

/** What is demanded of the token: the part of the configuration that judges. */
export function policyOf(config: Config): Policy {
  const webhook = config.webhookUrl === null ? null : addressOf(config.webhookUrl.reveal())
  return { ...config, webhook, hasAppSecret: config.appSecret !== null }
}

export function textsOf(secrets: readonly (Secret | null)[]): readonly string[] {
  return secrets.flatMap((secret) => secret?.reveal() ?? [])
}

/** Distinguishes two tokens without revealing either. */
export function fingerprintOf(token: string): string {
  return sha256(token).slice(0, 12)
}

/** Who calls Graph with these. */
export function bearerOf({ token, appSecret }: Credentials): Bearer {
  return { token: token?.reveal() ?? '', appSecret: appSecret?.reveal() ?? null }
}

function askOptions({ appId, businessAccountId, checkTimeoutMs }: Config, { onRequest }: Observers) {
  return { appId, businessAccountId, listTimeoutMs: checkTimeoutMs, ...(onRequest === undefined ? {} : { onRequest }) }
}

function graphClient(config: Config, { fetch, viaProxy, clock }: AssemblyDeps, clean: Clean): GraphClient {
  return createGraphClient({
    fetch,
    viaProxy,
    clean,
    clock,
    graphUrl: config.graphUrl,
    graphVersion: config.graphVersion,
    timeoutMs: config.checkTimeoutMs,
    userAgent: `${NAME}/${VERSION}`,
  })
}
