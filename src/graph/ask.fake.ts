import type { Question } from '../verification/facts.ts'
import { createAsk, type AskOptions } from './ask.ts'
import type { Bearer, Reply } from './client.ts'
import { NO_SIGNALS } from './headers.ts'

/** Asks a Graph whose answer to each request is defined by the test. */

export const TOKEN = 'Zq7Xw9Kd3Lm5Pv8Rt2Yb'
export const ACCOUNT = '700700700700702'
export const PHONE = '700700700700703'

export type Call = {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly bearer: Bearer | null
}
export type Answer = (call: Call, signal: AbortSignal) => Reply | Promise<Reply>

export const json = (value: unknown): Reply => ({ kind: 'json', json: value, signals: NO_SIGNALS })
export const error = (code: number, message = 'm', subcode: number | null = null): Reply => ({
  kind: 'error',
  error: { code, subcode, message, isTransient: false, httpStatus: 400 },
  signals: NO_SIGNALS,
})
export const noField = (field: string, type?: string) =>
  error(
    100,
    `(#100) Tried accessing nonexisting field (${field})${type === undefined ? '' : ` on node type (${type})`}`,
  )

export function asking(answer: Answer, options: Partial<AskOptions> = {}) {
  const calls: Call[] = []
  const ask = createAsk({
    client: {
      get: async (path, query, bearer, signal) => {
        calls.push({ path, query, bearer })
        return answer({ path, query, bearer }, signal)
      },
    },
    clean: (text) => text,
    token: TOKEN,
    appId: null,
    appSecret: null,
    businessAccountId: ACCOUNT,
    listTimeoutMs: 5_000,
    ...options,
  })
  return {
    calls,
    fields: () => calls.map(({ query }) => query['fields']?.split(',') ?? []),
    result: async (question: Question) => (await ask(question, new AbortController().signal)).result,
  }
}
