import { judgeTokenText } from '../config/token-text.ts'

/** Why a text is no token to ask about, as the end of a sentence that begins with "the token"; `null`: it may be one. */
export function tokenProblem(text: string | null | undefined): string | null {
  if (text === null || text === undefined || text === '') return 'is not there'
  return judgeTokenText(text)?.problem ?? null
}
