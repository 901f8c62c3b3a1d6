import { discard } from '../platform/replace-file.ts'
import { readStateFile, replaceStateFile } from '../platform/state-file.ts'
import { quietly } from '../platform/quietly.ts'
import { attempt, TargetError } from './attempt.ts'

/** That a hook is still to be run for the token in place. It is on the disk before that token takes its place. */
export class OwedHook {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** Throws TargetError where it is not known. */
  isFor(fingerprint: string): boolean {
    const file = readStateFile(this.path)
    if (file.kind === 'none') return false
    if (file.kind === 'foreign')
      throw new TargetError({
        what: `${this.path} ${file.problem}: it is not ours.`,
        next: 'Remove it, and begin again.',
      })
    // One that was cut off says nothing: the hook is run rather than forgotten.
    return !/^[0-9a-f]{12}\n$/.test(file.text) || file.text.trim() === fingerprint
  }

  /** Throws TargetError. */
  owe(fingerprint: string): void {
    attempt(
      () => replaceStateFile(this.path, `${fingerprint}\n`),
      (code) => ({
        what: `${this.path} cannot be written (${code}).`,
        next: 'Make room, or let its folder be written.',
      }),
    )
  }

  settle(): void {
    quietly(() => discard(this.path))
  }
}
