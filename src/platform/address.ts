import { sha256 } from './digest.ts'

/** Where a URL points, as it may be shown and compared: its path and its query may hold a secret and are not kept. */
type Address = {
  /** `host:port` as `URL.host` has it: in lower case, without a default port. */
  readonly host: string
  /** Two addresses are the same where their digests are. SHA-256 of scheme, host and path, in hex. */
  readonly digest: string
}

export const ADDRESS_LENGTH_MAX = 2_048
/** Stricter than `URL`, which also repairs `https:host`, `https:///host` and `https:\\host`. */
const ABSOLUTE = /^https?:\/\/[^\s/\\][^\s\\]*$/i

/** The address of an absolute http(s) URL; `null` for anything else. One slash at the end of the path does not count. */
export function addressOf(text: string): Address | null {
  if (text.length > ADDRESS_LENGTH_MAX || !ABSOLUTE.test(text) || !URL.canParse(text)) return null
  const { protocol, host, pathname } = new URL(text)
  return { host, digest: sha256(`${protocol}//${host}${pathname.replace(/\/$/, '')}`) }
}
