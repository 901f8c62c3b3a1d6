type Judgement = {
  readonly fits: RegExp | ((text: string) => boolean)
  readonly problem: string
}

const GENERATE = 'generate the token again (guide, step 4) and copy it whole'

/** From the most telling to the least: the first that fits is told, the rest would only repeat it. */
const JUDGEMENTS: readonly Judgement[] = [
  { fits: /^$/, problem: `is empty: ${GENERATE}` },
  {
    // Read as UTF-8, the marks of UTF-16 are U+FFFD and every other character is NUL.
    fits: /^(?:\uFFFD\uFFFD|\uFEFF|\uFFFE)?(?:[^\0]\0){2}|^(?:\uFFFD\uFFFD|\uFEFF|\uFFFE)?(?:\0[^\0]){2}/,
    problem: 'is UTF-16 text, as Windows PowerShell writes it: save the file as UTF-8 without a BOM',
  },
  { fits: /[\0\uFFFD]/, problem: 'holds bytes that are no text (binary): put the plain text of the token there' },
  { fits: /^[\uFEFF\uFFFE]/, problem: 'begins with a byte order mark (BOM): save the file as UTF-8 without a BOM' },
  { fits: isBlank, problem: `holds blanks only: ${GENERATE}` },
  {
    fits: isQuoted,
    problem: "is in quotes: remove them (Docker's --env-file and secret files keep them as a part of it)",
  },
  {
    fits: /^\s*authorization\s*:/i,
    problem: 'is a whole header: leave out "Authorization: Bearer ", keep the token alone',
  },
  { fits: /^\s*bearer\s/i, problem: 'has "Bearer " in front: leave it out, the token alone is expected' },
  { fits: isReference, problem: 'refers to another variable, and none is expanded here: put the token itself there' },
  { fits: isPlaceholder, problem: `is a placeholder: put the real token there (guide, steps 4 and 5)` },
  {
    fits: /^\s*\d+(?:\||%7C)/i,
    problem:
      "is an app token (app id|secret), not the system user's: put the id into META_APP_ID, " +
      'the secret into META_APP_SECRET, and a token made in step 4 of the guide here',
  },
  { fits: /[\r\n].*\S/s, problem: 'has more than one line: put the token alone on one line' },
  { fits: /[\r\n]/, problem: 'has a newline at its end or beginning: remove it' },
  { fits: /^\s+\S+$|^\S+\s+$/, problem: 'has a blank before or after it: remove it' },
  { fits: /\s/, problem: 'has blanks in it: a token is one unbroken text; copy it whole' },
  { fits: /["'`\u2018-\u201F]/, problem: 'has a quote in it: remove it' },
  { fits: /\.\.\.|\u2026/, problem: `is shortened ("..."): ${GENERATE}` },
  {
    fits: /[^A-Za-z0-9]/,
    problem: `has characters that no token has (only A–Z, a–z and 0–9 occur): ${GENERATE}`,
  },
]

/**
 * Judges the token's text before any request: the problem and what to do, or `null`. Never holds the text.
 * Neither length nor prefix is judged: they have changed before, and Graph knows better.
 */
export function judgeTokenText(text: string): string | null {
  const hit = JUDGEMENTS.find(({ fits }) => (typeof fits === 'function' ? fits(text) : fits.test(text)))
  return hit?.problem ?? null
}

/** The sandbox's own tokens say what they are, so that none is ever taken for a real one. */
export function isSandboxToken(text: string): boolean {
  return text.startsWith('EAASANDBOX')
}

const PLACEHOLDERS: readonly RegExp[] = [
  /^<.*>$|^\[.*\]$|^\{\{.*\}\}$|^%.+%$|^__.+__$/,
  /^(?:undefined|null|none|nil|nan|true|false|todo|tbd|n\/?a|token|access_?token)$/,
  /^(?:change|replace|insert|enter|paste|put|add|fill|set)[-_ ]?(?:me|this|it|in|with|here|your|the|token|by)/,
  /^(?:your|my|the|some|a)[-_ ]/,
  /^(?:your|my)(?:access|whatsapp|permanent|system|real|app|secret|token)/,
  /(?:token|secret|id|key)[-_ ]?(?:goes[-_ ]?)?here$/,
  /^(?:eaa[a-z]{0,2})?([x*._#-])\1{2,}$|x{8,}/,
  /^eaa[a-z0-9]{0,12}(?:\.{2,}|\u2026)$/,
  /^(?:\.{2,}|\u2026|-+|_+|\*+|\?+)$/,
  /^replace|^changeme|^placeholder|_placeholder$/,
]

/** Whether a text stands where a value was meant to be put. */
export function isPlaceholder(text: string): boolean {
  const lower = text.trim().toLowerCase()
  return PLACEHOLDERS.some((pattern) => pattern.test(lower))
}

function isReference(text: string): boolean {
  return /^\s*\$(?:\{[^}]*\}?|\(.*\)|[A-Za-z_]\w*|\{\{.*\}\})\s*$/.test(text)
}

function isQuoted(text: string): boolean {
  return /^\s*(["'`\u2018-\u201F]).*["'`\u2018-\u201F]\s*$/s.test(text)
}

function isBlank(text: string): boolean {
  return text.trim() === ''
}
