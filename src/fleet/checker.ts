import { elapsedMs, instantOf } from '../guard/instant.ts'
import { fromRemembered } from '../guard/remembered.ts'
import type { Answer } from '../guard/state.ts'
import { sha256 } from '../platform/digest.ts'
import { checkRow, type CheckDeps, type Resolved } from './check.ts'
import type { PatientDatabase } from './patient.ts'
import type { FleetRow } from './row.ts'
import type { FleetSource } from './source.ts'
import { SHARED } from './statements.ts'
import { tokenProblem } from './token-problem.ts'
import type { Checked } from './written.ts'

/** From claimed rows to their checks: with their tokens, and with what others have heard already. */

export type CheckerDeps = CheckDeps & {
  readonly database: PatientDatabase
  readonly source: Pick<FleetSource, 'tokens'>
}

/** What a check begins with. */
export type PreparedCheck = { readonly resolved: Resolved; readonly shared: readonly Answer[] }

export class Checker {
  readonly #deps: CheckerDeps
  /** By the fingerprint: what is being asked about a token now. */
  readonly #asking = new Map<string, Promise<Answer | null>>()
  #ofApp: Answer | null = null

  constructor(deps: CheckerDeps) {
    this.#deps = deps
  }

  /** The tokens of these rows, and what Graph said of the same tokens in other rows. Throws what the source throws. */
  async prepare(rows: readonly FleetRow[]): Promise<ReadonlyMap<string, PreparedCheck>> {
    const { source, intervalMs } = this.#deps
    const ids = rows.map(({ id }) => id)
    const texts = await source.tokens(ids)
    const resolved = new Map(ids.map((id) => [id, resolvedFrom(texts.get(id))] as const))
    const fingerprints = [...resolved.values()].flatMap((each) => ('problem' in each ? [] : [each.fingerprint]))
    const shared = await this.#shared(fingerprints, ids, intervalMs)
    return new Map(
      [...resolved].map(([id, each]) => {
        const answer = 'problem' in each ? undefined : shared.get(each.fingerprint)
        return [id, { resolved: each, shared: [...(answer === undefined ? [] : [answer]), ...this.#sharedOfApp()] }]
      }),
    )
  }

  /** The app's own subscriptions are the same for each of its tokens. */
  #sharedOfApp(): readonly Answer[] {
    const answer = this.#ofApp
    const isFresh =
      answer !== null && elapsedMs(answer.at, instantOf(this.#deps.clock)) < this.#deps.assetIntervalMs / 2
    return isFresh ? [answer] : []
  }

  async #shared(fingerprints: readonly string[], ids: readonly string[], maxAgeMs: number) {
    const values = [fingerprints, ids, maxAgeMs / 1000]
    const rows = await this.#deps.database.ask<{
      readonly fingerprint: string
      readonly known: { readonly state?: unknown }
    }>(SHARED, values)
    const now = instantOf(this.#deps.clock)
    return new Map(
      rows.flatMap(({ fingerprint, known }) => {
        const answer = fromRemembered(known.state, now)?.answers.get('token')
        return answer === undefined ? [] : [[fingerprint, answer] as const]
      }),
    )
  }

  /** What another row of the same token is asking already is not asked again. */
  async check(row: FleetRow, { resolved, shared }: PreparedCheck): Promise<Checked> {
    if ('problem' in resolved) return checkRow(row, resolved, shared, this.#deps)
    const { fingerprint } = resolved
    const pending = this.#asking.get(fingerprint)
    if (pending !== undefined) {
      const answer = await pending
      return checkRow(row, resolved, answer === null ? shared : [...shared, answer], this.#deps)
    }
    const checking = checkRow(row, resolved, shared, this.#deps)
    const asking = checking.then(({ answers }) => answers.get('token') ?? null)
    this.#asking.set(fingerprint, asking)
    try {
      const checked = await checking
      this.#ofApp = checked.answers.get('app') ?? this.#ofApp
      return checked
    } finally {
      if (this.#asking.get(fingerprint) === asking) this.#asking.delete(fingerprint)
    }
  }
}

function resolvedFrom(text: string | undefined): Resolved {
  const problem = tokenProblem(text)
  return problem === null && text !== undefined
    ? { token: text, fingerprint: sha256(text) }
    : { problem: problem ?? 'is not there' }
}
