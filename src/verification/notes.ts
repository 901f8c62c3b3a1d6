import { around } from './around.ts'
import { timeLeft } from './clocks.ts'
import { ourAppId, appsBesideMetas } from './findings/webhooks.ts'
import { explainsRefusals, type HeardFacts, type Judgement } from './judgement.ts'
import type { Policy } from './policy.ts'
import { isUnreadableEdge, type Silences } from './silence.ts'
import { endOfVersion, hasEnded, isOlder } from './versions.ts'
import { accountWord } from './words.status.ts'
import { isoTime } from './words.ts'

/** What is worth knowing and changes no status. */
export type Note = {
  readonly code: NoteCode
  /** For people, public ones too: no identifier, and no word of Graph's but a version. */
  readonly text: string
}

/** Each with its meaning, for docs/reference.md. */
export const NOTES = {
  not_verified: 'The account or the number is not verified, because its variable is not set.',
  unreadable:
    "Graph does not show this token a list: the account's numbers, its subscribed apps, or the app's own subscriptions.",
  'graph.version_ends': 'The version in GRAPH_API_VERSION has ended, or ends within 90 days.',
  'graph.version_newer':
    'Graph answers with a newer version than the configured one, as it does for an app younger than that version.',
  status_unknown:
    "The account's status or review is a word that this program does not know. WhatsApp Manager shows what it means.",
  remembered:
    'The state file holds an answer of Graph about this token. `check` and `doctor` show it; it changes no verdict.',
  other_app_subscribed:
    "META_APP_ID is not set, and another app than the token's gets the account's webhooks. Set META_APP_ID to have that verified.",
} as const
export type NoteCode = keyof typeof NOTES
export const NOTE_CODES = Object.keys(NOTES) as readonly NoteCode[]

/** A version's end is worth a note from then on. */
const VERSION_ENDS_WITHIN_MS = 90 * 86_400_000

/** PURE. The same answers, judgement, silences and policy give the same notes. */
export function notesOf(
  answers: readonly HeardFacts[],
  { judged }: Pick<Judgement<HeardFacts>, 'judged'>,
  silences: Silences,
  policy: Policy,
): readonly Note[] {
  // What is refused already explains an edge that cannot be read.
  const isExplained = silences.has('token') || explainsRefusals(judged)
  return [
    ...notVerified(policy),
    ...(isExplained ? [] : unreadable(silences)),
    ...ofVersions(answers),
    ...ofStatus(answers),
    ...ofApps(answers, policy),
  ]
}

function notVerified({ businessAccountId, phoneNumberIds }: Policy): readonly Note[] {
  const unset = [
    ['account', businessAccountId === null, 'WHATSAPP_BUSINESS_ACCOUNT_ID'],
    ['phone number', phoneNumberIds.length === 0, 'WHATSAPP_PHONE_NUMBER_ID'],
  ] as const
  return unset.flatMap(([what, isUnset, name]) =>
    isUnset ? [{ code: 'not_verified', text: `The ${what} is not verified: ${name} is not set.` }] : [],
  )
}

const EDGES = {
  numbers: "the account's list of numbers",
  subscriptions: 'which apps are subscribed to the account',
  app: "the app's own subscriptions",
} as const

function unreadable(silences: Silences): readonly Note[] {
  return (['numbers', 'subscriptions', 'app'] as const).flatMap((question) => {
    const silence = silences.get(question)
    if (silence === undefined || !isUnreadableEdge(question, silence) || silence.isRefusal !== true) return []
    return [{ code: 'unreadable', text: `Graph does not show ${EDGES[question]} to this token.` }]
  })
}

function ofVersions(answers: readonly HeardFacts[]): readonly Note[] {
  return answers.flatMap(({ facts, clocks }): readonly Note[] => {
    if (facts.about !== 'connection') return []
    const { askedVersion: asked, servedVersion: served } = facts
    const endMs = endOfVersion(asked)
    const leftMs = endMs === null ? null : timeLeft(endMs, clocks)
    const isNewer = served !== null && served !== asked && !isOlder(served, asked) && !hasEnded(asked, clocks)
    return [
      ...(endMs !== null && leftMs !== null && leftMs <= VERSION_ENDS_WITHIN_MS
        ? [
            {
              code: 'graph.version_ends' as const,
              text: `Graph's version ${asked} ${leftMs > 0 ? 'ends' : 'ended'} on ${isoTime(endMs).slice(0, 10)}: set GRAPH_API_VERSION to a newer one.`,
            },
          ]
        : []),
      ...(isNewer
        ? [
            {
              code: 'graph.version_newer' as const,
              text: `Graph answers with ${served} in place of ${asked}, as it does for an app that is younger than the version.`,
            },
          ]
        : []),
    ]
  })
}

function ofStatus(answers: readonly HeardFacts[]): readonly Note[] {
  return answers.flatMap(({ facts }): readonly Note[] => {
    if (facts.about !== 'account' || facts.kind !== 'readable') return []
    const unknown = [
      ['status', facts.status],
      ['account_review_status', facts.review],
    ] as const
    return unknown.flatMap(([name, word]) =>
      accountWord(word) === 'unknown'
        ? [
            {
              code: 'status_unknown',
              text: `The account's ${name} is a word that is not known here: see WhatsApp Manager.`,
            },
          ]
        : [],
    )
  })
}

/** Ours is not in the list, and nothing says which one it should be. */
function ofApps(answers: readonly HeardFacts[], policy: Policy): readonly Note[] {
  const known = around(answers.map(({ facts }) => facts))
  const own = ourAppId(policy, known)
  const appIds = known.subscriptions?.appIds ?? []
  if (policy.appId !== null || own === null || appsBesideMetas(appIds).length === 0 || appIds.includes(own)) return []
  return [
    {
      code: 'other_app_subscribed',
      text: "The account's webhooks go to another app than the token's. Set META_APP_ID to have that verified.",
    },
  ]
}
