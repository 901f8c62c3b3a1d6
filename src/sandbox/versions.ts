/** v21.0 answers what was asked of a version that has ended, and what names none. */
const OLDEST_LIVING = 21
const OLDEST_KNOWN = 13
const NEWEST = 26

const VERSIONED = /^\/v(\d+)\.(\d+)(?=\/|$)/

export type VersionedPath = {
  /** Without the version, and without a slash at its end. */
  readonly path: string
  readonly known: boolean
  /** As the header `facebook-api-version` tells it. */
  readonly answeredBy: string
}

export function versionedPath(pathname: string): VersionedPath {
  const match = VERSIONED.exec(pathname)
  const major = match === null ? OLDEST_LIVING : Number(match[1])
  const known = match === null || (match[2] === '0' && major >= OLDEST_KNOWN && major <= NEWEST)
  return {
    path: `/${pathname.slice(match?.[0].length ?? 0).replace(/^\/+|\/+$/g, '')}`,
    known,
    answeredBy: `v${known ? Math.max(major, OLDEST_LIVING) : OLDEST_LIVING}.0`,
  }
}
