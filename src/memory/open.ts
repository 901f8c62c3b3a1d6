import { NOTHING_SENT, type Ledger } from '../alerts/policy.ts'
import { fromRememberedLedger, toRememberedLedger, type RememberedLedger } from '../alerts/remembered-ledger.ts'
import type { Config, Fault } from '../config/config.ts'
import { NO_RECOLLECTION, type Recollection } from '../guard/deps.ts'
import { instantOf } from '../guard/instant.ts'
import { fromRemembered, toRemembered } from '../guard/remembered.ts'
import { NOTHING_KNOWN } from '../guard/state.ts'
import type { Clock } from '../platform/clock.ts'
import { sha256 } from '../platform/digest.ts'
import { isReplaceable, readStateFile, removeLeftovers } from '../platform/state-file.ts'
import { Keeper, type KeeperDeps } from './keeper.ts'
import { isOurs, readMemory, type ReadMemory } from './record.ts'

export type OpenedMemory = {
  readonly recollection: Recollection
  /** What was sent before this process. */
  readonly ledger: Ledger
  /** Why the file counts as none, as the end of a sentence that begins with its path; `null` where nothing is to be said. */
  readonly problem: string | null
  /** Writes what a guard knows, and what was sent meanwhile. */
  readonly keeperOf: (deps: KeepingDeps) => Keeper
}

export type KeepingDeps = Pick<KeeperDeps, 'guard' | 'tokenInService' | 'onFailure'> & {
  readonly ledger?: () => Ledger
}

const EXPECTED = 'a path where this program may write a file of its own, in a folder that exists'
const NOTHING: ReadMemory = { state: null, rest: null, problem: null }

/** Reads the state file of this token. A file that is not ours is a fault: it must not be written over. */
export function openMemory(
  path: string,
  config: Config,
  fingerprintOf: (token: string) => string,
  clock: Clock,
): OpenedMemory | { readonly fault: Fault } {
  const found = readStateFile(path)
  if (found.kind === 'foreign') return { fault: faultOf(`names ${path}, which ${found.problem}`) }
  if (found.kind === 'text' && !isOurs(found.text))
    return { fault: faultOf(`names ${path}, which holds what this program did not write`) }
  removeLeftovers(path, clock.nowMs())
  const token = config.token?.reveal() ?? ''
  const of = { fingerprint: fingerprintOf(token), about: aboutOf(config) }
  const counts = found.kind === 'text' && isReplaceable(path)
  const read = counts ? readMemory(found.text, of, token) : NOTHING
  const now = instantOf(clock)
  const { state, rest, problem } = read
  const ledger = rest === null ? NOTHING_SENT : fromRememberedLedger(rest.alerts, now)
  return {
    recollection: {
      state: state === null ? null : fromRemembered(state, now),
      past: rest === null ? NO_RECOLLECTION.past : { drifts: rest.drifts, statuses: rest.statuses },
    },
    ledger,
    problem,
    keeperOf: ({ ledger: ledgerNow = () => ledger, ...deps }) =>
      new Keeper({
        ...deps,
        path,
        about: of.about,
        kept: state ?? toRemembered(NOTHING_KNOWN),
        alerts: (): RememberedLedger => toRememberedLedger(ledgerNow()),
      }),
  }
}

/** Answers about other objects, or from another place, say nothing about these. */
function aboutOf({ graphUrl, appId, businessAccountId }: Config): string {
  return sha256(JSON.stringify([graphUrl, appId, businessAccountId])).slice(0, 16)
}

function faultOf(problem: string): Fault {
  return { name: 'TOKEN_GUARD_STATE_PATH', problem, expected: EXPECTED }
}
