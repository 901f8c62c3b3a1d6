import { timeLeft, type Clocks } from './clocks.ts'

/**
 * Graph's versions and when they end. Source: https://developers.facebook.com/docs/graph-api/changelog/versions, read on
 * 2026-11-28; a version lives for two years after the next one came.
 */
const ENDS: Readonly<Record<string, string>> = {
  'v20.0': '2026-09-24',
  'v21.0': '2027-01-21',
  'v22.0': '2027-05-20',
  'v23.0': '2027-10-08',
  'v24.0': '2028-02-18',
  'v25.0': '2028-07-29',
  // Not published yet: two years after v27.0, which came on 2026-11-04.
  'v26.0': '2028-11-04',
}

const OLDEST = 'v20.0'

/** Whether a version has ended: by its date, or since a newer one has. An unknown newer version has not. */
export function hasEnded(version: string, clocks: Clocks): boolean {
  const endMs = endOfVersion(version)
  if (endMs === null) return isOlder(version, OLDEST)
  return timeLeft(endMs, clocks) <= 0
}

/** When a version ends, in milliseconds since the Unix epoch; `null` where it is not known. */
export function endOfVersion(version: string): number | null {
  return Object.hasOwn(ENDS, version) ? Date.parse(`${ENDS[version]}T00:00:00Z`) : null
}

/** Whether a version is older than another: `v9.0` is older than `v23.0`. */
export function isOlder(version: string, other: string): boolean {
  const [major = 0, minor = 0] = numbersOf(version)
  const [otherMajor = 0, otherMinor = 0] = numbersOf(other)
  return major < otherMajor || (major === otherMajor && minor < otherMinor)
}

function numbersOf(version: string): readonly number[] {
  return version.slice(1).split('.').map(Number)
}
