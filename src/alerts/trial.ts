import type { AlertFormat } from '../config/alert-address.ts'
import { judgeAttempt } from './attempt.ts'
import type { PostResult } from './delivery.ts'

/** PURE. What a test alert came to, for a person: without any part of the address but its host. */

export type Trial = {
  readonly format: AlertFormat
  readonly host: string
  readonly isTaken: boolean
  /** One for each request, in their order. */
  readonly answers: readonly TrialAnswer[]
}

export type TrialAnswer = {
  /** `null`: there was no answer. */
  readonly status: number | null
  /** What the receiver wrote, shortened and without the address; or why there was no answer. */
  readonly text: string
}

const TEXT_MAX = 200
/** Shorter parts of an address are words such as `v2`, and would cut an answer to pieces. */
const PART_MIN = 4

export function trialOf(
  format: AlertFormat,
  url: URL,
  results: readonly PostResult[],
  clean: (text: string) => string,
): Trial {
  return {
    format,
    host: url.host,
    isTaken: results.every(({ reply }) => judgeAttempt(reply, 1, 0, 0).kind === 'delivered'),
    answers: results.map(({ reply, status, text }) =>
      reply.kind === 'none'
        ? { status: null, text: reply.what }
        : { status, text: shownOf(text ?? '', url, clean) || hintOf(reply.status) },
    ),
  }
}

/** In place of a text that is not there. */
function hintOf(status: number): string {
  return status >= 300 && status < 400 ? 'a redirect, which is not followed' : ''
}

function shownOf(text: string, url: URL, clean: (text: string) => string): string {
  const masked = partsOf(url).reduce((left, part) => left.replaceAll(part, '[secret]'), text)
  return Array.from(clean(masked)).slice(0, TEXT_MAX).join('')
}

/** Path segments and values of the query, as they stand, decoded and encoded, the longest first. */
function partsOf({ pathname, searchParams, search }: URL): readonly string[] {
  const raw = [
    ...pathname.split('/'),
    ...search
      .slice(1)
      .split('&')
      .map((pair) => pair.slice(pair.indexOf('=') + 1)),
  ]
  const parts = [...raw, ...raw.map(decoded), ...searchParams.values()]
  // Telegram writes its token without the word in front.
  const bare = parts.map((part) => part.replace(/^bot(?=\d)/, ''))
  return [...new Set([...parts, ...bare, ...[...parts, ...bare].map(encodeURIComponent)])]
    .filter((part) => part.length >= PART_MIN)
    .toSorted((a, b) => b.length - a.length)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
