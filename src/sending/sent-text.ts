import { labelled, type Style } from '../report/paint.ts'
import type { Finding } from '../verification/finding.ts'
import type { Sent } from './sent.ts'

/** What people read after `send-test`. */

export type SentReport = {
  readonly sent: Sent
  /** What Graph says against the sending number; `null` where it did not answer. */
  readonly health: readonly Finding[] | null
  readonly to: string
  readonly from: string
}

const LABEL_WIDTH = 12

export function sentText({ sent, health, to, from }: SentReport, style: Style): string {
  const { paint, width } = style
  const line = (label: string, text: string) => labelled(label, text, 4, LABEL_WIDTH, width)
  const route = [line('to', to), line('from', `the number with the id ${from}`)]
  const blockers = (health ?? []).flatMap(({ code, summary, remedy }) => [
    '',
    `  ${paint('yellow', '!')} ${paint('bold', code)}`,
    labelled('', summary, 4, 0, width),
    line('what to do', remedy),
  ])
  return ['', ...outcome(sent, health, style, route, line), ...blockers, '', ''].join('\n')
}

function outcome(
  sent: Sent,
  health: SentReport['health'],
  { paint, width }: Style,
  route: readonly string[],
  line: (label: string, text: string) => string,
): readonly string[] {
  const mark = (sign: string, colour: 'green' | 'red' | 'yellow', title: string) =>
    `  ${paint(colour, sign)} ${paint('bold', title)}`
  switch (sent.kind) {
    case 'accepted': {
      return [
        mark('✓', 'green', 'Graph accepted the message.'),
        '',
        ...route,
        line('message id', sent.messageId),
        '',
        labelled('', doubt(health), 4, 0, width),
      ]
    }
    case 'rejected':
      return [
        mark('✗', 'red', `Graph rejected the message. (exit ${sent.exitCode})`),
        '',
        ...route,
        paint('dim', line('Graph said', sent.graph)),
        line('means', sent.failure.means),
        line('what to do', sent.failure.toDo),
      ]
    case 'unanswered':
      return [
        mark('!', 'yellow', `Graph gave no answer. (exit ${sent.exitCode})`),
        '',
        ...route,
        line('what came', sent.what),
        line('what to do', 'The message may have been sent all the same: look at the phone before trying again.'),
      ]
  }
}

function doubt(health: SentReport['health']): string {
  if (health !== null && health.length > 0)
    return 'Accepted is not delivered, and this one will hardly arrive: see below.'
  const unread =
    health === null ? " Whether the number may send is not known: Graph did not show the number's health." : ''
  return `Accepted is not delivered: look at the phone. Outside the 24 hours after its owner wrote to the bot a text never arrives; a template does (--template NAME; hello_world from a test number only). Later failures are reported by webhook only.${unread}`
}
