import { TOKEN_ROWS, type TokenFault } from './token-rows.ts'

/**
 * Judges the token's text before any request; `null` where nothing is wrong with it.
 * Neither length nor prefix is judged: they have changed before, and Graph knows better.
 */
export function judgeTokenText(text: string): TokenFault | null {
  const row = TOKEN_ROWS.find(({ fits }) => (typeof fits === 'function' ? fits(text) : fits.test(text)))
  if (row === undefined) return null
  return { problem: typeof row.problem === 'string' ? row.problem : row.problem(text), expected: row.expected }
}

/** The sandbox's own tokens say what they are, so that none is ever taken for a real one. */
export function isSandboxToken(text: string): boolean {
  return text.startsWith('EAASANDBOX')
}
