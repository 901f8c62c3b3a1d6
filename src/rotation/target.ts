import { dirname } from 'node:path'
import type { Origin } from '../config/sources.ts'
import { readTextFile } from '../platform/files.ts'
import { hold, HeldByAnother, type Held } from '../platform/lock-file.ts'
import {
  discard,
  keepElsewhere,
  keptOf,
  makeSuccessor,
  replaceable,
  syncFolder,
  type Kept,
  type Replaceable,
  type Successor,
} from '../platform/replace-file.ts'
import { rightsOf } from '../platform/rights.ts'
import { AtWork } from './at-work.ts'
import { attempt, TargetError } from './attempt.ts'
import { quietly } from '../platform/quietly.ts'
import { notGiven, obstacleOf, obstacleOfCode, obstacleOfNew, type Hindrance, type Sight } from './obstacles.ts'
import { readLeftover } from './leftover.ts'
import { OwedHook } from './owed.ts'
import { replaceToken, tokenIn } from './place.ts'
import { see } from './sight.ts'

const NAME = 'WHATSAPP_TOKEN'
const FILE_MAX = 1024 * 1024
/** For a token that is longer than the old one. */
const ROOM = 2048

/** The steps between which a power cut may come; each is tried. */
export type Step = 'held' | 'reserved' | 'issued' | 'staged' | 'verified' | 'owed' | 'renamed' | 'done'

/** Where the place for the new token is, and whether it holds one. */
type Room = { readonly successor: Successor; readonly kept: Kept; isStaged: boolean; token: Uint8Array | null }

/** The file that holds the token, and how another takes its place. Throws TargetError. */
export class Target {
  readonly #files: Replaceable
  /** The variable whose line it is; `null` where the file holds the token alone. */
  readonly #variable: string | null
  readonly #before: string
  readonly #searchPath: string | undefined
  /** The file as it was when the room was made. */
  #bytes: Uint8Array = new Uint8Array()
  #held: Held | null = null
  #room: Room | null = null

  constructor({ path = '', file }: Origin, before: string, searchPath: string | undefined) {
    this.#variable = file === undefined ? NAME : null
    this.#before = before
    this.#searchPath = searchPath
    const given = file ?? path
    this.#files = attempt(
      () => replaceable(given),
      (code) => obstacleOfCode(code, given, dirname(given)),
    )
  }

  get path(): string {
    return this.#files.path
  }

  /** Beside it: what has not taken its place yet. */
  get staged(): string {
    return this.#files.staged
  }

  /** Where it stands that a hook is owed for the token in place. */
  get owed(): OwedHook {
    return new OwedHook(this.#files.owed)
  }

  /** Whether the file holds what it held at the start. */
  get isUnchanged(): boolean {
    return tokenIn(this.#read(), this.#variable) === this.#before
  }

  /** Whether no other run has taken the lock over. */
  get isHeld(): boolean {
    return this.#held?.isOurs() === true
  }

  /** Looks whether a new file could take its place as it is. Writes nothing. */
  async examine(): Promise<void> {
    await this.#sight()
  }

  /** From here on no other run works on this file. Throws AtWork where one does. */
  hold(nowMs: number): void {
    try {
      this.#held = this.#attempt(() => hold(this.#files.lock, nowMs))
    } catch (error) {
      if (error instanceof HeldByAnother) throw new AtWork(error, this.path)
      throw error
    }
  }

  /** What a former run made and left behind; `null` where there is nothing of use. */
  leftover(): string | null {
    const bytes = this.#attempt(() => readLeftover(this.#files, FILE_MAX + ROOM))
    const token = bytes === null ? '' : tokenIn(bytes, this.#variable)
    return token === '' || token === this.#before ? null : token
  }

  /** Makes the room that a new token needs, with all rights as they will be. No former run's token is touched. */
  async reserve(): Promise<void> {
    this.#bytes = this.#read()
    this.#with(this.#before, this.#bytes)
    this.#room = await this.#makeRoom()
  }

  /** The room is where a token is looked for. What a former run left there has been judged. */
  claim(): void {
    const room = this.#demandRoom()
    this.#attempt(() => {
      room.successor.moveTo(this.staged)
      syncFolder(this.#files.folder)
    })
    room.isStaged = true
  }

  /** Writes the token into its room: it is not lost any more, and not in use yet. Nothing is read before. */
  keep(token: string): void {
    const room = this.#demandRoom()
    this.#demandHeld()
    const bytes = this.#with(token, this.#bytes)
    // Also where it fails: then it is not known what is there, and it is not thrown away.
    room.token = bytes
    this.#attempt(() => room.successor.fill(bytes))
  }

  /** What was written since by others stays: it is read again. What is staged is never put at risk. */
  async takePlace(token: string, onStep: (step: Step) => void): Promise<void> {
    const bytes = this.#with(token, this.#read())
    await this.#sight()
    const isSame = (room: Room) => JSON.stringify(room.kept) === JSON.stringify(keptOf(this.path))
    let room = this.#demandRoom()
    if ((room.isStaged && !(room.token !== null && Buffer.from(bytes).equals(room.token))) || !isSame(room)) {
      const another = await this.#makeRoom()
      room.successor.close()
      this.#room = room = another
    }
    this.#demandHeld()
    const { isStaged } = room
    this.#attempt(() => {
      if (!isStaged) room.successor.fill(bytes)
      room.successor.moveTo(this.path)
    })
    room.isStaged = false
    onStep('renamed')
    // It is in the file. A power cut that comes before the folder is on the disk brings the old one back, which lives.
    quietly(() => {
      syncFolder(this.#files.folder)
      if (!isStaged) discard(this.staged)
    })
  }

  /** Throws the staged token away. */
  discard(): void {
    this.#attempt(() => discard(this.staged))
  }

  /** The last resort, where the room does not take what it was made for. `null` where this fails too. */
  rescue(token: string): string | null {
    try {
      const path = keepElsewhere(this.#variable === null ? `${token}\n` : `${NAME}=${token}\n`)
      // It is not known how much of it is there.
      if (this.isHeld) discard(this.staged)
      return path
    } catch {
      return null
    }
  }

  /** Gives the file free, and takes away what holds no token. */
  release(): void {
    const room = this.#room
    room?.successor.close()
    if (this.isHeld) {
      quietly(() => discard(this.#files.fresh))
      if (room?.isStaged === true && room.token === null) quietly(() => discard(this.staged))
    }
    quietly(() => this.#held?.release())
  }

  async #sight(): Promise<Sight> {
    const sight = await see(this.#files, this.#searchPath, (work) => this.#attempt(work))
    const obstacle = obstacleOf(sight)
    if (obstacle !== null) throw new TargetError(obstacle)
    return sight
  }

  async #makeRoom(): Promise<Room> {
    const kept = keptOf(this.path)
    const sight = await this.#sight()
    const successor = this.#attempt(() => makeSuccessor(this.#files, this.#bytes.length + ROOM))
    try {
      const obstacle = obstacleOfNew(sight, await rightsOf(this.#files.fresh, this.#searchPath))
      if (obstacle !== null) throw new TargetError(obstacle)
      attempt(
        () => successor.admit(kept),
        (code) => (code === 'EPERM' ? notGiven(this.path, kept) : this.#obstacle(code)),
      )
      return { successor, kept, isStaged: false, token: null }
    } catch (error) {
      successor.close()
      quietly(() => discard(this.#files.fresh))
      throw error
    }
  }

  #demandRoom(): Room {
    if (this.#room === null) throw new Error('no room was reserved')
    return this.#room
  }

  #demandHeld(): void {
    if (this.isHeld) return
    throw new TargetError({
      what: `The lock ${this.#files.lock} is not this run's any more: it was removed, or taken over while this run stood still.`,
      next: 'Begin again.',
    })
  }

  #read(): Uint8Array {
    const read = readTextFile(this.path, { maxBytes: FILE_MAX })
    if (read.ok) return read.bytes
    throw new TargetError({ what: `${this.path} ${read.problem}.`, next: 'Put it back, and begin again.' })
  }

  #with(token: string, bytes: Uint8Array): Uint8Array {
    const replaced = replaceToken(bytes, this.#variable, this.#before, token)
    if (replaced !== null) return replaced
    throw new TargetError({
      what: `${this.path} does not hold the token any more that it held at the start: another run or a person has changed it.`,
      next: 'Look at it with check. If it is to be rotated still, begin again.',
    })
  }

  #obstacle(code: string): Hindrance {
    return obstacleOfCode(code, this.path, this.#files.folder)
  }

  #attempt<T>(work: () => T): T {
    return attempt(work, (code) => this.#obstacle(code))
  }
}
