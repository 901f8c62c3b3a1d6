import { bytesOf } from './cutting.ts'
import { fitted, linesOf, messageOf, type ShownAlert } from './message.ts'
import type { Receiver } from './receiver.ts'

/** Source: https://developers.google.com/workspace/chat/quickstart/webhooks */

/**
 * In bytes of UTF-8. https://developers.google.com/workspace/chat/create-messages: a message has at most 32,000 bytes. Its
 * text had 4,096 characters at most before: what is below both is taken by either.
 */
const TEXT_MAX = 4_096

/**
 * Google Chat knows no escape, and reads one of two languages, its own or Markdown: signs that mean something in either
 * (https://developers.google.com/workspace/chat/format-messages) become others that look alike.
 */
const LOOKALIKES: Readonly<Record<string, string>> = {
  '*': '∗',
  '~': '∼',
  '`': 'ʼ',
  '<': '‹',
  '>': '›',
  '[': '［',
  ']': '］',
  '\\': '＼',
}
const escape = (character: string) => LOOKALIKES[character] ?? character

/** Within a word an underscore means nothing, and the names of variables are copied. */
const withoutItalics = (text: string) =>
  text.replaceAll(/(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu, (found) => '＿'.repeat(found.length))

const written = (message: ShownAlert) => Array.from(linesOf(message, withoutItalics), escape).join('')
const fits = (message: ShownAlert) => bytesOf(written(message)) <= TEXT_MAX

export const googleChat: Receiver = {
  name: 'google-chat',
  isSigned: false,
  keepsIncidents: false,
  render: (alert, { url }) => [
    { url: url.href, body: JSON.stringify({ text: written(fitted(messageOf(alert), fits)) }) },
  ],
}
