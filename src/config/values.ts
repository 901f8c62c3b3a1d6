import { ADDRESS_LENGTH_MAX, addressOf } from '../platform/address.ts'
import { isIP, isLoopbackHost, isPrivateHost } from '../platform/host.ts'
import type { FailOnCode } from '../verification/fail-on.ts'
import { alertAddress, alertTexts } from './alert-address.ts'
import { formatDuration, MAX_DURATION_MS, parseDuration } from './durations.ts'
import { mayFailOn, whyNotFailOn } from './fail-on.ts'
import { valueText } from './quoting.ts'
import { Secret } from './secret.ts'
import { isPlaceholder } from './placeholder.ts'
import { judgeTokenText } from './token-text.ts'

/**
 * Text → value, or what is wrong with it: the end of a sentence that begins with the name, such as `is "5"`.
 * `expected` where the problem knows more than the variable's row.
 */
export type Reader<T> = (
  text: string,
) => { readonly value: T } | { readonly problem: string; readonly expected?: string }

/** Its problems never hold the text. */
function secret(judge: (text: string) => string | null): Reader<Secret> {
  return (text) => {
    const problem = judge(text)
    return problem === null ? { value: new Secret(text) } : { problem }
  }
}

function matching(pattern: RegExp): Reader<string> {
  return (text) => (pattern.test(text) ? { value: text } : { problem: valueText(text) })
}

/** One of some words. */
export function wordOf<Word extends string>(words: readonly Word[]): Reader<Word> {
  return (text) => {
    const value = words.find((word) => word === text)
    return value === undefined ? { problem: valueText(text) } : { value }
  }
}

export const accessToken: Reader<Secret> = (text) => judgeTokenText(text) ?? { value: new Secret(text) }

export const appSecret = secret((text) => {
  if (/^\s*["'].*["']\s*$/s.test(text)) return 'is in quotes: remove them'
  if (/\s/.test(text)) return 'has a blank or a newline in it: remove it'
  if (isPlaceholder(text)) return 'is a placeholder'
  return /^[A-Za-z0-9_-]+$/.test(text) ? null : 'has characters that no app secret has'
})

/** Every value that passes has an address (platform/address.ts). */
export const webhookUrl = secret((text) => {
  if (/\s/.test(text)) return 'has a blank or a newline in it: remove it'
  const url = parseUrl(text)
  if (url === null) return 'is no URL'
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'is neither https nor http'
  if (url.username !== '' || url.password !== '') return 'has credentials (user:password@) in it'
  if (text.length > ADDRESS_LENGTH_MAX) return `has more than ${ADDRESS_LENGTH_MAX} characters`
  return addressOf(text) === null ? 'is no URL' : null
})

/** Never, or not so often that a receiver drowns. */
export const repetition: Reader<number> = (text) => {
  const read = duration(0)(text)
  return 'value' in read && read.value > 0 ? duration(1_000)(text) : read
}

/** Relative to the folder that the program runs in. */
export const path: Reader<string> = (text) => {
  return /\p{Cc}/u.test(text) ? { problem: 'has a control character in it' } : { value: text }
}

const OPERATOR_TOKEN_LENGTH = 16

export const operatorToken = secret((text) => {
  if (/[^\x21-\x7e]/.test(text)) return 'has a blank or a character that is not printable ASCII'
  return text.length < OPERATOR_TOKEN_LENGTH ? `has fewer than ${OPERATOR_TOKEN_LENGTH} characters` : null
})

/** One address, or several. What each lacks depends on its format: judged with TOKEN_GUARD_ALERT_FORMAT (combinations.ts). */
export const alertUrl = secret((text) => {
  const problems = alertTexts(text).map(judgeAlertAddress)
  if (problems.length === 1) return problems[0] ?? null
  const at = problems.findIndex((problem) => problem !== null)
  return at < 0 ? null : `has a fault in its address ${at + 1}: it ${problems[at]}`
})

function judgeAlertAddress(text: string): string | null {
  const address = alertAddress(text)
  if ('problem' in address) return address.problem
  return judgeWayOut(address.url)
}

/** Where alerts and heartbeats go. */
function judgeWayOut({ protocol, hostname, username, password }: URL): string | null {
  if (protocol !== 'https:' && protocol !== 'http:') return 'is neither https nor http'
  // A request that carries them in its address is refused by fetch.
  if (username !== '' || password !== '') return 'has credentials (user:password@) in it'
  if (protocol === 'https:' || isLoopbackHost(hostname) || isPrivateHost(hostname)) return null
  return 'is plain http to a host that is neither loopback nor private'
}

export const heartbeatUrl = secret((text) => {
  if (/\s/.test(text)) return 'has a blank or a newline in it: remove it'
  const url = parseUrl(text)
  return url === null ? 'is no URL' : judgeWayOut(url)
})

/** Its path may have a prefix. */
export const upstream: Reader<string> = (text) => {
  const url = parseUrl(text)
  const problem =
    url === null ? 'is no URL' : (judgeWayOut(url) ?? (url.search + url.hash === '' ? null : 'has a query'))
  return problem === null ? { value: text } : { problem }
}

export const alertSecret = secret((text) => {
  return /[^\x21-\x7e]/.test(text) ? 'has a blank or a character that is not printable ASCII' : null
})

export const id = matching(/^\d+$/)

/** Entries between commas. Blanks around them and duplicates are dropped. */
function list<T>(
  readAll: (entries: readonly string[], text: string) => ReturnType<Reader<readonly T[]>>,
): Reader<readonly T[]> {
  return (text) => {
    const entries = [...new Set(text.split(',').map((part) => part.trim()))]
    return entries.includes('') ? { problem: `${valueText(text)}, with an empty entry` } : readAll(entries, text)
  }
}

function listOf<T>(entry: RegExp, toValue: (text: string) => T): Reader<readonly T[]> {
  return list((entries, text) =>
    entries.every((each) => entry.test(each)) ? { value: entries.map(toValue) } : { problem: valueText(text) },
  )
}

export const ids = listOf(/^\d+$/, (text) => text)

export const scopes = listOf(/^[a-z0-9_]+(?:\s*\|\s*[a-z0-9_]+)*$/, (text): readonly string[] => text.split(/\s*\|\s*/))

export const failOn = list<FailOnCode>((entries) => {
  const problems = entries.filter((each) => !mayFailOn(each)).map(whyNotFailOn)
  return problems.length === 0 ? { value: entries.filter(mayFailOn) } : { problem: problems.join('; ') }
})

export const graphVersion = matching(/^v\d{1,3}\.\d{1,2}$/)

/** Without its trailing slashes. Plain http is judged with the token (combinations.ts). */
export const graphUrl: Reader<string> = (text) => {
  const url = parseUrl(text)
  if (url === null) return { problem: valueText(text) }
  const problem = judgeGraphUrl(url, text)
  if (problem !== null) return { problem }
  return judgeGraphPath(url) ?? { value: (url.origin + url.pathname).replace(/\/+$/, '') }
}

/** Each request puts the version behind the address. A gateway's own path may end in `/v1`, Meta's not. */
function judgeGraphPath({ hostname, pathname }: URL) {
  const [, version = null] = /\/(v\d{1,3}(?:\.\d{1,2})?)\/*$/i.exec(pathname) ?? []
  if (version === null || !(version.includes('.') || hostname === 'graph.facebook.com')) return null
  return {
    problem: `ends in a version (/${version})`,
    expected: 'the address without a version, such as https://graph.facebook.com: GRAPH_API_VERSION names the version',
  }
}

function judgeGraphUrl(url: URL, text: string): string | null {
  if (url.username !== '' || url.password !== '') return 'has credentials (user:password@) in it'
  if (text.includes('?')) return 'has a query ("?…") in it'
  if (text.includes('#')) return 'has a "#…" in it'
  return url.protocol === 'https:' || url.protocol === 'http:' ? null : valueText(text)
}

/** At most 24 days: see `MAX_DURATION_MS`. */
export function duration(minMs: number): Reader<number> {
  return (text) => {
    const ms = parseDuration(text)
    if (ms === null) return { problem: valueText(text) }
    const problem = judgeDuration(ms, minMs)
    return problem === null ? { value: ms } : { problem: `${valueText(text)}, ${problem}` }
  }
}

function judgeDuration(ms: number, minMs: number): string | null {
  if (ms > MAX_DURATION_MS) return `longer than ${formatDuration(MAX_DURATION_MS)}: such a timer would fire at once`
  if (ms >= minMs) return null
  return ms === 0 && minMs === 1 ? 'but must be longer than 0' : `less than ${formatDuration(minMs)}`
}

export const port: Reader<number> = (text) => {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? { value: Number(text) } : { problem: valueText(text) }
}

const HOST_NAME =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?$/i

export const host: Reader<string> = (text) => (isHost(text) ? { value: text } : { problem: valueText(text) })

// A last part of digits alone is a mistyped address (or a port), never a name.
function isHost(text: string): boolean {
  return isIP(text) !== 0 || (HOST_NAME.test(text) && !/(?:^|\.)\d+\.?$/.test(text))
}

// Not URL.parse: Node 20 has none.
function parseUrl(text: string): URL | null {
  return URL.canParse(text) && !/\s/.test(text) ? new URL(text) : null
}

/** `a, b or c` */
export function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

export const postgres = secret((text) => {
  const url = parseUrl(text)
  if (url === null) return 'is no URL'
  return /^postgres(?:ql)?:$/.test(url.protocol) ? null : 'does not begin with postgres://'
})

/** One that has these parameters. */
export function query(...parameters: readonly string[]): Reader<string> {
  return (text) => {
    const missing = parameters.find((parameter) => !text.includes(parameter))
    return missing === undefined ? { value: text } : { problem: `has no ${missing} in it` }
  }
}

export const rate: Reader<number> = (text) => {
  const number = /^\d{1,4}(?:\.\d{1,3})?$/.test(text) ? Number(text) : NaN
  return number >= 0.1 && number <= 1_000 ? { value: number } : { problem: valueText(text) }
}

/** So many refusals among so many answers. */
export type IncidentSetting = 'off' | { readonly refused: number; readonly of: number }

export const incident: Reader<IncidentSetting> = (text) => {
  if (text === 'off') return { value: 'off' }
  const [, refused, of] = /^([1-9]\d{0,2})\/([1-9]\d{0,2}|1000)$/.exec(text)?.map(Number) ?? []
  const isRule = refused !== undefined && of !== undefined && refused >= 2 && refused <= of
  return isRule ? { value: { refused, of } } : { problem: valueText(text) }
}
