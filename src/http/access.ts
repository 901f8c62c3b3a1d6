import type { Secret } from '../config/secret.ts'
import type { Clock } from '../platform/clock.ts'

/** Who may see what: the operator token, and how often it may be guessed. */

const FAILURES_MAX = 10
const WINDOW_MS = 60_000
/** Further addresses share one count: a flood of them fills no memory. */
const ADDRESSES_MAX = 1_000
const OTHERS = 'others'

export type Access =
  /** No credential was shown. */
  | 'public'
  | 'operator'
  | 'wrong'
  /** Wrong too often; a right one is never locked out. */
  | 'too_often'

/** Judges an `Authorization` header, `null` where there is none. */
export type Judge = (authorization: string | null, expected: Secret, address: string) => Access

export function createJudge(clock: Clock): Judge {
  const failures = createFailures(clock)
  return (authorization, expected, address) => {
    if (authorization === null) return 'public'
    if (isSame(credentialIn(authorization), expected)) return 'operator'
    return failures.isOneTooMany(address) ? 'too_often' : 'wrong'
  }
}

/** Bearer's token, or Basic's password whoever the user is; empty where there is neither. */
function credentialIn(authorization: string): string {
  const [, scheme = '', given = ''] = /^(\w+) +(\S+) *$/.exec(authorization) ?? []
  if (scheme.toLowerCase() === 'bearer') return given
  if (scheme.toLowerCase() !== 'basic') return ''
  const pair = Buffer.from(given, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  return colon === -1 ? '' : pair.slice(colon + 1)
}

/** In the same time wherever they differ, and however long the given one is. */
function isSame(given: string, expected: Secret): boolean {
  const { createHash, timingSafeEqual } = process.getBuiltinModule('node:crypto')
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected.reveal()))
}

/** Counts wrong credentials by address, within bounds. */
export function createFailures(clock: Clock) {
  /** The times of the last failures, by address. */
  const times = new Map<string, readonly number[]>()
  const isOld = (atMs: number | undefined) => atMs === undefined || clock.monotonicMs() - atMs >= WINDOW_MS
  function bucketOf(address: string): string {
    if (times.has(address) || times.size < ADDRESSES_MAX) return address
    for (const [each, failed] of times) if (isOld(failed.at(-1))) times.delete(each)
    return times.size < ADDRESSES_MAX ? address : OTHERS
  }
  return {
    isOneTooMany: (address: string): boolean => {
      const bucket = bucketOf(address)
      const recent = (times.get(bucket) ?? []).filter((atMs) => !isOld(atMs))
      if (recent.length >= FAILURES_MAX) return true
      times.set(bucket, [...recent, clock.monotonicMs()])
      return false
    },
  }
}

/** Whether a browser sends this for another site. Programs send neither header. */
export function isForeign(headers: Headers, host: string | null): boolean {
  const site = headers.get('sec-fetch-site')
  if (site === 'same-origin') return false
  if (site !== null && site !== 'none') return true
  const origin = headers.get('origin')
  return origin !== null && (!URL.canParse(origin) || new URL(origin).host !== host)
}
