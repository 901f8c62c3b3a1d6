/**
 * The versions of November 2026. v20.0 ended on 2026-09-24, and v21.0 lives until 2027-01-21: it answers calls that
 * name a version that has ended, or none. v27.0 came on 2026-11-04.
 */
const OLDEST_LIVING = 21
const OLDEST_KNOWN = 13
const NEWEST = 27

const VERSIONED = /^\/v(\d+)\.(\d+)(?=\/|$)/

export type VersionedPath = {
  /** Without the version, and without a slash at its end. */
  readonly path: string
  readonly known: boolean
  /** As the header `facebook-api-version` shows it. */
  readonly answeredBy: string
}

const FORWARDED_TO = 26

/** The version that answers an app which Graph forwards: v26.0, or the next one for whoever asks v26.0 or newer. */
export const newerThan = (version: string): string =>
  `v${Math.max(FORWARDED_TO, Number.parseInt(version.slice(1)) + 1)}.0`

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
