/** Graph's words for how accounts and numbers are. The sets are open: what is not here is not known, and never good. */

/** A number's `status`, as far as it is known. Source: Meta, phone number; all but `CONNECTED` keep it from sending. */
const NUMBER_STATUSES = [
  'CONNECTED',
  'PENDING',
  'DISCONNECTED',
  'FLAGGED',
  'RATE_LIMITED',
  'RESTRICTED',
  'BANNED',
  'MIGRATED',
  'DELETED',
  'UNVERIFIED',
]

/** An account's `status` and `account_review_status`. Source: Meta, WhatsApp Business Account; webhooks of accounts. */
const WELL = ['ACTIVE', 'APPROVED', 'PENDING', 'DEFERRED', 'REINSTATED', 'NONE']
const BAD = [
  'DISABLED',
  'RESTRICTED',
  'REJECTED',
  'BANNED',
  'BLOCKED',
  'SUSPENDED',
  'DEACTIVATED',
  'DELETED',
  'LIMIT_REACHED',
]

/** For a summary, which holds no word of Graph's that is not known. */
export function knownNumberStatus(status: string): string {
  return NUMBER_STATUSES.includes(status) ? status : 'a status that is not known here'
}

/** Graph's kinds of nodes, and of entities in `health_status`, that an answer has shown. */
const NODE_TYPES = ['Application', 'Business', 'Page', 'User', 'WhatsAppBusinessAccount', 'WhatsAppBusinessPhoneNumber']
const ENTITIES = ['PHONE_NUMBER', 'WABA', 'BUSINESS', 'APP', 'MESSAGE_TEMPLATE']

export function knownNodeType(nodeType: string | null): string | null {
  return nodeType !== null && NODE_TYPES.includes(nodeType) ? nodeType : null
}

export function knownEntity(entity: string): string {
  return ENTITIES.includes(entity) ? entity : 'another entity'
}

/** What an account's word means; `null`: Graph gave none. */
export function accountWord(word: string | null): 'well' | 'bad' | 'unknown' | null {
  if (word === null) return null
  const upper = word.toUpperCase()
  return BAD.includes(upper) ? 'bad' : WELL.includes(upper) ? 'well' : 'unknown'
}
