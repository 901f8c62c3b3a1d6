import type { Status } from '../../guard/checks.ts'
import { within } from './cutting.ts'
import { fitted, messageOf, TO_DO, type ShownAlert } from './message.ts'
import type { Receiver } from './receiver.ts'

/** Source: https://discord.com/developers/docs/resources/webhook#execute-webhook */

/** https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
const LIMITS = { title: 256, description: 4_096, fields: 25, name: 256, value: 1_024, total: 6_000 } as const

const COLOURS: Readonly<Record<Status, number>> = { pass: 0x2e7d32, warn: 0xf9a825, fail: 0xc62828 }

/** Discord's Markdown: a backslash in front takes a sign's meaning away. Bare addresses stay links. */
const escape = (character: string) => ('\\`*_~|<>[]()#@'.includes(character) ? `\\${character}` : character)
const shown = (max: number, text: string) => within(max, text, escape)

/** `**What to do:**` and the rest share a field: the remedy is what must not be cut. */
const LABEL = `\n**${TO_DO}** `
const SUMMARY_MAX = 300
const MORE_MAX = 120

function valueOf({ summary, remedy, more }: ShownAlert['parts'][number]): string {
  const room = LIMITS.value - SUMMARY_MAX - MORE_MAX - LABEL.length - 1
  const text = [
    shown(SUMMARY_MAX, summary),
    remedy === '' ? '' : `${LABEL}${shown(room, remedy)}`,
    more === '' ? '' : `\n${shown(MORE_MAX, more)}`,
  ].join('')
  // An empty value is refused.
  return text === '' ? '–' : text
}

function embedOf({ tone, title, headline, parts, rest, instance, service }: ShownAlert) {
  return {
    title: shown(LIMITS.title, title),
    description: shown(LIMITS.description, headline),
    color: COLOURS[tone],
    fields: [
      ...parts.map((part) => ({ name: shown(LIMITS.name, part.title), value: valueOf(part) })),
      ...(rest === null ? [] : [{ name: 'More', value: shown(LIMITS.value, rest) }]),
      { name: 'Instance', value: shown(LIMITS.value, instance), inline: true },
      { name: 'Service', value: shown(LIMITS.value, service), inline: true },
    ],
  }
}

function fits(message: ShownAlert): boolean {
  const { title, description, fields } = embedOf(message)
  const texts = [title, description, ...fields.flatMap(({ name, value }) => [name, value])]
  return fields.length <= LIMITS.fields && texts.join('').length <= LIMITS.total
}

export const discord: Receiver = {
  name: 'discord',
  isSigned: false,
  keepsIncidents: false,
  render: (alert, { url }) => {
    // Without it a message that Discord could not save is answered as if it were.
    const to = new URL(url)
    to.searchParams.set('wait', 'true')
    const embed = { ...embedOf(fitted(messageOf(alert), fits)), timestamp: alert.at }
    return [{ url: to.href, body: JSON.stringify({ embeds: [embed], allowed_mentions: { parse: [] } }) }]
  },
}
