/** @jsxImportSource hono/jsx */

/** Ids, tenants and apps: strangers' texts, in any script and of any length. */

/** What cannot be seen, or turns what follows around. The joiners are letters of some scripts. */
const INVISIBLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** With a sign in place of what cannot be seen: two texts that look alike are alike. */
export function visible(text: string): string {
  return text.replaceAll(INVISIBLE, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`)
}

/** For the tab: not longer than it can show. */
export function shortened(text: string, length = 60): string {
  const signs = [...visible(text)]
  return signs.length <= length ? signs.join('') : `${signs.slice(0, length).join('')}…`
}

/** It changes the direction of nothing around it. */
export function Stranger({ text }: { readonly text: string }) {
  return <bdi class="stranger">{visible(text)}</bdi>
}
