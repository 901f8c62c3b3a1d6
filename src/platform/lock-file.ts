import { closeSync, constants, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs'
import { lifeOf, readHolder, thisHolder, writeHolder, type Holder, type Life } from './holder.ts'
import { random } from './random.ts'
import { codeOf } from './system-error.ts'
import { discard } from './replace-file.ts'

/**
 * A lock that is a file, for processes of one machine, of several containers and of several hosts. One process alone can
 * make the file (O_EXCL). A holder that can be seen is asked of the system; one that cannot shows that it lives by the
 * time of its file, which it renews.
 */
export type Held = {
  /** False once another run has taken it over: on another host it does so where this one was silent for too long. */
  readonly isOurs: () => boolean
  /** A sign of life; one is given every five seconds without being asked for. */
  readonly renew: () => void
  readonly release: () => void
}

/** Another process holds the lock. */
export class HeldByAnother extends Error {
  override readonly name = 'HeldByAnother'
  readonly path: string
  /** `null` where the file does not say it. */
  readonly holder: Holder | null
  readonly life: Life

  constructor(path: string, holder: Holder | null, life: Life) {
    super(`${path} is held`)
    this.path = path
    this.holder = holder
    this.life = life
  }
}

const RENEWED_MS = 5_000
/** So long may a holder that cannot be seen be silent. */
export const SILENT_MS = 120_000
const TRIES = 20
/** So long may a holder take from making the file to writing who it is. One that was killed in between never does. */
const NAMELESS_MS = 2_000
const LOOK_MS = 10
/** A second lock: its holder replaces a dead holder of the first. If it died too, a third decides, and so on. */
const NEXT = '.next'
const NEXT_MAX = 3

/** Throws HeldByAnother, or what the system says. */
export function hold(path: string, nowMs: number): Held {
  const self = thisHolder(nowMs)
  const text = writeHolder(self, random().toString(36).slice(2))
  const descriptor = take(path, text, self)
  const isOurs = () => look(path)?.text === text
  const renew = () => rewrite(descriptor, text)
  const timer = setInterval(renew, RENEWED_MS)
  timer.unref()
  return {
    isOurs,
    renew,
    release: () => {
      clearInterval(timer)
      closeSync(descriptor)
      if (isOurs()) discard(path)
    },
  }
}

/** The descriptor of the file that holds it. */
function take(path: string, text: string, self: Holder, depth = 0): number {
  for (let tries = 0; tries < TRIES; tries++) {
    const descriptor = create(path, text)
    if (descriptor !== null) return descriptor
    const found = lookUntilNamed(path)
    if (found === null) continue // its holder has ended meanwhile
    const holder = readHolder(found.text ?? '')
    const held = new HeldByAnother(path, holder, holder === null ? lifeWithout(found) : lifeOf(holder, self))
    if (held.life === 'alive' || depth === NEXT_MAX) throw held
    const taken = takeOver(found, held, () => follow(held, text, self, depth + 1))
    if (taken !== null) return taken
  }
  throw new HeldByAnother(path, null, 'unknown')
}

const nextTo = (path: string) => `${path}${NEXT}`

/** Where another wants to take a dead one's place too and was faster, that one is at work. */
function follow(held: HeldByAnother, text: string, self: Holder, depth: number): number {
  try {
    return take(nextTo(held.path), text, self, depth)
  } catch (error) {
    throw error instanceof HeldByAnother && held.life !== 'dead' ? held : error
  }
}

/**
 * A dead holder's file may be replaced only by the holder of the next file, so that a live holder's is never replaced.
 * The rename gives up both at once. `null` if the file has changed meanwhile.
 */
function takeOver(before: Look, { path, life }: HeldByAnother, holdNext: () => number): number | null {
  const descriptor = holdNext()
  const next = nextTo(path)
  let isRenamed = false
  try {
    const now = look(path)
    if (now?.text !== before.text) return null
    // Both times are the file system's own: on a network the clocks of the hosts differ.
    if (life === 'unknown' && (look(next)?.changedMs ?? 0) - now.changedMs < SILENT_MS)
      throw new HeldByAnother(path, readHolder(now.text ?? ''), life)
    renameSync(next, path)
    isRenamed = true
    return descriptor
  } finally {
    if (!isRenamed) {
      closeSync(descriptor)
      discard(next)
    }
  }
}

/** `null` where another holds it, and where another took it over before it said whose it is. */
function create(path: string, text: string): number | null {
  const descriptor = openNew(path)
  if (descriptor === null) return null
  try {
    writeSync(descriptor, text)
    fsyncSync(descriptor)
    if (look(path)?.text === text) return descriptor
    closeSync(descriptor)
    return null
  } catch (error) {
    closeSync(descriptor)
    discard(path)
    throw error
  }
}

/** Everybody may read who is at work: nothing of it is secret. */
function openNew(path: string): number | null {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o644)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return null
    throw error
  }
}

/** `text` is `null` where this user may not read it: its holder counts as one that cannot be seen. */
type Look = { readonly text: string | null; readonly changedMs: number }

function lifeWithout({ text }: Look): Life {
  return text === '' ? 'dead' : 'unknown'
}

function lookUntilNamed(path: string): Look | null {
  for (let waitedMs = 0; ; waitedMs += LOOK_MS) {
    const found = look(path)
    if (found?.text !== '' || waitedMs >= NAMELESS_MS) return found
    pause()
  }
}

function look(path: string): Look | null {
  try {
    return { text: textOf(path), changedMs: statSync(path).mtimeMs }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'EACCES') return null
    throw error
  }
}

/** The same text once more: the file system dates it by its own clock. */
function rewrite(descriptor: number, text: string): void {
  try {
    writeSync(descriptor, text, 0)
  } catch {
    // It is tried again.
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS)
}
