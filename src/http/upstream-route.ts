/** Where one guard asks another, and the header in which the answer proves that it comes from one that holds the token. */
export const UPSTREAM_ROUTE = { path: '/upstream', proofHeader: 'x-token-guard-proof' } as const
