import type { TokenPlace } from '../config/token-places.ts'
import type { TokenSource } from '../report/token-source.ts'
import { fingerprintOf, textsOf } from './assemble.ts'

/** Where the token came from, as it may be shown; `null` where none is set. */
export function tokenSourceOf(places: readonly Pick<TokenPlace, 'from' | 'secret'>[]): TokenSource | null {
  const [inUse, ...others] = places.map(({ from, secret }) => {
    const [text] = textsOf([secret])
    return { from, fingerprint: text === undefined ? null : fingerprintOf(text) }
  })
  return inUse === undefined ? null : { ...inUse, others }
}
