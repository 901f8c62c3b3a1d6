/** What may be a secret in the wrong place: Meta's token, an app secret, an app token, a URL with credentials. */
const SECRET_LIKE = [
  /EAA[A-Za-z0-9]{8}/,
  /\d{5,}(?:\||%7C)/i,
  /[^/\s]@/,
  /[?&#]\w+=/,
  /(?=[A-Za-z0-9+=]*\d)(?=[A-Za-z0-9+=]*[A-Za-z])[A-Za-z0-9+=]{24}/,
]

const LONGEST_QUOTED = 60

/** The value as the end of a sentence: `is "5"`, or after another verb. Long values and those that look like a secret are not shown. */
export function valueText(text: string, verb = 'is'): string {
  if (looksSecret(text)) return 'has a value that is not expected here (not shown: it looks like a secret)'
  if (text.length > LONGEST_QUOTED) return `has a value that is not expected here (${text.length} characters)`
  const hint = /^(["']).*\1$/.test(text) ? ' (the quotes are a part of it: remove them)' : ''
  return `${verb} "${escapeControls(text)}"${hint}`
}

/** A path as it may be shown, or `null` where it may be the secret itself, put there by mistake. */
export function showPath(path: string): string | null {
  const pathLike = /^[/~\\]|^[A-Za-z]:[\\/]|[./\\]/.test(path) && !/^[\w+.-]+:\/\//.test(path)
  return pathLike && path.length <= 1000 && !looksSecret(path) ? escapeControls(path) : null
}

function looksSecret(text: string): boolean {
  return SECRET_LIKE.some((pattern) => pattern.test(text))
}

/** Control, formatting and half characters could rewrite the terminal's line: they are shown by their number. */
export function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (character) => {
    const known = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character]
    return known ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
  })
}
