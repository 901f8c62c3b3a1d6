import type { Origin } from '../config/sources.ts'
import { readTextFile } from '../platform/files.ts'
import { discard, replaceable, stage, takePlace, type Replaceable } from '../platform/replace-file.ts'
import { replaceInEnvFile, replaceInSecretFile, tokenIn } from './place.ts'

const NAME = 'WHATSAPP_TOKEN'
const FILE = { maxBytes: 1024 * 1024 }

/** The steps between which a power cut may come; each is tried. */
export type Step = 'issued' | 'staged' | 'verified' | 'renamed' | 'done'

/** Why the file cannot have another token in it: a sentence. */
export class TargetError extends Error {
  override readonly name = 'TargetError'
}

/** The file in which the token stands, and how another takes its place. Throws TargetError. */
export class Target {
  readonly #files: Replaceable
  /** The variable whose line it is; `null` where the file holds the token alone. */
  readonly #variable: string | null
  readonly #before: string

  constructor({ path = '', file }: Origin, before: string) {
    this.#variable = file === undefined ? NAME : null
    this.#before = before
    this.#files = attempt(file ?? path, () => replaceable(file ?? path))
  }

  get path(): string {
    return this.#files.path
  }

  /** Beside it: what has not taken its place yet. */
  get staged(): string {
    return this.#files.staged
  }

  /** What a former run made and left behind; `null` where there is nothing of use. */
  leftover(): string | null {
    const read = readTextFile(this.#files.staged, FILE)
    const token = read.ok ? tokenIn(read.bytes, this.#variable) : ''
    return token === '' || token === this.#before ? null : token
  }

  /** Writes it beside the file: it is not lost any more, and not in use yet. */
  stage(token: string): void {
    const bytes = this.#with(token)
    attempt(this.#files.staged, () => stage(this.#files, bytes))
  }

  /** What somebody else has written since stays: it is read again. What is staged rightly is never put at risk. */
  takePlace(token: string, onStep: (step: Step) => void): void {
    const staged = readTextFile(this.#files.staged, FILE)
    if (!staged.ok || !Buffer.from(staged.bytes).equals(this.#with(token))) this.stage(token)
    attempt(this.#files.path, () => takePlace(this.#files, () => onStep('renamed')))
  }

  discard(): void {
    attempt(this.#files.staged, () => discard(this.#files.staged))
  }

  #with(token: string): Uint8Array {
    const read = readTextFile(this.#files.path, FILE)
    if (!read.ok) throw new TargetError(`${this.#files.path} ${read.problem}.`)
    const replaced =
      this.#variable === null
        ? replaceInSecretFile(read.bytes, this.#before, token)
        : replaceInEnvFile(read.bytes, this.#variable, this.#before, token)
    if (replaced === null)
      throw new TargetError(`${this.#files.path} does not hold the token any more that it held at the start.`)
    return replaced
  }
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const code = String((error as { readonly code?: unknown }).code ?? 'unknown error')
    const why =
      code === 'EROFS'
        ? 'is on a read-only file system, as mounted secrets are'
        : code === 'EBUSY'
          ? 'is mounted by itself, so nothing can take its place: mount its folder'
          : code === 'EACCES' || code === 'EPERM'
            ? 'may not be written by this user, or not with its owner kept'
            : `cannot be written (${code})`
    throw new TargetError(`${path} ${why}.`)
  }
}
