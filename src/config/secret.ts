const MASK = '[secret]'
/** `inspect.custom` of node:util, which costs a start on Bun 2 ms. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/**
 * A text that must not be shown: it prints as `[secret]` in strings, JSON, `console.log` and `util.inspect`.
 * Where `reveal()` may be called is a list that test/project/tidy.test.ts holds.
 */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** The text itself. Call it where it leaves for Graph, never earlier. */
  reveal(): string {
    return this.#text
  }

  /** Whether two hold the same text. */
  equals(other: Secret | null): boolean {
    return other !== null && this.#text === other.#text
  }

  toString(): string {
    return MASK
  }

  toJSON(): string {
    return MASK
  }

  [INSPECT](): string {
    return MASK
  }
}
