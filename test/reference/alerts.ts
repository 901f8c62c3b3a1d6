import { receiversIn } from '../../src/alerts/receivers.ts'
import { EXAMPLE } from '../../src/alerts/receivers/alerts.fake.ts'
import { parsedHtml, SHOWN_FORMATS, type ShownFormat } from '../../src/alerts/receivers/bodies.fake.ts'
import { ADDRESS_OF } from '../../src/alerts/receivers/rendering.fake.ts'
import { subjectOf } from '../../src/alerts/receivers/pagerduty.ts'

/** What an alert looks like at each receiver, for docs/alerts.md. */

type Body = Readonly<Record<string, any>>

/** The body of the example, as it is kept in `test/fixtures/alerts`. */
export function exampleBody(format: ShownFormat): Body {
  const [first] = receiversIn(ADDRESS_OF[format], 'auto')
  const [post] =
    first?.receiver.render(EXAMPLE, { url: first.url, subject: subjectOf(EXAMPLE.service, ['102290129340398']) }) ?? []
  return JSON.parse(post?.body ?? 'null') as Body
}

const paragraphs = (texts: readonly string[]) => texts.join('\n\n')

/** As a person reads it there, without colours and sizes. */
const SEEN: Readonly<Record<ShownFormat, (body: Body) => string>> = {
  slack: ({ blocks }) =>
    parsedHtml(paragraphs((blocks as Body[]).map(({ text, elements }) => text?.text ?? elements[0].text))),
  discord: ({ embeds: [{ title, description, fields }] }) =>
    paragraphs([
      `${title}\n${description}`,
      ...(fields as Body[]).filter(({ inline }) => inline !== true).map(({ name, value }) => `${name}\n${value}`),
      (fields as Body[])
        .filter(({ inline }) => inline)
        .map(({ name, value }) => `${name}: ${value}`)
        .join('   '),
    ])
      .replaceAll('**', '')
      .replaceAll('\\', ''),
  'google-chat': ({ text }) => text,
  teams: ({ attachments: [{ content }] }) =>
    (content.body as Body[])
      .map(({ spacing, inlines }, at) => {
        const line = (inlines as Body[]).map(({ text }) => text).join('')
        return `${at === 0 ? '' : spacing === 'Medium' ? '\n\n' : '\n'}${line}`
      })
      .join(''),
  telegram: ({ text }) => parsedHtml(text),
  pagerduty: ({ payload: { summary, severity, source, class: kind, custom_details: details } }) =>
    paragraphs([
      `${summary}`,
      `severity: ${severity}   source: ${source}   class: ${kind}`,
      ...(details.findings as Body[]).map((each) => Object.values(each).join('\n')),
    ]),
}

const NAMES: Readonly<Record<ShownFormat, string>> = {
  slack: 'Slack',
  discord: 'Discord',
  'google-chat': 'Google Chat',
  teams: 'Teams',
  telegram: 'Telegram',
  pagerduty: 'PagerDuty',
}

const listed = (names: readonly string[]) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
const withoutGaps = (text: string) => text.replaceAll(/\n+/g, '\n')

/** What each receiver shows: one section for those that show the same lines. */
export function examples(bodyOf: (format: ShownFormat) => Body): string {
  const seen = SHOWN_FORMATS.map((format) => ({ format, text: SEEN[format](bodyOf(format)) }))
  const alikeTo = ({ text }: { readonly text: string }) =>
    seen.filter((each) => withoutGaps(each.text) === withoutGaps(text))
  const firsts = seen.filter((each) => alikeTo(each)[0] === each)
  return paragraphs(
    firsts.map(alikeTo).map((group) => {
      const heading = listed(group.map(({ format }) => NAMES[format]))
      return `### ${heading}\n\n\`\`\`text\n${group.at(-1)?.text}\n\`\`\``
    }),
  )
}
