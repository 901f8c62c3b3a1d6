/** Takes secrets out of texts that others wrote: Graph, a proxy, the runtime. */

/** A part of a secret of this length or more is a secret too. */
const PART_LENGTH = 8
const MASK = '[secret]'

/** Anything like a token, an app token or a long key, known to us or not: Graph repeats what it could not read. */
const TOKEN_LIKE = /\b\d{8,}\|[\w-]+|\b[A-Za-z0-9_-]{40,}|\bEAA[A-Za-z0-9]{6,}/g

/**
 * Of a secret URL the host and plain words (`services`, `webhooks`) are in other texts too: they are left. The whole
 * path is not, where it follows its host.
 */
const URL_WITH_PATH = /^https?:\/\/([^/?#]*)(.*)$/is

/** Of a database's address the password is secret: an error names host and user. */
const DATABASE_URL = /^postgres(?:ql)?:\/\/(?:[^:@/]*:([^@/]*)@)?/i

export type Mask = (text: string) => string

export function maskTokenLike(text: string): string {
  return text.replaceAll(TOKEN_LIKE, MASK)
}

/** A function that takes every part of the given secrets out of a text. */
export function masker(secrets: readonly string[]): Mask {
  const texts = secrets.flatMap(textsOf)
  const parts = new Set(texts.flatMap(partsOf))
  const paths = texts.flatMap(pathOf)
  if (parts.size + paths.length === 0) return (text) => text
  return (text) => maskParts(maskPaths(text, paths), parts)
}

/** Old secrets stay secret; a source that changes all the time must not fill the memory. */
const LEARNT_MAX = 50

/** A mask that learns: what is read while the program runs is taken out from then on. */
export class SecretMask {
  #secrets: readonly string[] = []
  #mask: Mask = masker([])
  readonly apply: Mask = (text) => this.#mask(text)

  /** What is learnt together is kept together; of what came before, the oldest may be forgotten. */
  learn(secrets: readonly string[]): void {
    if (secrets.every((secret) => this.#secrets.includes(secret))) return
    this.#secrets = [...new Set([...secrets, ...this.#secrets])].slice(0, LEARNT_MAX)
    this.#mask = masker(this.#secrets)
  }
}

/** A secret may be several addresses, each with its format in front (alert-address.ts). */
function textsOf(secret: string): readonly string[] {
  const [database, password] = DATABASE_URL.exec(secret) ?? []
  if (database !== undefined) return password === undefined ? [] : [password, decoded(password)]
  return secret.split(/\s+/).map((text) => text.replace(/^[a-z-]+\+(?=https?:)/i, ''))
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function partsOf(secret: string): readonly string[] {
  const [, , path] = URL_WITH_PATH.exec(secret) ?? []
  return path === undefined ? everyPart(secret) : everyPart(path).filter((part) => /[A-Z0-9]/.test(part))
}

function pathOf(secret: string): readonly (readonly [host: string, path: string])[] {
  const [, host = '', path = ''] = URL_WITH_PATH.exec(secret) ?? []
  return path.length < 2 ? [] : [[host, path]]
}

function maskPaths(text: string, paths: ReturnType<typeof pathOf>): string {
  return paths.reduce((masked, [host, path]) => masked.replaceAll(host + path, () => host + MASK), text)
}

function everyPart(text: string): readonly string[] {
  const count = Math.max(0, text.length - PART_LENGTH + 1)
  return Array.from({ length: count }, (_, at) => text.slice(at, at + PART_LENGTH))
}

function maskParts(text: string, parts: ReadonlySet<string>): string {
  let masked = ''
  let done = 0
  for (let at = 0; at + PART_LENGTH <= text.length; at++) {
    if (!parts.has(text.slice(at, at + PART_LENGTH))) continue
    // A part that begins inside the last one belongs to the same secret.
    if (at > done || masked === '') masked += text.slice(done, at) + MASK
    done = at + PART_LENGTH
  }
  return masked + text.slice(done)
}
