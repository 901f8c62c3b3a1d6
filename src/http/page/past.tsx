/** @jsxImportSource hono/jsx */
import type { DriftRecord, Past } from '../../guard/history.ts'
import { Badge, When } from './parts.tsx'

/** What happened, for operators alone: over restarts, where a state file is kept. */

type PastProps = { readonly past: Past; readonly nowMs: number }
type StatusesProps = PastProps & { /** Where there was no status before. */ readonly first?: string }

/** Since when the status is as it is, and what it was before. The newest first. */
export function Statuses({ past: { statuses }, nowMs, first = 'at the first start' }: StatusesProps) {
  return (
    <section id="statuses" aria-labelledby="since">
      <h2 id="since">Status changes</h2>
      <div class="card">
        {statuses.length === 0 ? <p>None yet.</p> : <></>}
        {statuses.map(({ atMs, before, after }) => (
          <p>
            <Badge status={after} />{' '}
            <span class="soft">
              {before === null ? first : `after ${before}`}, <When ms={atMs} nowMs={nowMs} />
            </span>
          </p>
        ))}
      </div>
    </section>
  )
}

/** The newest first. */
export function Drifts({ past: { drifts }, nowMs }: PastProps) {
  return (
    <section id="drift" aria-labelledby="changes">
      <h2 id="changes">Drift</h2>
      <div class="card">
        {drifts.length === 0 ? <p>Nothing has changed.</p> : <></>}
        {drifts.map((record) => (
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
