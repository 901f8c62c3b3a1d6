import type { Fault, Notice } from '../config/config.ts'
import { isAskerRefused, type CheckKey } from '../verification/codes.ts'
import type { LiveToken } from '../verification/facts.ts'
import type { Finding } from '../verification/finding.ts'
import { originText, othersText, howToUseOther } from '../report/token-source.ts'
import { isoTime, listed } from '../verification/words.ts'
import type { Observations, VerifiedFacts } from './observations.ts'
import { fromFindings, item, notSet, type Head, type Item } from './item.ts'
import { webhookItems } from './webhooks.ts'

/** PURE. The setup guide's six steps, as far as Graph and the configuration say. */

const head = (step: number, id: string, title: string): Head => ({ id: `guide.${id}`, group: 'guide', step, title })

/** Names that say nothing of whose token it is. */
const GENERIC = /^(?:system[ _-]?user|test|admin|user|bot|token|api|new|untitled|default|whatsapp)?[ _-]*\d*$/i

export function guideItems(facts: Observations): readonly Item[] {
  return [
    settingsItem(facts),
    ...systemUserItems(facts),
    ...assetItems(facts),
    ...webhookItems(facts, findingsOf(facts, 'whatsapp:webhooks'), notKnown(facts)),
    ...tokenItems(facts),
    ...configurationItems(facts),
    sourceItem(facts),
    ...testItems(facts),
  ]
}

function liveToken(verification: VerifiedFacts | null): LiveToken | null {
  const token = verification?.state.answers.get('token')?.facts
  return token?.about === 'token' && token.kind === 'live' ? token : null
}

function findingsOf({ verification }: Observations, ...keys: readonly CheckKey[]): readonly Finding[] {
  const findings = verification?.health.findings ?? []
  return findings.filter(({ key, severity }) => keys.includes(key) && severity !== 'unverified')
}

function notKnown({ ending, verification }: Observations): string {
  if (ending === 'misconfigured') return 'not known: the configuration is wrong (step 5)'
  if (ending === 'off') return 'not known: TOKEN_GUARD_MODE=off, nothing was asked'
  const isDead = verification?.state.answers.has('token') === true
  return isDead ? 'not known: the token is refused (step 4)' : 'not known: Graph gave no definite answer'
}

function settingsItem({ verification }: Observations): Item {
  const place = head(1, 'settings', 'business settings')
  if (liveToken(verification)?.type === 'SYSTEM_USER') return item(place, 'ok', 'the business has a system user')
  return item(place, 'yours', 'is your business there?', 'Open https://business.facebook.com/settings.')
}

function systemUserItems(facts: Observations): readonly Item[] {
  const place = head(2, 'system_user', 'system user')
  const type = findingsOf(facts, 'token:type')
  if (liveToken(facts.verification) === null) return [item(place, 'skipped', notKnown(facts))]
  return fromFindings(place, type, () => named(place, facts.verification?.me ?? null))
}

function named(place: Head, me: VerifiedFacts['me']): Item {
  if (me === null) return item(place, 'skipped', 'Graph did not say its name')
  if (me.name !== null && !GENERIC.test(me.name)) return item(place, 'ok', `"${me.name}" (${me.id})`)
  const shown = me.name === null ? 'without a name' : `"${me.name}"`
  return item(
    place,
    'yours',
    `${shown} (${me.id}): would a colleague know what it is for?`,
    'Give it a name that says so, such as "WhatsApp bot - shop": Business settings → Users → System users.',
  )
}

type Asset = {
  readonly id: string
  readonly title: string
  readonly keys: readonly CheckKey[]
  readonly variable: string
  readonly isSet: (verification: VerifiedFacts) => boolean
  readonly says: (verification: VerifiedFacts) => string
}

const ASSETS: readonly Asset[] = [
  {
    id: 'app',
    title: 'app',
    keys: ['token:app'],
    variable: 'META_APP_ID',
    isSet: ({ config }) => config.appId !== null,
    says: ({ config }) => `the token belongs to ${config.appId}`,
  },
  {
    id: 'account',
    title: 'Messaging account',
    keys: ['whatsapp:business-account'],
    variable: 'WHATSAPP_BUSINESS_ACCOUNT_ID',
    isSet: ({ config }) => config.businessAccountId !== null,
    says: ({ config, state }) => {
      const account = state.answers.get('account')?.facts
      const name = account?.about === 'account' && account.kind === 'readable' ? account.name : null
      return name === null ? `${config.businessAccountId} is assigned` : `"${name}" (${config.businessAccountId})`
    },
  },
  {
    id: 'phone',
    title: 'WhatsApp account',
    keys: ['whatsapp:phone-number'],
    variable: 'WHATSAPP_PHONE_NUMBER_ID',
    isSet: ({ config }) => config.phoneNumberIds.length > 0,
    says: ({ config: { phoneNumberIds }, state }) =>
      `number ${listed(phoneNumberIds)} can be read${phoneNumberIds.every((id) => canSend(state, id)) ? ', and can send' : ''}`,
  },
]

function canSend({ answers }: VerifiedFacts['state'], phoneNumberId: string): boolean {
  const phone = answers.get(`phone:${phoneNumberId}`)?.facts
  if (phone?.about !== 'phone' || phone.kind !== 'readable') return false
  return phone.status === 'CONNECTED' && phone.sending?.canSend === 'AVAILABLE'
}

function assetItems(facts: Observations): readonly Item[] {
  return ASSETS.flatMap(({ id, title, keys, variable, isSet, says }) => {
    const place = head(3, id, title)
    const { verification } = facts
    const found = findingsOf(facts, ...keys)
    if (verification === null) return [item(place, 'skipped', notKnown(facts))]
    if (found.length > 0) return fromFindings(place, found, () => item(place, 'ok', ''))
    if (!isSet(verification)) return [notSet(place, variable)]
    const isAnswered = keys.every((key) =>
      verification.health.checks.get(key)?.every(({ status }) => status === 'pass'),
    )
    if (liveToken(verification) === null && id === 'app') return [item(place, 'skipped', notKnown(facts))]
    return [
      isAnswered
        ? item(place, 'ok', says(verification))
        : item(place, 'skipped', 'not known: no answer, or another finding is its cause'),
    ]
  })
}

function tokenItems(facts: Observations): readonly Item[] {
  const token = liveToken(facts.verification)
  const rows = [
    ['token', 'token', ['token:validity'], () => 'Graph calls it valid'],
    ['permissions', 'permissions', ['token:scopes'], (live) => listed(live.scopes)],
    ['expiry', 'expiry', ['token:expiry'], (live) => endOf(live)],
    [
      'data_access',
      'data access',
      ['token:data-access'],
      (live) => (live.dataAccessExpiresAt === 'never' ? 'without an end' : 'for long enough'),
    ],
  ] as const satisfies readonly (readonly [string, string, readonly CheckKey[], (live: LiveToken) => string])[]
  return rows.flatMap(([id, title, keys, says]) => {
    const place = head(4, id, title)
    return fromFindings(place, findingsOf(facts, ...keys), () =>
      token === null ? item(place, 'skipped', notKnown(facts)) : item(place, 'ok', says(token)),
    )
  })
}

function endOf({ expiresAt }: LiveToken): string {
  return typeof expiresAt === 'number' ? `${isoTime(expiresAt)}, as the policy allows` : 'never'
}

function configurationItems({ faults, notices }: Observations): readonly Item[] {
  const place = head(5, 'configuration', 'configuration')
  const wrong = faults.map((fault) => faultItem(place, fault))
  const odd = notices.map((notice) => noticeItem(place, notice))
  if (wrong.length + odd.length > 0) return [...wrong, ...odd]
  return [item(place, 'ok', 'no value is wrong')]
}

function sourceItem({ storage: { source }, sources }: Observations): Item {
  const place = head(5, 'token_source', 'token source')
  const order = `Looked for in this order: ${sources.join(', ')}.`
  if (source === null) return item(place, 'skipped', `no token is set. ${order}`)
  const others = othersText(source)
  const said = `${originText(source)} (in use). ${others === null ? '' : `Also: ${others} `}${order}`
  return source.others.some(({ fingerprint }) => fingerprint !== null)
    ? item(place, 'warned', said, howToUseOther(source.from))
    : item(place, 'ok', said)
}

function faultItem(place: Head, { name, problem, expected }: Fault): Item {
  return item(place, 'failed', `${name} ${problem}`, `Expected: ${expected}.`)
}

function noticeItem(place: Head, notice: Notice): Item {
  if (notice.kind === 'warning') return item(place, 'warned', `${notice.name}: ${notice.message}`)
  const meant = notice.nearest === null ? 'Remove it.' : `Did you mean ${notice.nearest}?`
  return item(place, 'warned', `${notice.name} is not known`, meant)
}

function testItems(facts: Observations): readonly Item[] {
  const { verification, program } = facts
  const message = item(
    head(6, 'message', 'test message'),
    'yours',
    'has a message arrived?',
    `${program} send-test --to NUMBER`,
  )
  const place = head(6, 'verified', 'verified')
  if (facts.ending === 'verified') return [item(place, 'ok', 'by Graph, just now'), message]
  const why = verification?.health.findings.find(
    ({ severity, code }) => severity === 'unverified' || isAskerRefused(code),
  )
  const said =
    facts.ending === 'refused'
      ? 'refused: see above'
      : why === undefined
        ? notKnown(facts)
        : `${why.code}: see ${why.key === 'token:app' ? 'the app' : 'the connection'}`
  return [item(place, facts.ending === 'off' || facts.ending === 'misconfigured' ? 'skipped' : 'failed', said), message]
}
