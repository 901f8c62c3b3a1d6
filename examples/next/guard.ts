import { createTokenGuard, type TokenGuard } from 'whatsapp-token-guard'

// Next bundles instrumentation.ts and each route by itself, so a variable of this module exists in each bundle.
const shared = globalThis as typeof globalThis & { tokenGuard?: TokenGuard }

/** The one guard of this process. Made at its first use: a build has no token. */
export function tokenGuard(): TokenGuard {
  const { env } = process
  return (shared.tokenGuard ??= createTokenGuard({
    token: env.WHATSAPP_TOKEN,
    businessAccountId: env.WHATSAPP_BUSINESS_ACCOUNT_ID,
    phoneNumberId: env.WHATSAPP_PHONE_NUMBER_ID,
    appId: env.META_APP_ID,
    appSecret: env.META_APP_SECRET,
    graphUrl: env.GRAPH_API_URL,
    graphVersion: env.GRAPH_API_VERSION,
  }))
}
