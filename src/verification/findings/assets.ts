import type { Around } from '../around.ts'
import { causeNamed, type CauseName } from '../causes.ts'
import type { AccountFacts, PhoneFacts } from '../facts.ts'
import { row, type Detail, type FindingRow } from '../finding.ts'
import type { Policy } from '../policy.ts'
import { knownNodeType } from '../words.status.ts'
import { listed, quoted } from '../words.ts'

type AssetFacts = AccountFacts | PhoneFacts

const ACCOUNT = 'the Messaging account (WABA)'
const NUMBER = 'the number'

/** Without it some reads give an empty list: then an empty list shows nothing. Source: Meta, WhatsApp permissions. */
export function canList({ live }: Around): boolean {
  return live?.scopes.includes('whatsapp_business_management') === true
}

function subjectOf(facts: AssetFacts): { readonly subject?: string } {
  return facts.about === 'phone' ? { subject: facts.phoneNumberId } : {}
}

function unassigned(facts: AssetFacts, id: string | null, noun: string, around: Around): readonly Detail[] {
  if (facts.kind !== 'unassigned') return []
  return [
    {
      ...subjectOf(facts),
      summary: `Graph does not show ${noun} to this token: it is not assigned to the system user, or the id is wrong.`,
      expected: `${id ?? 'it'} readable by this token`,
      observed: `refused${quoted(facts.reason)}`,
      reason: facts.reason,
      causes: [unassignedCause(facts, around)],
    },
  ]
}

/** Graph's own cause where it has one; a token that can read no account at all has no other. */
function unassignedCause(facts: Extract<AssetFacts, { kind: 'unassigned' }>, around: Around): CauseName {
  const { cause } = facts.reason
  if (around.live !== null && !canList(around) && causeNamed(cause).class === 'not_permitted')
    return 'token_cannot_read'
  if (SPEAKING.includes(cause)) return cause
  return facts.about === 'account' ? 'account_not_assigned' : 'number_not_assigned'
}

const SPEAKING: readonly CauseName[] = ['app_lacks_permission', 'app_not_for_user', 'full_control_missing']

/** Sending goes on where every number can be read and only the words of a permission keep the account back. */
function unassignedAccount(facts: AccountFacts, policy: Policy, around: Around): readonly Detail[] {
  const isSoft =
    facts.kind === 'unassigned' &&
    causeNamed(facts.reason.cause).class === 'not_permitted' &&
    policy.phoneNumberIds.length > 0 &&
    policy.phoneNumberIds.every((id) => around.phones.get(id)?.kind === 'readable')
  const details = unassigned(facts, policy.businessAccountId, ACCOUNT, around)
  return isSoft ? details.map((detail) => ({ ...detail, severity: 'warn' })) : details
}

/** Where the telephone number was configured in place of its id, the account's list says which id belongs there. */
function unassignedNumber(facts: PhoneFacts, around: Around): readonly Detail[] {
  const [own] =
    Object.entries(around.numbers?.digitsOf ?? {}).find(([, digits]) => digits === facts.phoneNumberId) ?? []
  if (facts.kind !== 'unassigned' || own === undefined) return unassigned(facts, facts.phoneNumberId, NUMBER, around)
  return [
    {
      ...subjectOf(facts),
      summary: 'WHATSAPP_PHONE_NUMBER_ID holds a telephone number of the account, not its id.',
      expected: `${own}, the id of this number`,
      observed: `${facts.phoneNumberId}, the number itself${quoted(facts.reason)}`,
      reason: facts.reason,
      causes: ['telephone_number_as_id'],
    },
  ]
}

function wrongKind(facts: AssetFacts, id: string | null, noun: string): readonly Detail[] {
  if (facts.kind !== 'wrong_kind') return []
  const kind = knownNodeType(facts.nodeType)
  return [
    {
      ...subjectOf(facts),
      summary: `The id configured for ${noun} names something else${kind === null ? '' : ` (${kind})`}.`,
      expected: `${id ?? 'an id'} to be the id of ${noun}`,
      observed:
        facts.nodeType === null ? `refused${quoted(facts.reason)}` : `the id of a node of type ${facts.nodeType}`,
      reason: facts.reason,
    },
  ]
}

export const ASSET_FINDINGS: readonly FindingRow[] = [
  row({
    code: 'account.unassigned',
    severity: 'fail',
    about: 'account',
    cause: 'account_not_assigned',
    hides: ['phone.unassigned', 'phone.foreign'],
    detect: (facts, policy, _clocks, around) => unassignedAccount(facts, policy, around),
  }),
  row({
    code: 'account.wrong_kind',
    severity: 'fail',
    about: 'account',
    cause: 'account_id_of_another_kind',
    hides: ['account.unassigned', 'phone.foreign'],
    detect: (facts, { businessAccountId }) => wrongKind(facts, businessAccountId, ACCOUNT),
  }),
  row({
    code: 'phone.unassigned',
    severity: 'fail',
    about: 'phone',
    cause: 'number_not_assigned',
    hides: ['phone.foreign'],
    detect: (facts, _policy, _clocks, around) => unassignedNumber(facts, around),
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
    detect: ({ phoneNumberIds }, policy, _clocks, around) =>
      phoneNumberIds.length === 0 && !canList(around)
        ? []
        : policy.phoneNumberIds
            .filter((id) => !phoneNumberIds.includes(id))
            .map((id) => ({
              subject: id,
              summary: 'The phone number is not among those of the Messaging account (WABA).',
              expected: `${id} among the numbers of ${policy.businessAccountId ?? 'the account'}`,
              observed: phoneNumberIds.length === 0 ? 'the account has no numbers' : `only ${listed(phoneNumberIds)}`,
            })),
  }),
]
