import { masker } from '../config/mask.ts'
import type { Secret } from '../config/secret.ts'
import { createAsk, type GoneFields } from '../graph/ask.ts'
import { cleaner } from '../graph/clean.ts'
import { createGraphClient } from '../graph/client.ts'
import type { RequestOutcome } from '../graph/outcome.ts'
import type { Transport } from '../net/fetch.ts'
import type { Clock } from '../platform/clock.ts'
import { sha256 } from '../platform/digest.ts'
import { NAME, VERSION } from '../platform/version.ts'
import type { CheckDeps } from './check.ts'

export type AskingDeps = Transport & {
  readonly clock: Clock
  readonly graphUrl: string
  readonly graphVersion: string
  readonly checkTimeoutMs: number
  /** Of the fleet's own app; the tokens of other apps inspect themselves. */
  readonly appSecret: Secret | null
  readonly onRequest: (outcome: RequestOutcome) => void
}

/** Makes Graph answer for one token of a fleet. The token is in what this returns, and nowhere else. */
export function asking(deps: AskingDeps): CheckDeps['guardedToken'] {
  const { graphUrl, graphVersion, checkTimeoutMs, onRequest: count } = deps
  const gone: GoneFields = new Map()
  return (token, { appId, businessAccountId, hasAppSecret }, onRequest) => {
    const appSecret = hasAppSecret ? (deps.appSecret?.reveal() ?? null) : null
    const clean = cleaner(masker([token, ...(appSecret === null ? [] : [appSecret])]))
    const { fetch, viaProxy, clock } = deps
    const userAgent = `${NAME}/${VERSION}`
    const client = createGraphClient({
      fetch,
      viaProxy,
      clock,
      clean,
      graphUrl,
      graphVersion,
      timeoutMs: checkTimeoutMs,
      userAgent,
    })
    const ask = createAsk({
      client,
      clean,
      token,
      appId,
      appSecret,
      businessAccountId,
      gone,
      listTimeoutMs: checkTimeoutMs,
      onRequest: (outcome) => {
        count(outcome)
        onRequest()
      },
    })
    return { ask, fingerprint: sha256(token) }
  }
}
