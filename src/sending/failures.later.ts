import type { CauseName } from '../verification/causes.ts'
import { LATER, type SendFailure, type FailureRow } from './failure.ts'

const STATUS_PAGE = 'If it lasts, look at https://metastatus.com'

/** Limits and outages: what may pass by itself. Sources: Meta's error codes, and captured answers. */
export const LATER_FAILURES: readonly FailureRow[] = [
  {
    name: 'app_limit',
    codes: [4],
    exitCode: LATER,
    means: 'The app has reached its limit of calls, which counts over an hour.',
    toDo: 'Wait for an hour, and look for what else calls Graph with this app. Trying sooner makes it worse; a new token of the same app is limited too.',
  },
  {
    name: 'account_limit',
    codes: [80007],
    exitCode: LATER,
    means:
      'The Messaging account (until 2026: WhatsApp Business Account) has reached its limit of calls, which counts over an hour.',
    toDo: 'Wait for an hour, and look for what else calls Graph for this account. Trying sooner makes it worse, and a new token does not help.',
  },
  {
    name: 'number_too_fast',
    codes: [130429],
    exitCode: LATER,
    means: 'The number sends more messages a second than it may.',
    toDo: 'Wait for a minute and try again; let your own programs send more slowly. A new token does not help.',
  },
  {
    name: 'number_restricted',
    codes: [131048],
    exitCode: LATER,
    means: 'Meta limits how much this number may send: too many of its messages may have been blocked or reported.',
    toDo: 'See the quality of the number in WhatsApp Manager → Phone numbers → Insights, and send fewer unwanted messages for some days. Neither sending again nor a new token helps.',
  },
  {
    name: 'recipient_too_often',
    codes: [131056],
    exitCode: LATER,
    means: 'This number has sent too many messages to this recipient in a short time.',
    toDo: 'Wait for some minutes before you send to this recipient again; others get messages meanwhile. A new token does not help.',
  },
  {
    name: 'registered_too_often',
    codes: [133016],
    exitCode: LATER,
    means: 'The number was registered or deregistered too often in a short time, and is blocked for a while.',
    toDo: 'Stop what registers it again and again, and wait for up to 72 hours. Registering again and a new token do not help.',
  },
  {
    name: 'outage',
    codes: [2],
    exitCode: LATER,
    means: "Meta's service is out of order for the moment.",
    toDo: `Try again in some minutes. ${STATUS_PAGE}. The token is not the cause.`,
  },
  {
    name: 'unknown_to_graph',
    codes: [131000],
    exitCode: LATER,
    means: 'Something failed at Meta, and Graph itself does not know what.',
    toDo: `Try again in some minutes, and then with another recipient. ${STATUS_PAGE}, and report it to Meta with the code. The token is not known to be the cause: run check to be sure.`,
  },
  {
    name: 'service_down',
    codes: [131016],
    exitCode: LATER,
    means: "A service of Meta's is down or overloaded for the moment.",
    toDo: `Try again in some minutes. ${STATUS_PAGE}. The token is not the cause.`,
  },
  {
    name: 'account_in_maintenance',
    codes: [131057],
    exitCode: LATER,
    means: 'Meta has put the account into maintenance: it may be raising how fast the account can send.',
    toDo: 'Try again in some minutes; only Meta ends it. A new token does not help.',
  },
]

const TRANSIENT: SendFailure = {
  name: 'transient',
  exitCode: LATER,
  means: "Graph reports a fault of Meta's that may pass.",
  toDo: `Try again in some minutes. ${STATUS_PAGE}. The token is not the cause.`,
}

/** Graph's general errors of this kind. */
export const LATER_CAUSES: Readonly<Partial<Record<CauseName, SendFailure>>> = {
  throttled: {
    name: 'throttled',
    exitCode: LATER,
    means: 'Graph limits the calls.',
    toDo: 'Wait for an hour, and look for what else calls Graph with this app. Trying sooner makes it worse, and a new token does not help.',
  },
  transient: TRANSIENT,
  too_much_asked: TRANSIENT,
}
