/** Looks for secrets in whatever the program shows, in each form in which a text can hide one. */

const PART = 8
const BASE64 = /[\w+/-]{11,}/g
const HEX = /(?:[0-9a-f]{2}){8,}/gi

/** Every part of eight characters, so that neither a masked middle nor a cut end passes. */
function partsOf(secret: string): readonly string[] {
  return Array.from({ length: Math.max(1, secret.length - PART + 1) }, (_, at) => secret.slice(at, at + PART))
}

function percentDecoded(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)))
}

function jsonUnescaped(text: string): string {
  return text.replaceAll(/\\(?:u([0-9a-f]{4})|(.))/gi, (_all, hex: string | undefined, escaped: string) =>
    hex === undefined ? escaped : String.fromCharCode(parseInt(hex, 16)),
  )
}

function entitiesDecoded(text: string): string {
  return text.replaceAll(/&#(x[0-9a-f]+|\d+);/gi, (_all, code: string) =>
    String.fromCharCode(Number(code.startsWith('x') ? `0${code}` : code)),
  )
}

/** A secret inside a longer text begins at any of the four characters of a group. */
function base64Decoded(text: string): string {
  const runs = text.match(BASE64) ?? []
  return runs
    .flatMap((run) => [0, 1, 2, 3].map((from) => Buffer.from(run.slice(from), 'base64').toString('latin1')))
    .join('\n')
}

const hexDecoded = (text: string) =>
  (text.match(HEX) ?? []).map((run) => Buffer.from(run, 'hex').toString('latin1')).join('\n')

const FORMS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  'URL-encoded': percentDecoded,
  'JSON-escaped': jsonUnescaped,
  'HTML-escaped': entitiesDecoded,
  base64: base64Decoded,
  hex: hexDecoded,
}

export class Traces {
  readonly #parts: ReadonlyMap<string, string>
  readonly #found: string[] = []
  readonly #surfaces = new Map<string, number>()

  /** By name. `harmless`: parts that occur in other texts as well, such as a prefix that all tokens have. */
  constructor(secrets: Readonly<Record<string, string>>, harmless = '') {
    const parts = Object.entries(secrets).flatMap(([name, secret]) =>
      partsOf(secret).map((part) => [part, name] as const),
    )
    this.#parts = new Map(parts.filter(([part]) => !harmless.includes(part)))
  }

  /** Searches one text in every form. */
  look(surface: string, text: string): void {
    this.#surfaces.set(surface, (this.#surfaces.get(surface) ?? 0) + text.length)
    for (const [form, decode] of Object.entries(FORMS)) {
      const decoded = decode(text)
      for (let at = 0; at + PART <= decoded.length; at++) {
        const name = this.#parts.get(decoded.slice(at, at + PART))
        if (name !== undefined)
          this.#found.push(`${name} shows in ${surface}, ${form}: ${decoded.slice(Math.max(0, at - 60), at + 12)}`)
      }
    }
  }

  /** The first few are enough: each secret has hundreds of parts. */
  get found(): readonly string[] {
    return this.#found.slice(0, 5)
  }

  get surfaces(): readonly string[] {
    return [...this.#surfaces.keys()]
  }

  /** `412 searches` is every part in every form on every surface. */
  get figures(): string {
    const bytes = [...this.#surfaces.values()].reduce((sum, each) => sum + each, 0)
    const searches = this.#parts.size * Object.keys(FORMS).length * this.#surfaces.size
    return `${searches} searches (${this.#parts.size} parts, ${Object.keys(FORMS).length} forms, ${this.#surfaces.size} surfaces, ${bytes} characters), ${this.#found.length} found`
  }
}
