/** In it the answer to another guard proves that it comes from one that holds the token. */
export const PROOF_HEADER = 'x-token-guard-proof'
