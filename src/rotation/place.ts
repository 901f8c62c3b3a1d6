import dotenv from 'dotenv'

/** PURE. Where a token's text is in a file, and the file with another in its place: all else byte for byte. */

const BOM = '\u00ef\u00bb\u00bf'

/** A variable's line in the way of dotenv: its name, and its value with the quotes. Quoted values may have several lines. */
const LINE =
  /^[ \t]*(?:export[ \t]+)?([\w.-]+)(?:[ \t]*=[ \t]*|:[ \t]+)('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`|[^#\r\n]*)/dgm

/** `null` where the file does not hold the token any more. */
export function replaceInEnvFile(bytes: Uint8Array, name: string, before: string, after: string): Uint8Array | null {
  // One character a byte: whatever encoding the rest has, it stays.
  const text = Buffer.from(bytes).toString('latin1')
  const start = text.startsWith(BOM) ? BOM.length : 0
  const values = [...text.slice(start).matchAll(LINE)].filter((match) => match[1] === name)
  const [from, to] = values.at(-1)?.indices?.[2] ?? []
  if (from === undefined || to === undefined) return null
  const at = text.slice(start + from, start + to).indexOf(before)
  if (at === -1) return null
  const begin = start + from + at
  const result = Buffer.from(text.slice(0, begin) + after + text.slice(begin + before.length), 'latin1')
  return isSameBut(bytes, result, name, after) ? result : null
}

/** Read again as it will be read: nothing but the token may have changed. */
function isSameBut(before: Uint8Array, after: Uint8Array, name: string, token: string): boolean {
  const [old, fresh] = [before, after].map((bytes) => dotenv.parse(new TextDecoder().decode(bytes)))
  return JSON.stringify({ ...old, [name]: token }) === JSON.stringify(fresh)
}

/** A file that holds the token alone keeps its newline. */
export function replaceInSecretFile(bytes: Uint8Array, before: string, after: string): Uint8Array | null {
  const text = Buffer.from(bytes).toString('latin1')
  return text.trimEnd() === before ? Buffer.from(after + text.slice(before.length), 'latin1') : null
}

/** `variable`: whose line it is; `null` where the file holds the token alone. `null` where it does not hold it any more. */
export function replaceToken(
  bytes: Uint8Array,
  variable: string | null,
  before: string,
  after: string,
): Uint8Array | null {
  return variable === null
    ? replaceInSecretFile(bytes, before, after)
    : replaceInEnvFile(bytes, variable, before, after)
}

/** The token that a file of the same kind holds. */
export function tokenIn(bytes: Uint8Array, name: string | null): string {
  const text = new TextDecoder().decode(bytes)
  return (name === null ? text.trim() : dotenv.parse(text)[name]) ?? ''
}
