/** @jsxImportSource hono/jsx */
import { isLate, type Counts } from '../../fleet/reading.ts'
import type { LastChange, WrongInFleet } from '../../fleet/worst-first.ts'
import { Badge, Mark, When } from '../page/parts.tsx'
import { listAddress, tokenAddress } from './addresses.ts'
import { Meaning } from './code-words.tsx'
import { counted, FLEET_STATUSES, numberText, secondsText } from './fleet-words.ts'
import { Stranger } from './stranger.tsx'

/** The whole of a fleet: how many tokens are how, what is wrong, what happened last, and how the work goes. */

/** Each leads to its tokens. */
export function StatusCounts({ counts: { tokens } }: { readonly counts: Counts }) {
  return (
    <nav class="tiles" aria-label="Tokens by status">
      {FLEET_STATUSES.map((status) => (
        <a class={`card tile ${status}`} id={`count-${status}`} href={listAddress({ status })}>
          <span class="number">{numberText(tokens[status])}</span> <Badge status={status} />
        </a>
      ))}
    </nav>
  )
}

/** The codes, worst first, each with its tokens. */
export function Wrong({ wrong }: { readonly wrong: readonly WrongInFleet[] }) {
  if (wrong.length === 0) return <></>
  return (
    <section id="wrong" aria-labelledby="what-is-wrong">
      <h2 id="what-is-wrong">What is wrong</h2>
      <div class="card">
        <ul>
          {wrong.map(({ code, tokens, failing }) => (
            <li id={`wrong-${code}`}>
              <Mark tone={failing > 0 ? 'fail' : 'warn'} />
              <div>
                <code>{code}</code>
              </div>
              <a href={listAddress({ code })}>{counted(tokens, 'token')}</a>
              <div class="soft">
                <Meaning code={code} />
                {failing > 0 && failing < tokens ? ` ${numberText(failing)} of them fail.` : ''}
              </div>
            </li>
          ))}
        </ul>
      </div>
    </section>
  )
}

type ChangesProps = { readonly changes: readonly LastChange[]; readonly nowMs: number }

/** The newest first. */
export function LastChanges({ changes, nowMs }: ChangesProps) {
  return (
    <section id="last" aria-labelledby="last-changes">
      <h2 id="last-changes">Last changes</h2>
      <div class="card">
        {changes.length === 0 ? <p>None yet.</p> : <></>}
        <ul>
          {changes.map((change) => (
            <Change change={change} nowMs={nowMs} />
          ))}
        </ul>
      </div>
    </section>
  )
}

function Change({ change, nowMs }: { readonly change: LastChange; readonly nowMs: number }) {
  const { seq, event, status, previousStatus, findings, atMs } = change
  const codes = [...new Set(findings.map(({ code }) => code))]
  return (
    <li id={`change-${seq}`}>
      <Mark tone={status} />
      <div>
        <Subject change={change} />
      </div>
      <Badge status={status} />
      <div class="soft">
        <code>{event}</code>
        {previousStatus === null || previousStatus === status ? '' : ` after ${previousStatus}`}
        {codes.length === 0 ? '' : `: ${codes.join(', ')}`}, <When ms={atMs} nowMs={nowMs} />
      </div>
    </li>
  )
}

/** Whom a change is about. */
function Subject({ change: { tokenId, tenant, appId, count } }: { readonly change: LastChange }) {
  if (tokenId !== null)
    return (
      <>
        <a href={tokenAddress(tokenId)}>
          <Stranger text={tokenId} />
        </a>
        {tenant === null ? (
          <></>
        ) : (
          <>
            {' '}
            of <Stranger text={tenant} />
          </>
        )}
      </>
    )
  return (
    <>
      {appId === null ? (
        'The fleet'
      ) : (
        <>
          App <Stranger text={appId} />
        </>
      )}
      {count === null ? '' : `, ${counted(count, 'token')}`}
    </>
  )
}

type WorkProps = { readonly counts: Counts; readonly intervalMs: number; readonly nowMs: number }

/** Whether the workers keep up, and whether what they found has been sent. */
export function Work({ counts, intervalMs, nowMs }: WorkProps) {
  const { lagSeconds, pausedApps, unsentChanges, listedAtMs } = counts
  return (
    <section id="work" aria-labelledby="how-it-goes">
      <h2 id="how-it-goes">Workers</h2>
      <div class="card">
        <dl>
          <dt>Lag of the checks</dt>
          <dd id="lag">
            {secondsText(lagSeconds)}{' '}
            {isLate(counts, intervalMs) ? <Badge status="warn" text="late" /> : <Badge status="pass" text="in time" />}
          </dd>
          <dt>Interval</dt>
          <dd>{secondsText(intervalMs / 1000)}</dd>
          <dt>Throttled by Graph</dt>
          <dd id="throttled">
            {pausedApps === 0 ? 'no app' : <Badge status="warn" text={counted(pausedApps, 'app')} />}
          </dd>
          <dt>Not sent yet</dt>
          <dd id="unsent">{unsentChanges === 0 ? 'nothing' : counted(unsentChanges, 'change')}</dd>
          <dt>List read</dt>
          <dd id="listed">{listedAtMs === null ? 'not yet' : <When ms={listedAtMs} nowMs={nowMs} />}</dd>
        </dl>
      </div>
    </section>
  )
}
