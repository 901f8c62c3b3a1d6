/** The few forms of Markdown that the reference has. */

export const paragraphs = (...parts: readonly (string | null)[]) =>
  parts.filter((part) => part !== null && part !== '').join('\n\n')
export const bullets = (items: readonly string[]) => items.map((item) => `- ${item}`).join('\n')
export const section = (heading: string, ...parts: readonly (string | null)[]) => paragraphs(`### ${heading}`, ...parts)
export const chapter = (heading: string, ...parts: readonly (string | null)[]) => paragraphs(`## ${heading}`, ...parts)

/** As GitHub makes an anchor of a heading. */
export const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-')
export const linkTo = (heading: string, shown = `\`${heading}\``) => `[${shown}](#${anchorOf(heading)})`
/** One line that leads to all sections of a chapter. */
export const index = (headings: readonly string[]) =>
  `In this chapter: ${headings.map((each) => linkTo(each)).join(', ')}.`

/** A sentence, or the end of one, as a sentence. */
export function asSentence(text: string): string {
  const upper = `${text[0]?.toUpperCase()}${text.slice(1)}`
  return /[.:!?]$/.test(upper) ? upper : `${upper}.`
}

/** Our names without backticks, in texts that a terminal shows too. */
export const withCode = (text: string) =>
  text
    .split(/(`[^`]*`)/)
    .map((part) =>
      part.startsWith('`')
        ? part
        : part
            .replaceAll(/\b(?:TOKEN_GUARD|WHATSAPP|META|GRAPH|NODE|LOG)_[A-Z_]+(?:=[\w…]+)?/g, '`$&`')
            .replaceAll(/(?<![\w/`])\/(?:health|operator|metrics|__sandbox)[\w/]*/g, '`$&`')
            .replaceAll(/(?<![\w`-])--[a-z][a-z-]*(?:=\w+)?/g, '`$&`')
            .replaceAll(/(?<![\w`/])\.env(?:\.local)?(?!\.)\b|(?<= )_FILE\b|\bsandbox\.listening\b/g, '`$&`')
            .replaceAll('v<major>.<minor>', '`v<major>.<minor>`')
            .replaceAll('a|b', '`a|b`'),
    )
    .join('')
    .replaceAll(/\bdocs\/([a-z]+\.md)\b/g, '[$1]($1)')
    .replaceAll(/\bdocs\/(schemas\/[a-z]+\.json)\b/g, '[$1]($1)')
