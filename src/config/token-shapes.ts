/** What a text looks like that was given in place of a token. */

/** How Meta's tokens begin, with some characters more. It finds a token inside another text, and judges none. */
const TOKEN_INSIDE = /EAA[A-Za-z0-9]{8}/

export function holdsToken(text: string): boolean {
  return TOKEN_INSIDE.test(text)
}

/** A whole document, or the beginning of one that is damaged or escaped; also in quotes. */
export function isJson(text: string): boolean {
  const bare = text.trim().replace(/^["'`]|["'`]$/g, '')
  if (!/^[{[]/.test(bare)) return false
  try {
    return JSON.parse(bare) !== null
  } catch {
    return /^\{\s*(?:\\?["'][^"']*["']\s*:|[A-Za-z_]\w*\s*:\s*\S)/.test(bare)
  }
}

const LAYERS = ['base64 of a token', 'base64 of a token, encoded twice', 'base64 of a token, encoded three times']

/** What a text in base64 is, `null` where it is none. */
export function base64In(text: string): string | null {
  let inner: string | null = text
  for (const layer of LAYERS) {
    inner = decode(inner)
    if (inner === null) break
    if (holdsToken(inner)) return layer
  }
  // No token ends with a padding, so the text need not hold one.
  return /=\s*$/.test(text) && decode(text) !== null ? 'base64 of a text' : null
}

/** Only where plain text comes out. `base64` breaks its lines. */
function decode(text: string): string | null {
  const whole = text.replace(/\s/g, '')
  if (!/^[A-Za-z0-9+/_-]{16,}={0,2}$/.test(whole)) return null
  const decoded = Buffer.from(whole, 'base64').toString('latin1')
  return /^[\t\n\r\x20-\x7E]+$/.test(decoded) ? decoded : null
}

/** A shell's, a Dockerfile's, a unit's, PowerShell's, Compose's and YAML's way to give a variable a value. */
const ASSIGNMENT =
  /^\s*(?:(?:export|set|setx|env|-e|--env|-)\s+)*(?:Environment=)?["']?(?!EAA[A-Za-z0-9]{8})\$?(?:env:)?[A-Za-z_][\w.-]{0,80}["']?\s*(?:=(?!=*\s*$)|:(?=\s|EAA))\s*\S/i

export function isAssignment(text: string): boolean {
  return ASSIGNMENT.test(text)
}

/** The lines that hold something. */
export function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '')
}

/** The first line (from 1) that gives a variable a value, where there are several lines; else 0. */
export function assignmentLine(text: string): number {
  const lines = linesOf(text)
  return lines.length < 2 ? 0 : lines.findIndex((line) => /^\s*(?:export\s+)?[A-Za-z_]\w{0,80}=/.test(line)) + 1
}

/** The line ends have cut one token, or more than one token was put there. */
export function brokenInto(text: string): 'one token' | 'tokens' | null {
  const lines = linesOf(text).map((line) => line.trim())
  if (lines.length < 2 || !lines.every((line) => /^[A-Za-z0-9]+$/.test(line))) return null
  return lines.slice(1).some((line) => line.startsWith('EAA') && holdsToken(line)) ? 'tokens' : 'one token'
}

/** An application's message or a page in the place of a token. */
export function isFailure(text: string): boolean {
  if (holdsToken(text)) return false
  const words = /\s/.test(text) && /\b(?:error|denied|not found|no such|unauthorized|forbidden|cannot|failed)\b/i
  return /^\s*<(?:!doctype|html|\?xml)/i.test(text) || (words !== false && words.test(text))
}

const QUOTE = '["\'`\u2018-\u201F]'
const OPENED = new RegExp(`^\\s*\\\\?${QUOTE}+`)
const CLOSED = new RegExp(`^${QUOTE.replace('[', '[^')}*${QUOTE}+\\s*$`)

/** Quotes around the whole, and none inside. */
export function isQuoted(text: string): boolean {
  return OPENED.test(text) && CLOSED.test(text.replace(OPENED, ''))
}

/** The same text once more behind itself. */
export function isDoubled(text: string): boolean {
  const half = text.length / 2
  return half >= 20 && text.slice(0, half) === text.slice(half)
}

const INVISIBLE = /(?![\t\n\r ])[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Cs}\p{Z}]/u

const NAMES: Readonly<Record<number, string>> = {
  0xa0: 'a no-break space',
  0xad: 'a soft hyphen',
  0x20_0b: 'a zero-width space',
  0x20_0c: 'a zero-width non-joiner',
  0x20_0d: 'a zero-width joiner',
  0x20_0e: 'a left-to-right mark',
  0x20_0f: 'a right-to-left mark',
  0x20_28: 'a line separator',
  0x20_2f: 'a narrow no-break space',
  0x20_60: 'a word joiner',
  0x30_00: 'an ideographic space',
  0xfe_ff: 'a byte order mark',
}

/** The first invisible character by its number, its name and its place; `null` where there is none. */
export function invisibleIn(text: string): string | null {
  const place = placeOf(text, INVISIBLE)
  const code = [...text][place - 1]?.codePointAt(0)
  if (place === 0 || code === undefined) return null
  const name = NAMES[code]
  const shown = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
  return `${shown}${name === undefined ? '' : ` (${name})`} at character ${place}`
}

/** How many characters come before the first blank behind the first word, or before its comment. */
export function wordEnd(text: string): number {
  return /^\s*[^\s#]*/.exec(text)?.[0].length ?? 0
}

/** How many characters the first line has that holds something, with all in front of it. */
export function firstLineEnd(text: string): number {
  return /^\s*[^\r\n]*/.exec(text)?.[0].length ?? 0
}

/** The place of the first character that fits, counted from 1 as people count; 0 where none fits. */
export function placeOf(text: string, pattern: RegExp): number {
  return [...text].findIndex((character) => pattern.test(character)) + 1
}
