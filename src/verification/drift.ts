import type { CheckKey } from './codes.ts'
import type { AccountFacts, Facts, PhoneFacts } from './facts.ts'
import { fieldsOf, type Field } from './fields.ts'
import type { Finding } from './finding.ts'
import { judge, type HeardFacts } from './judgement.ts'
import type { Policy } from './policy.ts'

/** A difference between one definite answer and the one before it. */
export type Drift = {
  readonly field: string
  /** As Graph gives them: lists, Unix seconds with 0 = never, ids. */
  readonly before: unknown
  readonly after: unknown
  /** `error` when it makes the status of its check key worse, `info` when better, `warn` otherwise. */
  readonly severity: 'error' | 'warn' | 'info'
  readonly phoneNumberId?: string
}

type FieldChange = Pick<Drift, 'field' | 'before' | 'after'> & { readonly key: CheckKey | null }

/**
 * Everything that changed between two definite answers to the same question about the same token. Pure. `others` are
 * the other answers, which may explain what these two say.
 */
export function driftBetween(
  before: Facts,
  after: HeardFacts,
  others: readonly HeardFacts[],
  policy: Policy,
): readonly Drift[] {
  const gravityAt = (facts: Facts, key: CheckKey) => gravity({ ...after, facts }, others, key, policy)
  return changes(before, after.facts, policy).map(({ key, ...change }) => ({
    ...change,
    severity: key === null ? 'warn' : severityOf(gravityAt(before, key), gravityAt(after.facts, key)),
    ...(after.facts.about === 'phone' ? { phoneNumberId: after.facts.phoneNumberId } : {}),
  }))
}

function changes(before: Facts, after: Facts, policy: Policy): readonly FieldChange[] {
  const differing = (fields: readonly Field[], unsaid?: 'counts') => differences(fields, before, after, policy, unsaid)
  const fields = fieldsOf(after).filter(({ drifts }) => drifts)
  if (before.about === 'account' && after.about === 'account') return nodeChanges(before, after, fields, differing)
  if (before.about === 'phone' && after.about === 'phone') return nodeChanges(before, after, fields, differing)
  // A token that is not alive says `null` of all but its validity and its app.
  return differing(fields)
}

type Differing = (fields: readonly Field[], unsaid?: 'counts') => readonly FieldChange[]

function nodeChanges(
  before: AccountFacts | PhoneFacts,
  after: AccountFacts | PhoneFacts,
  fields: readonly Field[],
  differing: Differing,
): readonly FieldChange[] {
  const key = after.about === 'account' ? 'whatsapp:business-account' : 'whatsapp:phone-number'
  const reachable = [before, after].map(isReachable)
  if (reachable[0] !== reachable[1])
    return [{ field: `${after.about}.reachable`, key, before: reachable[0], after: reachable[1] }]
  // A lock says something of sending, also where Graph said nothing of it before.
  const isLocked = before.kind === 'locked' || after.kind === 'locked'
  return isLocked
    ? differing(
        fields.filter(({ name }) => name.endsWith('.can_send_message')),
        'counts',
      )
    : differing(fields)
}

/** What is not said in one of the two is not compared, unless it counts: silence is no change. Lists are sets. */
function differences(
  fields: readonly Field[],
  before: Facts,
  after: Facts,
  policy: Policy,
  unsaid?: 'counts',
): readonly FieldChange[] {
  return fields
    .map(({ name, key, wire }) => ({
      field: name,
      key,
      before: asSet(wire(before, policy)),
      after: asSet(wire(after, policy)),
    }))
    .filter((change) => unsaid === 'counts' || (change.before !== null && change.after !== null))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after))
}

function isReachable({ kind }: AccountFacts | PhoneFacts): boolean {
  return kind === 'readable' || kind === 'locked'
}

/** A list without order and repetition, whatever is in it. */
function asSet(value: unknown): unknown {
  if (Array.isArray(value)) {
    const texts = value.map((each) => JSON.stringify(asSet(each)))
    return [...new Set(texts)].toSorted(compare).map((text): unknown => JSON.parse(text))
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, asSet(each)]))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

function gravity(answer: HeardFacts, others: readonly HeardFacts[], key: CheckKey, policy: Policy): number {
  const own = judge([answer, ...others], new Map(), policy).judged.filter((each) => each.answer === answer)
  return Math.max(0, ...own.flatMap(({ finding }) => (finding.key === key ? weight(finding) : [])))
}

function weight({ severity }: Finding): number {
  return severity === 'fail' ? 2 : 1
}

function severityOf(before: number, after: number): Drift['severity'] {
  return after > before ? 'error' : after < before ? 'info' : 'warn'
}
