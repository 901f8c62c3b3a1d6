/** PURE. Which address belongs to which receiver of alerts, and what it must hold. Their bodies: `alerts/receivers/`. */

type AddressRow = {
  /** Whether `auto` takes an address for one of this receiver's. */
  readonly knows: (url: URL) => boolean
  /** What an address of this format lacks; `null` where it is complete. */
  readonly lacks: (url: URL) => string | null
}

const SLACK_HOSTS = ['hooks.slack.com', 'hooks.slack-gov.com']
const DISCORD_HOSTS = ['discord.com', 'discordapp.com', 'canary.discord.com', 'ptb.discord.com']
const PAGERDUTY_HOSTS = ['events.pagerduty.com', 'events.eu.pagerduty.com']

const isAt = (hosts: readonly string[]) => (url: URL) => hosts.includes(url.hostname)
const lacksParameter = (url: URL, name: string) => (url.searchParams.get(name) ?? '') === ''

/** A receiver's own hosts are known by their paths too. Behind another host (a proxy, a compatible program) any path may be right. */
const ADDRESSES = {
  /** Source: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
  slack: {
    knows: isAt(SLACK_HOSTS),
    lacks: (url) =>
      !isAt(SLACK_HOSTS)(url) || /^\/services(?:\/[^/]+){3}\/?$/.test(url.pathname)
        ? null
        : 'the path /services/T…/B…/… of an incoming webhook',
  },
  /** Source: https://discord.com/developers/docs/resources/webhook#execute-webhook */
  discord: {
    knows: isAt(DISCORD_HOSTS),
    lacks: (url) =>
      !isAt(DISCORD_HOSTS)(url) || /^\/api\/(?:v\d+\/)?webhooks\/\d+\/[^/]+\/?$/.test(url.pathname)
        ? null
        : 'the path /api/webhooks/ID/TOKEN, with nothing behind it',
  },
  /** Source: https://developers.google.com/workspace/chat/quickstart/webhooks */
  'google-chat': {
    knows: isAt(['chat.googleapis.com']),
    lacks: (url) => {
      if (url.hostname !== 'chat.googleapis.com') return null
      if (!/^\/v1\/spaces\/[^/]+\/messages\/?$/.test(url.pathname)) return 'the path /v1/spaces/SPACE/messages'
      const missing = ['key', 'token'].filter((name) => lacksParameter(url, name))
      return missing.length === 0 ? null : `${missing.join(' and ')} in its query`
    },
  },
  /** Its addresses are those of any flow of Power Automate: never guessed. */
  teams: { knows: () => false, lacks: () => null },
  /** Source: https://core.telegram.org/bots/api#making-requests */
  telegram: {
    knows: isAt(['api.telegram.org']),
    lacks: (url) => {
      if (!/\/bot[^/]+(?:\/sendMessage)?\/?$/i.test(url.pathname)) return 'the path /botTOKEN/sendMessage'
      return lacksParameter(url, 'chat_id') ? 'chat_id in its query' : null
    },
  },
  /** Source: https://developer.pagerduty.com/docs/send-alert-event */
  pagerduty: {
    knows: isAt(PAGERDUTY_HOSTS),
    lacks: (url) => {
      if (isAt(PAGERDUTY_HOSTS)(url) && !/^\/v2\/enqueue\/?$/.test(url.pathname)) return 'the path /v2/enqueue'
      return lacksParameter(url, 'routing_key') ? 'routing_key in its query' : null
    },
  },
  standard: { knows: () => true, lacks: () => null },
} as const satisfies Readonly<Record<string, AddressRow>>

/** The form in which a receiver gets alerts. */
export type AlertFormat = keyof typeof ADDRESSES
const ALERT_FORMATS = Object.keys(ADDRESSES) as readonly AlertFormat[]

/** `auto`: by the address. */
export const ALERT_FORMAT_WORDS = ['auto', ...ALERT_FORMATS] as const
export type AlertFormatWord = (typeof ALERT_FORMAT_WORDS)[number]

/** The format of an address, by the word of `TOKEN_GUARD_ALERT_FORMAT`. What is known by its address keeps its format. */
function formatOf(url: URL, word: AlertFormatWord): AlertFormat {
  const known = ALERT_FORMATS.find((format) => format !== 'standard' && ADDRESSES[format].knows(url))
  return known ?? (word === 'auto' ? 'standard' : word)
}

export type AlertAddress = {
  readonly url: URL
  /** Named in front of the address, as in `teams+https://…`; `null` where it is not. */
  readonly named: AlertFormat | null
}

/** What separates addresses in other lists. At these places no address of its own has it. */
const GLUED = /[,;](?:$|(?:[a-z-]+\+)?https?:)/i

const NAMED = /^([a-z][a-z-]*)\+(https?:.*)$/is

/** One address, or what is wrong with its text: the end of a sentence. Never holds the text. */
export function alertAddress(text: string): AlertAddress | { readonly problem: string } {
  if (GLUED.test(text)) return { problem: 'has a comma or a semicolon where a blank separates addresses' }
  const [, name = null, rest = text] = NAMED.exec(text) ?? []
  const named = name === null ? null : (ALERT_FORMATS.find((format) => format === name.toLowerCase()) ?? null)
  if (name !== null && named === null) return { problem: 'begins with a format that is not known' }
  // Not URL.parse: Node 20 has none.
  return URL.canParse(rest) ? { url: new URL(rest), named } : { problem: 'is no URL' }
}

/** The addresses in the text of `TOKEN_GUARD_ALERT_URL`: between them are blanks or line ends. */
export function alertTexts(text: string): readonly string[] {
  return text.split(/\s+/).filter((each) => each !== '')
}

/** Each address with its format. What cannot be read is left out: the configuration has judged it. */
export function alertAddresses(
  text: string,
  word: AlertFormatWord,
): readonly { readonly url: URL; readonly format: AlertFormat }[] {
  return alertTexts(text)
    .map(alertAddress)
    .flatMap((address) =>
      'problem' in address ? [] : { url: address.url, format: address.named ?? formatOf(address.url, word) },
    )
}

/** What the first incomplete address lacks, as the end of a sentence; `null` where all are complete. */
export function lackIn(text: string, word: AlertFormatWord): string | null {
  const addresses = alertAddresses(text, word)
  if (addresses.length === 0) return 'holds no address, only blanks'
  for (const [at, { url, format }] of addresses.entries()) {
    const lack = ADDRESSES[format].lacks(url)
    if (lack === null) continue
    const which = addresses.length === 1 ? 'is an address' : `has, as its address ${at + 1}, one`
    return `${which} of ${format} that lacks ${lack}`
  }
  return null
}
