/** PURE. Texts of a bounded size, whatever is in them. */

/** What hides or reorders text, and what moves the cursor: format characters (zero-width, bidi, tags), controls, other line ends. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu

const HALVES = /\p{Cs}/gu

/** On one line, all of it visible, and without half of a surrogate pair. */
export function clean(text: string): string {
  return text.replaceAll(HALVES, '\ufffd').replaceAll(INVISIBLE, ' ').replaceAll(/\s+/gu, ' ').trim()
}

const ELLIPSIS = '…'

const asItIs = (character: string) => character

/**
 * Escaped, and cut so that the escaped text has at most this many UTF-16 units: never fewer than a receiver that counts code
 * points would count. The cut is made before the escaping and between code points, so neither an escape nor a character is
 * ever split.
 */
export function within(max: number, text: string, escape: (character: string) => string = asItIs): string {
  const written = Array.from(text, escape)
  if (written.join('').length <= max) return written.join('')
  let cut = ''
  for (const character of written) {
    if (cut.length + character.length > max - ELLIPSIS.length) break
    cut += character
  }
  return `${cut}${ELLIPSIS}`
}

export function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8')
}
