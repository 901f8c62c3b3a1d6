import { within } from './cutting.ts'
import { fitted, linesOf, messageOf, TO_DO, type ShownAlert } from './message.ts'
import { objectIn, type Receiver } from './receiver.ts'

/**
 * Slack's incoming webhooks, and programs that take the same body (Mattermost, Rocket.Chat): those show `text` alone.
 * Source: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */

const LIMITS = {
  /** https://docs.slack.dev/reference/block-kit/blocks: "up to 50 blocks in each message" */
  blocks: 50,
  /** https://docs.slack.dev/reference/block-kit/blocks/header-block */
  header: 150,
  /** https://docs.slack.dev/reference/block-kit/blocks/section-block */
  section: 3_000,
  /** https://docs.slack.dev/reference/methods/chat.postMessage: 4,000 are advised; from 40,000 on Slack cuts by itself. */
  text: 4_000,
} as const

/** https://docs.slack.dev/messaging/formatting-message-text#escaping: these three, and no other. */
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const escape = (character: string) => ENTITIES[character] ?? character

/** `text` is Markdown elsewhere: a word joiner keeps `@all` from calling anybody. */
const escapeText = (character: string) => (character === '@' ? '@\u2060' : escape(character))

/** Plain text knows no bold, no links and no mentions: what is in a value stays a value. */
const plain = (max: number, text: string) => ({
  type: 'plain_text',
  text: within(max, text, escape),
  emoji: false,
})
const section = (...lines: readonly string[]) => ({
  type: 'section',
  text: plain(LIMITS.section, lines.filter((line) => line !== '').join('\n')),
})

function blocksOf({ title, headline, parts, rest, instance, service, time }: ShownAlert) {
  return [
    { type: 'header', text: plain(LIMITS.header, title) },
    section(headline),
    ...parts.map((part) =>
      section(part.title, part.summary, part.remedy === '' ? '' : `${TO_DO} ${part.remedy}`, part.more),
    ),
    ...(rest === null ? [] : [section(rest)]),
    { type: 'context', elements: [plain(LIMITS.section, `Instance ${instance}, ${service}, ${time}`)] },
  ]
}

const written = (message: ShownAlert) => Array.from(linesOf(message), escapeText).join('')
const fits = (message: ShownAlert) =>
  written(message).length <= LIMITS.text && blocksOf(message).length <= LIMITS.blocks

function layOut(message: ShownAlert): string {
  const text = within(LIMITS.text, linesOf(message), escapeText)
  return JSON.stringify({ text, blocks: blocksOf(message) })
}

export const slack: Receiver = {
  name: 'slack',
  isSigned: false,
  keepsIncidents: false,
  render: (alert, { url }) => [{ url: url.href, body: layOut(fitted(messageOf(alert), fits)) }],
  /** A webhook answers `ok`, or says no by its status. Slack's other addresses say it in a 200. */
  reread: (answer) => (objectIn(answer)['ok'] === false ? { ...answer, status: 400 } : answer),
}
