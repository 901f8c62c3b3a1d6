import type { Status } from '../../guard/checks.ts'
import { bytesOf } from './cutting.ts'
import { fitted, linesOf, messageOf, TO_DO, type ShownAlert } from './message.ts'
import type { Receiver } from './receiver.ts'

/**
 * An Adaptive Card, for the webhooks of Workflows (Power Automate: logic.azure.com, api.powerplatform.com) and the older
 * ones at webhook.office.com.
 * Source: https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 */

/**
 * https://learn.microsoft.com/en-us/connectors/teams/#known-issues-and-limitations: about 28 KB. Which bytes are counted is not
 * said, and 21 KB were measured (github.com/toptal/msteams_hermes): UTF-8 and UTF-16 both stay below.
 */
const BYTES_MAX = 20_000

const COLOURS: Readonly<Record<Status, string>> = { pass: 'Good', warn: 'Warning', fail: 'Attention' }

/**
 * Runs of text know no Markdown, while a TextBlock does. A mention wants an entity of its own, so `<at>` is only text.
 * Source: https://learn.microsoft.com/en-us/adaptive-cards/schema-explorer/text-run
 */
const run = (text: string, style: object = {}) => ({ type: 'TextRun', text, ...style })
const paragraph = (spacing: string, ...inlines: readonly object[]) => ({ type: 'RichTextBlock', spacing, inlines })
const BOLD = { weight: 'Bolder' }
const SUBTLE = { isSubtle: true }

function cardBody({ tone, title, headline, parts, rest, instance, service, time }: ShownAlert): readonly object[] {
  const line = (text: string, style?: object) => (text === '' ? [] : [paragraph('None', run(text, style))])
  return [
    paragraph('None', run(title, { ...BOLD, size: 'Large', color: COLOURS[tone] })),
    ...line(headline),
    ...parts.flatMap((part) => [
      paragraph('Medium', run(part.title, BOLD)),
      ...line(part.summary),
      ...(part.remedy === '' ? [] : [paragraph('Small', run(`${TO_DO} `, BOLD), run(part.remedy))]),
      ...line(part.more, SUBTLE),
    ]),
    ...(rest === null ? [] : [paragraph('Medium', run(rest))]),
    paragraph('Medium', run(`Instance ${instance}, ${service}, ${time}`, SUBTLE)),
  ]
}

function layOut(message: ShownAlert): string {
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    // TextRun is of 1.2: the oldest that has all of this.
    version: '1.2',
    fallbackText: linesOf({ ...message, parts: [] }),
    body: cardBody(message),
    msteams: { width: 'Full' },
  }
  const card = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }
  return JSON.stringify({ type: 'message', attachments: [card] })
}

const fits = (message: ShownAlert) => {
  const body = layOut(message)
  return bytesOf(body) <= BYTES_MAX && 2 * body.length <= BYTES_MAX
}

/** The older webhooks answer 200 whatever happens, and name the status in the text (same source, "Rate limiting"). */
const HIDDEN_STATUS = /endpoint returned HTTP error (\d{3})/

export const teams: Receiver = {
  name: 'teams',
  isSigned: false,
  keepsIncidents: false,
  render: (alert, { url }) => [{ url: url.href, body: layOut(fitted(messageOf(alert), fits)) }],
  reread: (answer) => {
    const [, status] = HIDDEN_STATUS.exec(answer.text ?? '') ?? []
    return status === undefined ? answer : { ...answer, status: Number(status) }
  },
}
