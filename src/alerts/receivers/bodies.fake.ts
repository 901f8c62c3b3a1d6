import { z } from 'zod'
import type { AlertFormat } from '../../config/alert-address.ts'

/** What each receiver documents of a body: required fields and limits. Written down here apart from the code that keeps them. */

const text = (max: number) => z.string().min(1).max(max)
const bytes = (max: number) => (value: unknown) => Buffer.byteLength(JSON.stringify(value)) <= max

/** https://docs.slack.dev/reference/block-kit/composition-objects/text-object and the blocks beside it. */
const plainText = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: text(max), emoji: z.literal(false) })
const slack = z.strictObject({
  text: text(4_000),
  blocks: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('header'), text: plainText(150) }),
        z.strictObject({ type: z.literal('section'), text: plainText(3_000) }),
        z.strictObject({ type: z.literal('context'), elements: z.array(plainText(3_000)).min(1).max(10) }),
      ]),
    )
    .max(50),
})

/** https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
const embed = z
  .strictObject({
    title: text(256),
    description: text(4_096),
    color: z.int().min(0).max(0xffffff),
    timestamp: z.iso.datetime(),
    fields: z.array(z.strictObject({ name: text(256), value: text(1_024), inline: z.boolean().optional() })).max(25),
  })
  .refine(
    ({ title, description, fields }) =>
      [title, description, ...fields.flatMap(({ name, value }) => [name, value])].join('').length <= 6_000,
  )
const discord = z.strictObject({
  embeds: z.array(embed).length(1),
  allowed_mentions: z.strictObject({ parse: z.tuple([]) }),
})

/** https://developers.google.com/workspace/chat/create-messages; the text's limit is an older one, and stricter. */
const googleChat = z
  .strictObject({ text: z.string().refine((value) => Buffer.byteLength(value) <= 4_096) })
  .refine(bytes(32_000))

/** https://adaptivecards.io/explorer/RichTextBlock.html, and 28 KB for the whole, whether in UTF-8 or in UTF-16. */
const textRun = z.strictObject({
  type: z.literal('TextRun'),
  text: z.string().min(1),
  weight: z.enum(['Default', 'Lighter', 'Bolder']).optional(),
  size: z.enum(['Default', 'Small', 'Medium', 'Large', 'ExtraLarge']).optional(),
  color: z.enum(['Default', 'Dark', 'Light', 'Accent', 'Good', 'Warning', 'Attention']).optional(),
  isSubtle: z.boolean().optional(),
})
const card = z.strictObject({
  $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
  type: z.literal('AdaptiveCard'),
  version: z.literal('1.2'),
  fallbackText: z.string().min(1),
  msteams: z.strictObject({ width: z.literal('Full') }),
  body: z.array(
    z.strictObject({
      type: z.literal('RichTextBlock'),
      spacing: z.enum(['Default', 'None', 'Small', 'Medium', 'Large', 'ExtraLarge', 'Padding']),
      inlines: z.array(textRun).min(1),
    }),
  ),
})
const teams = z
  .strictObject({
    type: z.literal('message'),
    attachments: z
      .array(
        z.strictObject({
          contentType: z.literal('application/vnd.microsoft.card.adaptive'),
          contentUrl: z.null(),
          content: card,
        }),
      )
      .length(1),
  })
  .refine(bytes(28_000))
  .refine((value) => 2 * JSON.stringify(value).length <= 28_000)

/** What is left of Telegram's HTML: without tags, and with each entity as the sign that it is. */
export const parsedHtml = (html: string) =>
  html
    .replaceAll(/<\/?(?:b|i|code)>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

/** https://core.telegram.org/bots/api#sendmessage: "1-4096 characters after entities parsing". */
const telegram = z.strictObject({
  chat_id: z.string().min(1),
  text: z.string().refine((html) => parsedHtml(html).length >= 1 && parsedHtml(html).length <= 4_096),
  parse_mode: z.literal('HTML'),
  link_preview_options: z.strictObject({ is_disabled: z.literal(true) }),
})

/** https://developer.pagerduty.com/docs/send-alert-event, and 512 KB for an event. */
const event = { routing_key: z.string().min(1), dedup_key: text(255) }
const pagerduty = z
  .discriminatedUnion('event_action', [
    z.strictObject({ ...event, event_action: z.literal('resolve') }),
    z.strictObject({
      ...event,
      event_action: z.literal('trigger'),
      client: z.string().min(1),
      payload: z.strictObject({
        summary: text(1_024),
        source: z.string().min(1),
        severity: z.enum(['critical', 'error', 'warning', 'info']),
        timestamp: z.iso.datetime(),
        component: z.string(),
        class: z.string(),
        custom_details: z.record(z.string(), z.unknown()),
      }),
    }),
  ])
  .refine(bytes(512 * 1_024))

export const BODIES = {
  slack,
  discord,
  'google-chat': googleChat,
  teams,
  telegram,
  pagerduty,
} as const satisfies Partial<Record<AlertFormat, z.ZodType>>

export type ShownFormat = keyof typeof BODIES
export const SHOWN_FORMATS = Object.keys(BODIES) as readonly ShownFormat[]
