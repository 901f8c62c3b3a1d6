/** @jsxImportSource hono/jsx */
import type { Facts, TokenFacts } from '../../verification/facts.ts'
import { fieldsOf } from '../../verification/fields.ts'
import type { Known } from '../operator.ts'

/** What is for operators alone: identifiers, and what Graph said. */

export function KnownFacts({ known }: { readonly known: Known }) {
  return (
    <section id="facts" aria-labelledby="known">
      <h2 id="known">Facts</h2>
      <div class="card">
        <dl>
          {rowsOf(known)
            .filter(([, value]) => value !== null && value !== '')
            .map(([name, value]) => (
              <>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </>
            ))}
        </dl>
      </div>
    </section>
  )
}

type Row = readonly [name: string, value: string | null]

function rowsOf({ fingerprint, state }: Known): readonly Row[] {
  return [
    ['Fingerprint', fingerprint === null ? null : `${fingerprint} (the first 12 hex digits of the token's SHA-256)`],
    ...[...state.answers.values()].flatMap(({ facts }) =>
      facts.about === 'token' ? tokenRows(facts) : nodeRows(facts),
    ),
  ]
}

/** A line for each field. */
function tokenRows(facts: TokenFacts): readonly Row[] {
  return fieldsOf(facts).flatMap(({ label, words }) =>
    label === undefined || words === undefined ? [] : [[label, words(facts)] as const],
  )
}

/** One line for all. */
function nodeRows(facts: Exclude<Facts, TokenFacts>): readonly Row[] {
  if ((facts.about === 'account' || facts.about === 'phone') && facts.kind !== 'readable')
    return [[titleOf(facts), facts.kind]]
  const words = fieldsOf(facts).flatMap((each) => each.words?.(facts) ?? [])
  return [[titleOf(facts), words.join(' · ')]]
}

function titleOf(facts: Exclude<Facts, TokenFacts>): string {
  if (facts.about === 'account') return `Messaging account ${facts.businessAccountId}`
  return facts.about === 'phone' ? `Number ${facts.phoneNumberId}` : TITLES[facts.about]
}

const TITLES = {
  numbers: "The account's numbers",
  subscriptions: 'Webhooks',
  app: "The app's webhooks",
  me: 'User',
  connection: 'Graph version and clock',
} as const
