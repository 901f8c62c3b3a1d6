import type { Change } from './changes.ts'

/** Who listens to a guard. */
export class Listeners {
  readonly #toUpdates = new Set<() => void>()
  readonly #toChanges = new Set<(changes: readonly Change[]) => void>()
  #held: readonly Change[] = []

  onUpdate(callback: () => void): void {
    this.#toUpdates.add(callback)
  }

  onChanges(callback: (changes: readonly Change[]) => void): void {
    this.#toChanges.add(callback)
  }

  /** What is shown may be different. */
  update(): void {
    for (const listener of this.#toUpdates) listener()
  }

  /** These are reported with the next ones. */
  hold(changes: readonly Change[]): void {
    this.#held = [...this.#held, ...changes]
  }

  /** What is held was of a boot, whose end is for its caller to report. */
  forget(): void {
    this.#held = []
  }

  report(changes: readonly Change[]): void {
    const all = [...this.#held, ...changes]
    this.#held = []
    if (all.length > 0) for (const listener of this.#toChanges) listener(all)
  }
}
