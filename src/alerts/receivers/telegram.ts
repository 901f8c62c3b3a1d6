import { fitted, messageOf, TO_DO, type ShownAlert } from './message.ts'
import { objectIn, type Receiver, type AlertTarget } from './receiver.ts'

/** `sendMessage` of a bot. Source: https://core.telegram.org/bots/api#sendmessage */

/** "1-4096 characters after entities parsing": of what is left when the tags are taken out. In UTF-16 units. */
const TEXT_MAX = 4_096

/** https://core.telegram.org/bots/api#html-style */
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
/** A word joiner keeps `@name` from calling the one of that name. */
const joined = (text: string) => text.replaceAll('@', '@\u2060')
const escaped = (text: string) => joined(text).replaceAll(/[&<>]/g, (sign) => ENTITIES[sign] ?? sign)

/** How a text and a tag around it are written: as HTML, or as what is left of it. */
type Markup = { readonly text: (text: string) => string; readonly tag: (name: string, text: string) => string }
const HTML: Markup = { text: escaped, tag: (name, text) => `<${name}>${text}</${name}>` }
const PARSED: Markup = { text: joined, tag: (_name, text) => text }

function layOut({ title, headline, parts, rest, instance, service, time }: ShownAlert, { text, tag }: Markup): string {
  const line = (...written: readonly string[]) => written.join('')
  const blocks = [
    [tag('b', text(title)), text(headline)],
    ...parts.map((part) => [
      tag('b', text(part.title)),
      text(part.summary),
      part.remedy === '' ? '' : line(tag('b', TO_DO), ' ', text(part.remedy)),
      part.more === '' ? '' : tag('i', text(part.more)),
    ]),
    ...(rest === null ? [] : [[text(rest)]]),
    [line('Instance ', tag('code', text(instance)), ', ', text(service), ', ', text(time))],
  ]
  return blocks.map((lines) => lines.filter((each) => each !== '').join('\n')).join('\n\n')
}

const fits = (message: ShownAlert) => layOut(message, PARSED).length <= TEXT_MAX

/** The address of the method, and its parameters from the query, as in `…/sendMessage?chat_id=-100…&message_thread_id=7`. */
function callOf({ url }: AlertTarget): { readonly to: string; readonly parameters: Readonly<Record<string, string>> } {
  const path = url.pathname.replace(/\/+$/, '')
  const to = new URL(/\/sendMessage$/i.test(path) ? path : `${path}/sendMessage`, url)
  return { to: to.href, parameters: Object.fromEntries(url.searchParams) }
}

export const telegram: Receiver = {
  name: 'telegram',
  isSigned: false,
  keepsIncidents: false,
  render: (alert, target) => {
    const { to, parameters } = callOf(target)
    const text = layOut(fitted(messageOf(alert), fits), HTML)
    const own = { text, parse_mode: 'HTML', link_preview_options: { is_disabled: true } }
    return [{ url: to, body: JSON.stringify({ ...parameters, ...own }) }]
  },
  /** https://core.telegram.org/bots/api#making-requests: `ok`, `error_code` and `parameters.retry_after` in the body. */
  reread: (answer) => {
    const { ok, error_code: code, parameters } = objectIn(answer)
    if (ok !== false) return answer
    const wait =
      typeof parameters === 'object' && parameters !== null && 'retry_after' in parameters && parameters.retry_after
    return {
      status: typeof code === 'number' ? code : Math.max(answer.status, 400),
      retryAfter: typeof wait === 'number' ? String(wait) : answer.retryAfter,
    }
  },
}
