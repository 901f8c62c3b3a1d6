/** @jsxImportSource hono/jsx */
import type { DriftRecord } from '../../guard/history.ts'
import type { Facts, TokenFacts } from '../../verification/facts.ts'
import { fieldsOf } from '../../verification/fields.ts'
import type { Known } from '../operator.ts'
import { When } from './parts.tsx'

/** What is for operators alone: identifiers, what Graph said, and what changed. */

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

type DriftsProps = { readonly history: readonly DriftRecord[]; readonly nowMs: number }

/** The newest first. */
export function Drifts({ history, nowMs }: DriftsProps) {
  return (
    <section id="drift" aria-labelledby="changes">
      <h2 id="changes">Drift</h2>
      <div class="card">
        {history.length === 0 ? <p>Nothing has changed since the start.</p> : <></>}
        {history.map((record) => (
          <DriftDetails record={record} nowMs={nowMs} />
        ))}
      </div>
    </section>
  )
}

/** A change that has its place in a line. */
const SHORT = 60

/** As far as colours go. */
const TONES = { error: 'fail', warn: 'warn', info: 'pass' } as const

function DriftDetails({ record, nowMs }: { readonly record: DriftRecord; readonly nowMs: number }) {
  const { atMs, checkId, field, phoneNumberId = '', before, after, severity } = record
  const change = `${JSON.stringify(before)} → ${JSON.stringify(after)}`
  return (
    <details id={['drift', checkId, field, phoneNumberId].join('-').replaceAll(/\s/g, '-')}>
      <summary>
        <span class={`badge ${TONES[severity]}`}>{severity}</span>{' '}
        <strong>
          {field}
          {phoneNumberId === '' ? '' : ` (${phoneNumberId})`}
        </strong>{' '}
        {change.length <= SHORT && <code>{change}</code>}{' '}
        <span class="soft">
          <When ms={atMs} nowMs={nowMs} />
        </span>
      </summary>
      <dl>
        <dt>Before</dt>
        <dd>
          <code>{JSON.stringify(before)}</code>
        </dd>
        <dt>After</dt>
        <dd>
          <code>{JSON.stringify(after)}</code>
        </dd>
        <dt>Check</dt>
        <dd>
          <code>{checkId}</code>
        </dd>
      </dl>
    </details>
  )
}
