import { maskTokenLike, type Mask } from '../config/mask.ts'

/** Graph's texts are not ours: before they are kept they lose control characters, secrets and length. */

const TEXT_LENGTH_MAX = 400

/** C0, C1, line and paragraph separators, bidirectional overrides: what moves a cursor or hides a text. */
// oxlint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g

export type Clean = (text: string) => string

/** `mask` takes out the secrets in use; whatever else looks like one goes too. */
export function cleaner(mask: Mask): Clean {
  return (text) => {
    const visible = text
      .slice(0, 4 * TEXT_LENGTH_MAX)
      .replaceAll(UNPRINTABLE, ' ')
      .trim()
    const masked = maskTokenLike(mask(visible))
    return masked.length <= TEXT_LENGTH_MAX ? masked : `${masked.slice(0, TEXT_LENGTH_MAX)}…`
  }
}

/** Facts whose words hold no secret, wherever Graph repeats one. Digests are ours. */
export function withoutSecrets<T>(value: T, clean: Clean): T {
  if (typeof value === 'string') return (clean(value) === value ? value : 'UNREADABLE') as T
  if (Array.isArray(value)) return value.map((each: unknown) => withoutSecrets(each, clean)) as T
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, each]) => [
    name,
    name === 'digest' ? each : withoutSecrets<unknown>(each, clean),
  ])
  return Object.fromEntries(entries) as T
}

/** A word of Graph's vocabulary (`CONNECTED`, `SYSTEM_USER`): an open set, but nothing that could be a message. */
export function word(text: string): string {
  return /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(text) ? text : 'UNREADABLE'
}
