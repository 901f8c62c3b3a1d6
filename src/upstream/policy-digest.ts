import type { Config } from '../config/config.ts'
import { sha256 } from '../platform/digest.ts'

/** What decides a verdict, as a digest: two guards with the same one judge alike. It holds no secret that could be guessed. */
export function policyDigest(config: Config): string {
  const { graphUrl, appId, businessAccountId, phoneNumberIds, requiredScopes, expiry, failOn, webhookUrl } = config
  const webhook = webhookUrl === null ? null : sha256(webhookUrl.reveal())
  const parts = [graphUrl, appId, businessAccountId, phoneNumberIds.toSorted(), requiredScopes, expiry, failOn, webhook]
  return sha256(JSON.stringify(parts)).slice(0, 32)
}
