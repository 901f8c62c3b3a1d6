/** JSON as Graph writes it: ids are longer than JavaScript's numbers are exact. */

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string }

/** As many digits as JavaScript may round. */
const INEXACT = /\d{16}/

/**
 * Reads JSON; whole numbers of sixteen digits and more become strings, so that ids keep all their digits. `JSON.parse`
 * decides what is JSON. Takes time in proportion to the length, whatever the text.
 */
export function parseJson(text: string): Parsed<unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return { ok: true, value: INEXACT.test(text) ? JSON.parse(withLongNumbersQuoted(text)) : value }
  } catch {
    return { ok: false, problem: 'not JSON' }
  }
}

/** Sticky: each character is looked at once. */
const NUMBER = /-?\d+(\.\d+)?(?:[eE][+-]?\d+)?/y
const STARTS = /["\-\d]/g

/** `text` is JSON: what begins as a string or a number is one. */
function withLongNumbersQuoted(text: string): string {
  const parts: string[] = []
  let copied = 0
  for (let at = nextStart(text, 0); at !== -1;) {
    const end = text[at] === '"' ? endOfString(text, at) : endOfNumber(text, at)
    const part = text.slice(at, end)
    if (/^-?\d{16,}$/.test(part)) {
      parts.push(text.slice(copied, at), `"${part}"`)
      copied = end
    }
    at = nextStart(text, end)
  }
  return parts.join('') + text.slice(copied)
}

function nextStart(text: string, from: number): number {
  STARTS.lastIndex = from
  return STARTS.exec(text)?.index ?? -1
}

function endOfNumber(text: string, start: number): number {
  NUMBER.lastIndex = start
  NUMBER.test(text)
  return NUMBER.lastIndex
}

function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let escapes = 0
    while (text[quote - 1 - escapes] === '\\') escapes++
    if (escapes % 2 === 0) return quote + 1
  }
}
