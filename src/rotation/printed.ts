import { dirname } from 'node:path'
import { discard, makeSuccessor, syncFolder, type Successor } from '../platform/replace-file.ts'
import { quietly } from '../platform/quietly.ts'
import { attempt } from './attempt.ts'

/** For any token. */
const ROOM = 2048

/** A file that is to hold a printed token alone. Its room is made before Graph is asked. Throws TargetError. */
export class PrintedFile {
  readonly path: string
  readonly #fresh: string
  readonly #successor: Successor

  constructor(path: string) {
    this.path = path
    this.#fresh = `${path}.new`
    this.#successor = this.#attempt(() => makeSuccessor({ fresh: this.#fresh }, ROOM))
  }

  /** Only its owner may read it. Whoever reads sees all of it. */
  keep(token: string): void {
    this.#attempt(() => {
      this.#successor.fill(Buffer.from(token))
      this.#successor.moveTo(this.path)
    })
    quietly(() => syncFolder(dirname(this.path)))
  }

  release(): void {
    this.#successor.close()
    quietly(() => discard(this.#fresh))
  }

  #attempt<T>(work: () => T): T {
    return attempt(work, (code) => ({
      what: `${this.path} cannot be written (${code}).`,
      next: 'Give --print a path in a folder that this user may write.',
    }))
  }
}
