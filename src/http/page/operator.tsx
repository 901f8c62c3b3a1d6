/** @jsxImportSource hono/jsx */
import type { DriftRecord } from '../../guard/history.ts'
import { liveOf } from '../../guard/state.ts'
import type { Expiry, Facts, LiveToken, Sending } from '../../verification/facts.ts'
import { listed } from '../../verification/words.ts'
import type { Known } from '../operator.ts'
import { absolute, When } from './parts.tsx'

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
  const live = liveOf(state.answers.get('token') ?? null)
  return [
    ['Fingerprint', fingerprint === null ? null : `${fingerprint} (the first 12 hex digits of the token's SHA-256)`],
    ...(live === null ? [] : tokenRows(live)),
    ...[...state.answers.values()].flatMap(({ facts }) => assetRows(facts)),
  ]
}

function tokenRows({ appId, userId, type, scopes, issuedAtMs, ...ends }: LiveToken): readonly Row[] {
  return [
    ['Type', type],
    ['App', appId],
    ['User', userId],
    ['Permissions', listed(scopes)],
    ['Issued', issuedAtMs === null ? null : absolute(issuedAtMs)],
    ['Expires', dateOf(ends.expiresAt)],
    ['Data access ends', dateOf(ends.dataAccessExpiresAt)],
  ]
}

function assetRows(facts: Facts): readonly Row[] {
  switch (facts.about) {
    case 'account':
      return [['Business account', facts.kind === 'readable' ? readable(facts) : facts.kind]]
    case 'phone':
      return [[`Number ${facts.phoneNumberId}`, facts.kind === 'readable' ? readable(facts) : facts.kind]]
    case 'numbers':
      return [["The account's numbers", listed(facts.phoneNumberIds)]]
    case 'subscriptions':
      return [['Subscribed apps', listed(facts.appIds)]]
    case 'connection':
      return [['Graph version', facts.servedVersion]]
    case 'token':
      return []
  }
}

type Readable = {
  readonly name: string | null
  readonly displayNumber?: string | null
  readonly status: string | null
  readonly sending: Sending | null
}

function readable({ name, displayNumber = null, status, sending }: Readable): string {
  const sends = sending === null ? null : `sending ${sending.canSend}`
  return [displayNumber, name, status, sends].filter((each) => each !== null).join(' · ')
}

function dateOf(expiry: Expiry): string | null {
  return typeof expiry === 'number' ? absolute(expiry) : expiry
}

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
