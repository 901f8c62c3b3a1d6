import type { AccountFacts, PhoneFacts, Sending } from '../facts.ts'
import { row, type Detail, type FindingRow } from '../finding.ts'
import { listed, quoted } from '../words.ts'

type AssetFacts = AccountFacts | PhoneFacts

function subjectOf(facts: AssetFacts): { readonly subject?: string } {
  return facts.about === 'phone' ? { subject: facts.phoneNumberId } : {}
}

function unassigned(facts: AssetFacts, id: string | null, noun: string): readonly Detail[] {
  if (facts.kind !== 'unassigned') return []
  return [
    {
      ...subjectOf(facts),
      summary: `Graph does not show ${noun} to this token: it is not assigned to the system user, or the id is wrong.`,
      expected: `${id ?? 'it'} readable by this token`,
      observed: `refused${quoted(facts.reason)}`,
      reason: facts.reason,
    },
  ]
}

function wrongKind(facts: AssetFacts, id: string | null, noun: string): readonly Detail[] {
  if (facts.kind !== 'wrong_kind') return []
  return [
    {
      ...subjectOf(facts),
      summary: `The id configured for ${noun} names something else${facts.nodeType === null ? '' : ` (${facts.nodeType})`}.`,
      expected: `${id ?? 'an id'} to be the id of ${noun}`,
      observed:
        facts.nodeType === null ? `refused${quoted(facts.reason)}` : `the id of a node of type ${facts.nodeType}`,
      reason: facts.reason,
    },
  ]
}

/** Sending is limited, blocked or locked, with every cause that Graph gives. `status` is a number's. */
function blocked(facts: AssetFacts, noun: string, status: string | null): readonly Detail[] {
  if (facts.kind === 'locked') {
    const summary = `Meta has locked ${noun} or the account behind it.`
    return [
      {
        ...subjectOf(facts),
        summary,
        expected: 'can be read',
        observed: `refused${quoted(facts.reason)}`,
        reason: facts.reason,
      },
    ]
  }
  if (facts.kind !== 'readable') return []
  const sending = limitedSending(facts.sending)
  const disconnected = status !== null && status !== 'CONNECTED'
  if (sending === null && !disconnected) return []
  return [
    {
      ...subjectOf(facts),
      summary: [
        ...(disconnected ? [`The number is not connected (status ${status}).`] : []),
        ...(sending === null
          ? []
          : [`Messages are ${sending.canSend === 'BLOCKED' ? 'blocked' : 'limited'} (${codesOf(sending)}).`]),
      ].join(' '),
      expected: disconnected ? 'status CONNECTED and can_send_message AVAILABLE' : 'can_send_message AVAILABLE',
      observed: [
        ...(disconnected ? [`status ${status}`] : []),
        ...(sending === null ? [] : [`can_send_message ${sending.canSend}`, ...sending.causes.map(causeText)]),
      ].join('; '),
    },
  ]
}

function limitedSending(sending: Sending | null): Sending | null {
  return sending === null || sending.canSend === 'AVAILABLE' ? null : sending
}

function codesOf({ causes }: Sending): string {
  const codes = causes.map(({ entity, code }) => (code === null ? entity : `${entity} ${code}`))
  return codes.length === 0 ? 'no cause given' : [...new Set(codes)].join(', ')
}

function causeText({ entity, code, text }: Sending['causes'][number]): string {
  return `${entity}${code === null ? '' : ` ${code}`}: ${text}`
}

const ACCOUNT = 'the WhatsApp Business Account'
const NUMBER = 'the phone number'

export const ASSET_FINDINGS: readonly FindingRow[] = [
  row({
    code: 'account.unassigned',
    severity: 'fail',
    about: 'account',
    cause: 'account_not_assigned',
    hides: ['phone.unassigned', 'phone.foreign'],
    detect: (facts, { businessAccountId }) => unassigned(facts, businessAccountId, ACCOUNT),
  }),
  row({
    code: 'account.wrong_kind',
    severity: 'fail',
    about: 'account',
    cause: 'account_id_of_another_kind',
    hides: ['account.unassigned', 'phone.foreign'],
    detect: (facts, { businessAccountId }) => wrongKind(facts, businessAccountId, 'the WhatsApp Business Account'),
  }),
  row({
    code: 'phone.unassigned',
    severity: 'fail',
    about: 'phone',
    cause: 'number_not_assigned',
    hides: ['phone.foreign'],
    detect: (facts) => unassigned(facts, facts.phoneNumberId, NUMBER),
  }),
  row({
    code: 'phone.wrong_kind',
    severity: 'fail',
    about: 'phone',
    cause: 'number_id_of_another_kind',
    hides: ['phone.foreign'],
    detect: (facts) => wrongKind(facts, facts.phoneNumberId, NUMBER),
  }),
  row({
    code: 'phone.foreign',
    severity: 'fail',
    about: 'numbers',
    cause: 'number_of_another_account',
    detect: ({ phoneNumberIds }, policy) =>
      policy.phoneNumberIds
        .filter((id) => !phoneNumberIds.includes(id))
        .map((id) => ({
          subject: id,
          summary: 'The phone number is not among those of the WhatsApp Business Account.',
          expected: `${id} among the numbers of ${policy.businessAccountId ?? 'the account'}`,
          observed: phoneNumberIds.length === 0 ? 'the account has no numbers' : `only ${listed(phoneNumberIds)}`,
        })),
  }),
  row({
    code: 'account.unsubscribed',
    severity: 'warn',
    about: 'subscriptions',
    cause: 'app_not_subscribed',
    detect: ({ appIds }, { appId, businessAccountId }) =>
      appId === null || appIds.includes(appId)
        ? []
        : [
            {
              summary: "The app is not subscribed to the account's webhooks: no incoming message will arrive.",
              expected: `the app ${appId} among the subscribed apps of ${businessAccountId ?? 'the account'}`,
              observed: appIds.length === 0 ? 'no subscribed app' : `only ${listed(appIds)}`,
            },
          ],
  }),
  row({
    code: 'account.blocked',
    severity: 'warn',
    about: 'account',
    cause: 'account_limited',
    detect: (facts) => blocked(facts, ACCOUNT, null),
  }),
  row({
    code: 'phone.blocked',
    severity: 'warn',
    about: 'phone',
    cause: 'number_limited',
    detect: (facts) => blocked(facts, NUMBER, facts.kind === 'readable' ? facts.status : null),
  }),
]
