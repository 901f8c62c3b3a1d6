import * as z from 'zod/mini'
import type { Instant } from '../guard/instant.ts'
import { fromRemembered, rememberedSchema, toRemembered } from '../guard/remembered.ts'
import type { Answer, State } from '../guard/state.ts'
import { sha256 } from '../platform/digest.ts'
import { parseJson } from '../platform/parse-json.ts'

/**
 * PURE. How one guard asks another about the token that both hold. Each side proves that it holds the token, by an HMAC
 * keyed with it, and neither sends it. The asker's nonce keeps an old answer from being played again.
 */

const VERSION = 1

/** Whom a question is about: a token, and the policy that judges it. */
export type AskedAbout = {
  /** The first 12 hex digits of the token's SHA-256. */
  readonly fingerprint: string
  /** A digest of what decides a verdict. */
  readonly policy: string
}

/** The query of a request. */
export function writeQuestion({ fingerprint, policy }: AskedAbout, nonce: string, token: string): string {
  return String(new URLSearchParams({ fingerprint, policy, nonce, proof: questionProof(nonce, token) }))
}

/** The nonce of a request about this very token and policy, by one who holds the token; else `null`. */
export function readQuestion(query: string, { fingerprint, policy }: AskedAbout, token: string): string | null {
  const asked = new URLSearchParams(query)
  const nonce = asked.get('nonce') ?? ''
  const isOurs = asked.get('fingerprint') === fingerprint && asked.get('policy') === policy
  if (!isOurs || !/^[0-9a-f]{32}$/.test(nonce)) return null
  return asked.get('proof') === questionProof(nonce, token) ? nonce : null
}

const answerSchema = z.object({
  version: z.literal(VERSION),
  /** Of the process that answers: a guard does not listen to itself. */
  instance: z.string(),
  /** The answering machine's clock. */
  nowMs: z.int(),
  state: rememberedSchema,
})

export type UpstreamAnswer = { readonly body: string; readonly proof: string }

export function writeAnswer(
  state: State,
  instance: string,
  nowMs: number,
  nonce: string,
  token: string,
): UpstreamAnswer {
  const body = JSON.stringify({ version: VERSION, instance, nowMs, state: toRemembered(state) })
  return { body, proof: answerProof(nonce, body, token) }
}

export type Handed = { readonly instance: string; readonly answers: readonly Answer[] }

/**
 * What another guard heard, with the times of Graph's own words by our clocks. `null` where the answer proves nothing.
 * `askedAt`: when our request was sent, so that no answer looks younger than it is.
 */
export function readAnswer(
  { body, proof }: UpstreamAnswer,
  nonce: string,
  token: string,
  askedAt: Instant,
): Handed | null {
  if (proof !== answerProof(nonce, body, token)) return null
  const read = answerSchema.safeParse(parseJson(body))
  if (!read.success) return null
  const { instance, nowMs, state } = read.data
  const theirs = fromRemembered(state, { wallMs: nowMs, monotonicMs: 0 })
  if (theirs === null) return null
  const aheadMs = nowMs - askedAt.wallMs
  const moved = ({ wallMs, monotonicMs }: Instant): Instant => ({
    wallMs: wallMs - aheadMs,
    monotonicMs: askedAt.monotonicMs + monotonicMs,
  })
  const answers = [...theirs.answers.values()].map((answer) => ({
    ...answer,
    askedAt: moved(answer.askedAt),
    at: moved(answer.at),
    clockOffsetMs: answer.clockOffsetMs + aheadMs,
  }))
  return { instance, answers }
}

function questionProof(nonce: string, token: string): string {
  return sha256(`question ${nonce}`, token)
}

function answerProof(nonce: string, body: string, token: string): string {
  return sha256(`answer ${nonce} ${body}`, token)
}
