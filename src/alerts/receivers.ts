import { alertAddresses, type AlertFormat, type AlertFormatWord } from '../config/alert-address.ts'
import type { Secret } from '../config/secret.ts'
import { discord } from './receivers/discord.ts'
import { googleChat } from './receivers/google-chat.ts'
import { pagerduty } from './receivers/pagerduty.ts'
import type { Receiver } from './receivers/receiver.ts'
import { slack } from './receivers/slack.ts'
import { standard } from './receivers/standard.ts'
import { teams } from './receivers/teams.ts'
import { telegram } from './receivers/telegram.ts'

/** PURE. Each format's receiver. */
export const RECEIVERS: Readonly<Record<AlertFormat, Receiver>> = {
  slack,
  discord,
  'google-chat': googleChat,
  teams,
  telegram,
  pagerduty,
  standard,
}

export type AtAddress = { readonly url: URL; readonly receiver: Receiver }

export function isSameAddress(a: AtAddress, b: AtAddress): boolean {
  return a.url.href === b.url.href && a.receiver === b.receiver
}

/** Each receiver that the text of `TOKEN_GUARD_ALERT_URL` names, with its address. */
export function receiversIn(text: string, word: AlertFormatWord): readonly AtAddress[] {
  return alertAddresses(text, word).map(({ url, format }) => ({ url, receiver: RECEIVERS[format] }))
}

/** The same of what is configured. */
export function receiversOf(addresses: Secret | null, word: AlertFormatWord): readonly AtAddress[] {
  return receiversIn(addresses?.reveal() ?? '', word)
}
