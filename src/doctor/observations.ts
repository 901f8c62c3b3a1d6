import type { Config, Fault, Notice } from '../config/config.ts'
import type { Health } from '../guard/health.ts'
import type { State } from '../guard/state.ts'
import type { Certificate, ReachStep } from '../platform/reach.ts'
import type { TokenSource } from '../report/token-source.ts'
import type { Ending } from './item.ts'

/** What was found out, as plain data, before anybody judges it. */

/** At the top: the fingerprints of tokens that are dead and cannot be taken out of the history, one a line. */
export const KNOWN_FILE = '.token-guard-known'

/** What looks like a secret of Meta's, somewhere. Never its text. */
export type Hit = {
  readonly kind: 'token' | 'app token'
  /** The first 12 hex digits of its SHA-256: the operator's view shows that of the one in service. */
  readonly fingerprint: string
  readonly file: string
  readonly line: number
  /** Short; `null` in the tree. */
  readonly commit: string | null
  /** A file that git ignores, or would commit, or has. */
  readonly where: 'tracked' | 'untracked' | 'ignored' | 'folder' | 'history'
}

export type Search = {
  readonly hits: readonly Hit[]
  readonly files: number
  readonly bytes: number
  /** How many were passed over, since their fingerprints are listed as known. */
  readonly known: number
  /** Why it ended early, as the end of a sentence. */
  readonly cut: string | null
}

/** A file that holds the token in use. */
export type Keeping = {
  readonly file: string
  /** `null` outside a repository. */
  readonly git:
    | { readonly isIgnored: boolean; readonly isTracked: boolean; readonly commit: string | null }
    /** git failed, or took too long: nothing is known. */
    | 'unanswered'
    | null
  readonly permissions: number | null
}

export type Storage = {
  /** Why there is no repository to look at, as a sentence; `null` where there is one. */
  readonly noRepository: string | null
  readonly keepings: readonly Keeping[]
  /** Where the token in use comes from; `null` where none is set. */
  readonly source: TokenSource | null
  readonly tree: Search
  readonly history: Search | null
}

export type Reached = {
  /** `graph.facebook.com:443`, or the proxy's. */
  readonly target: string
  /** Host and port, without credentials. */
  readonly proxy: string | null
  readonly isTls: boolean
  readonly dns: ReachStep<readonly string[]>
  readonly tcp: ReachStep<string> | null
  readonly tls: ReachStep<Certificate> | null
}

export type VerifiedFacts = {
  readonly config: Config
  readonly health: Health
  readonly state: State
  /** The token's user as Graph names it, cleaned. */
  readonly me: { readonly id: string; readonly name: string | null } | null
  /** How long Graph took for one answer; `null` where there was none. */
  readonly answeredMs: number | null
}

export type Observations = {
  readonly ending: Ending
  readonly faults: readonly Fault[]
  readonly notices: readonly Notice[]
  readonly verification: VerifiedFacts | null
  readonly storage: Storage
  /** Of alerts, as `slack at hooks.slack.com`. */
  readonly receivers: readonly string[]
  /** What the state file holds about the token, as a sentence; `null` where there is nothing. */
  readonly remembered: string | null
  /** Where a token is looked for, the strongest first. */
  readonly sources: readonly string[]
  /** `null` where nothing is to be reached. */
  readonly reached: Reached | null
  readonly nowMs: number
  /** The program's name as its user typed it. */
  readonly program: string
}
