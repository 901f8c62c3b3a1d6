import { isEncrypted, isMask, isPlaceholder, isReference, isStoreReference } from './placeholder.ts'
import {
  assignmentLine,
  base64In,
  brokenInto,
  firstLineEnd,
  holdsToken,
  invisibleIn,
  isAssignment,
  isDoubled,
  isFailure,
  isJson,
  isQuoted,
  linesOf,
  placeOf,
  wordEnd,
} from './token-shapes.ts'

/** What is wrong with a token's text (the end of a sentence), and what to put in its place. Neither holds any of it. */
export type TokenFault = { readonly problem: string; readonly expected: string }

type TokenRow = {
  readonly fits: RegExp | ((text: string) => boolean)
  readonly problem: string | ((text: string) => string)
  readonly expected: string
}

const GENERATED = "the system user's access token: generate it (guide, step 4) and copy it whole"
const UTF8 = 'the token alone: save the file as UTF-8 without a BOM'
const ITSELF = 'the token itself'
const ALONE = 'the token alone'

/** A file's encoding, and nothing at all. */
const ENCODINGS: readonly TokenRow[] = [
  { fits: /^$/, problem: 'is empty', expected: GENERATED },
  {
    // Read as UTF-8, the marks of UTF-16 are U+FFFD and every other character is NUL.
    fits: /^(?:\uFFFD\uFFFD|\uFEFF|\uFFFE)?(?:[^\0]\0){2}|^(?:\uFFFD\uFFFD|\uFEFF|\uFFFE)?(?:\0[^\0]){2}/,
    problem: 'is UTF-16 text, as Windows PowerShell writes it',
    expected: UTF8,
  },
  { fits: /[\0\uFFFD]/, problem: 'holds bytes that are no text (binary)', expected: `${ALONE}, as plain text` },
  { fits: /^(?:[\uFEFF\uFFFE]|\u00EF\u00BB\u00BF)/, problem: 'begins with a byte order mark (BOM)', expected: UTF8 },
  { fits: (text) => text.trim() === '', problem: 'holds blanks only', expected: GENERATED },
]

/** What another program made of the token, or gave in its place. */
const WRAPPINGS: readonly TokenRow[] = [
  {
    fits: isEncrypted,
    problem: 'is an encrypted text, a key or a certificate',
    expected: `${ITSELF}: decrypt it before this program starts, by the tool that has encrypted it`,
  },
  {
    fits: isStoreReference,
    problem: 'is the name of a secret in a store, and nothing has fetched that secret',
    expected: `${ITSELF}: start this program by the store's own tool (1Password: op run), or fetch the secret before`,
  },
  {
    fits: isJson,
    problem: 'is JSON, in which a secret store keeps several values',
    expected: `${ALONE}: take the value of its key out of the JSON (jq -r; on ECS ":key::" behind the secret's ARN)`,
  },
  {
    fits: (text) => base64In(text) !== null,
    problem: (text) => `is ${base64In(text)}`,
    expected:
      `${ITSELF}, decoded (base64 -d). Kubernetes decodes what is under "data" once: encode it once there, ` +
      'or put it under "stringData" as it is',
  },
  {
    fits: isFailure,
    problem: 'is an error message or a web page',
    expected: `${ITSELF}: look at the command or the address that gives this value, it has failed`,
  },
  {
    fits: (text) => assignmentLine(text) > 0,
    problem: (text) => `has several lines, and a variable with its value on line ${assignmentLine(text)}`,
    expected: `${ALONE}. A file of such lines is named with --env-file`,
  },
  {
    fits: isQuoted,
    problem: 'is in quotes',
    expected: "the token without them (Docker's --env-file and secret files keep them as a part of it)",
  },
  {
    fits: /^\s*authorization\s*:/i,
    problem: 'is a whole header',
    expected: `${ALONE}: leave out "Authorization: Bearer "`,
  },
  {
    fits: /^\s*bearer(?:[\s:+]|%20|$|(?=EAA))/i,
    problem: 'has "Bearer " in front',
    expected: `${ALONE}: leave out "Bearer "`,
  },
  {
    fits: isAssignment,
    problem: 'has the name of a variable in front (NAME=)',
    expected: `${ALONE}: leave out the name and the sign behind it, and quotes around the rest`,
  },
]

/** What is put in place of a token, and what was taken for one. */
const STRANGERS: readonly TokenRow[] = [
  {
    fits: (text) => holdsToken(text) && /^\s*(?:<.*>|\[.*\]|\{.*\}|\(.*\))\s*$/s.test(text),
    problem: 'is in brackets',
    expected: 'the token without them',
  },
  {
    fits: isMask,
    problem: 'is masked, as logs and dashboards show a secret',
    expected: `${ITSELF}: copy it where it is kept. Meta shows it only once: if it was not kept, generate another`,
  },
  {
    fits: isReference,
    problem: 'refers to another variable, and none is expanded here',
    expected: ITSELF,
  },
  { fits: isPlaceholder, problem: 'is a placeholder', expected: 'the real token (guide, steps 4 and 5)' },
  {
    fits: /^\s*[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+[=:]?\s*$/,
    problem: 'is the name of a variable, not its value',
    expected: ITSELF,
  },
  {
    fits: /^\s*\d+(?:\||%7C)/i,
    problem: "is an app token (app id|secret), not the system user's",
    expected: 'a token made in step 4 of the guide. Put the id into META_APP_ID, and the secret into META_APP_SECRET',
  },
  {
    fits: /^\s*https?:\/\//i,
    problem: 'is a URL',
    expected: `${ALONE}. In a URL of Graph it stands behind "access_token="`,
  },
  {
    fits: /^\s*(?:(?:file:\/\/|~|\.{1,2})?(?:\/[\w.@-]+)+\/?|[A-Za-z]:[\\/].*)\s*$/,
    problem: 'is the path of a file',
    expected: `${ITSELF}, or the path in WHATSAPP_TOKEN_FILE`,
  },
  {
    fits: /^\s*eyJ[\w-]+\.[\w-]+(?:\.|\s*$)/,
    problem: 'is a JSON Web Token, as Kubernetes and other services give it',
    expected: "the system user's access token from Meta (guide, step 4)",
  },
]

const LINES: readonly TokenRow[] = [
  {
    fits: (text) => brokenInto(text) === 'tokens',
    problem: (text) => `holds ${linesOf(text).length} tokens, each on a line`,
    expected: 'one token: remove those that are not in use',
  },
  {
    fits: (text) => brokenInto(text) === 'one token',
    problem: (text) =>
      `is broken over ${linesOf(text).length} lines, the first ends at character ${firstLineEnd(text)}`,
    expected: 'the token on one line: remove the line ends inside it',
  },
  {
    fits: (text) => linesOf(text).length > 1,
    problem: (text) => `has more than one line: the first ends at character ${firstLineEnd(text)}`,
    expected: 'the token alone on one line: remove the other lines',
  },
  {
    fits: /^[^\r\n]*\r$/,
    problem: 'ends with a carriage return (U+000D), as Windows ends its lines',
    expected: `${ALONE}: save the file with the line ends of Unix (LF)`,
  },
  {
    fits: /[\r\n]/,
    problem: (text) => `has a newline at its ${/^\s*[\r\n]/.test(text) ? 'beginning' : 'end'}`,
    expected: `${ALONE}: remove the newline (echo adds one, printf %s does not)`,
  },
]

const CHARACTERS: readonly TokenRow[] = [
  {
    fits: /^[ \t]*(?:#|\/\/)/,
    problem: 'is a comment, without a token in front of it',
    expected: `${ITSELF}, without a comment`,
  },
  {
    fits: /^[ \t]*[^\s#]+[ \t]*(?:#|[ \t](?:\/\/|;))/,
    problem: (text) => `has a comment behind it, from character ${wordEnd(text) + 1} on`,
    expected:
      "the token without it (Docker's --env-file and systemd's EnvironmentFile keep a comment as a part of the value)",
  },
  {
    fits: /(?:\\[nrt]|%0[AD])$/i,
    problem: (text) =>
      `ends with a newline that is written out (\\n or %0A), at character ${text.search(/(?:\\[nrt]|%0[AD])$/i) + 1}`,
    expected: `${ALONE}: remove it`,
  },
  {
    fits: (text) => invisibleIn(text) !== null,
    problem: (text) => `has an invisible character in it: ${invisibleIn(text)}`,
    expected:
      'the token without it: delete that character, or copy the token again as plain text (pages and chats add such)',
  },
  {
    fits: /^\s+\S+$|^\S+\s+$/,
    problem: (text) => `has a blank ${/^\s/.test(text) ? 'before' : 'after'} it`,
    expected: `${ALONE}: remove the blank`,
  },
  {
    fits: /\s/,
    problem: (text) => `has a blank in it, at character ${wordEnd(text) + 1}`,
    expected: 'the token as one unbroken text: remove what does not belong to it, or copy it again whole',
  },
  {
    fits: /["'`\u2018-\u201F]/,
    problem: (text) => `has a quote in it, at character ${placeOf(text, /["'`\u2018-\u201F]/)}`,
    expected: `${ALONE}: remove the quote`,
  },
  {
    fits: /\.\.\.|\u2026/,
    problem: 'is shortened ("...")',
    expected:
      'the whole token: copy it where it is kept. Meta shows it only once: if it was not kept, generate another',
  },
  {
    fits: /^[A-Za-z0-9]+[,;]$/,
    problem: (text) => `has a ${text.endsWith(',') ? 'comma' : 'semicolon'} behind it`,
    expected: `${ALONE}: remove it`,
  },
  { fits: isDoubled, problem: 'is there twice, one behind the other', expected: 'the token once' },
  {
    fits: /[^A-Za-z0-9]/,
    problem: (text) => `has a character that no token has, at character ${placeOf(text, /[^A-Za-z0-9]/)}`,
    expected:
      'the token as Meta shows it: only A–Z, a–z and 0–9 occur (a letter of another alphabet may look the same). ' +
      'Copy it again whole',
  },
]

/** From the most telling to the least: the first that fits counts, the rest would only repeat it. */
export const TOKEN_ROWS: readonly TokenRow[] = [...ENCODINGS, ...WRAPPINGS, ...STRANGERS, ...LINES, ...CHARACTERS]
