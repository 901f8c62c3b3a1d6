import type { RememberedLedger } from '../alerts/remembered-ledger.ts'
import type { Guard } from '../guard/guard.ts'
import { toRemembered, type Remembered } from '../guard/remembered.ts'
import { codeOf } from '../platform/system-error.ts'
import { dropStateFile, readStateFile, replaceStateFile } from '../platform/state-file.ts'
import { isOurs, writeMemory } from './record.ts'

export type KeeperDeps = {
  readonly path: string
  readonly guard: Pick<Guard, 'state' | 'health' | 'token' | 'past'>
  /** The text of the token in service. */
  readonly tokenInService: () => string
  /** What was asked, and whom: a digest. */
  readonly about: string
  /** What the file held about the token, for as long as nothing definite is known here. */
  readonly kept: Remembered
  readonly alerts: () => RememberedLedger
  /** Called at the first failure after a success, with the end of a sentence that begins with the path. */
  readonly onFailure: (problem: string) => void
}

/** Writes what is known into the state file. It never throws: what cannot be kept stops nothing. */
export class Keeper {
  readonly #deps: KeeperDeps
  #written = ''
  #hasFailed = false

  constructor(deps: KeeperDeps) {
    this.#deps = deps
  }

  /** Where nothing has changed nothing is written. */
  keep(): void {
    const text = this.#text()
    if (text === this.#written) return
    const problem = this.#replace(text)
    if (problem === null) this.#written = text
    else this.#forget()
    if (problem !== null && !this.#hasFailed) this.#deps.onFailure(problem)
    this.#hasFailed = problem !== null
  }

  #text(): string {
    const { guard, tokenInService, about, kept, alerts } = this.#deps
    const { state, token, past } = guard
    const known = state.answers.has('token') ? toRemembered(state) : kept
    const memory = { fingerprint: token.fingerprint, about, state: known, ...past }
    return writeMemory({ ...memory, alerts: alerts() }, tokenInService())
  }

  /** What went wrong, as the end of a sentence; `null` where nothing did. */
  #replace(text: string): string | null {
    const { path } = this.#deps
    try {
      const found = readStateFile(path)
      if (found.kind === 'foreign') return found.problem
      if (found.kind === 'text' && !isOurs(found.text)) return 'holds what this program did not write'
      replaceStateFile(path, text)
      return null
    } catch (error) {
      return `cannot be written (${codeOf(error) ?? 'unknown error'})`
    }
  }

  /** A refusal that cannot be written must not leave an older pass behind it. */
  #forget(): void {
    const { path, guard } = this.#deps
    if (guard.health().verdict === 'verified') return
    const found = readStateFile(path)
    if (found.kind === 'text' && isOurs(found.text)) dropStateFile(path)
  }
}
