/** @jsxImportSource hono/jsx */
import { liveOf } from '../../guard/state.ts'
import { When } from './parts.tsx'
import type { Shown } from './words.ts'

/** The token's life from its issue to its end, where the policy lets it have one. */
export function Expiry({ shown }: { readonly shown: Shown }) {
  const life = lifeOf(shown)
  if (life === null) return <></>
  const { startMs, rotateMs, endMs, nowMs, isIssue } = life
  const at = (ms: number) => `${(Math.min(1, Math.max(0, (ms - startMs) / (endMs - startMs))) * 100).toFixed(2)}%`
  const rest = `${(100 - Number.parseFloat(at(rotateMs))).toFixed(2)}%`
  return (
    <section id="expiry" aria-labelledby="end">
      <h2 id="end">Expiry</h2>
      <div class="card">
        <svg class="life" aria-hidden="true" width="100%" height="20">
          <rect class="whole" x="0" y="6" width="100%" height="8" rx="4" />
          <rect class="due" x={at(rotateMs)} y="6" width={rest} height="8" rx="4" />
          <rect class="lived" x="0" y="6" width={at(nowMs)} height="8" rx="4" />
          <circle cx={at(nowMs)} cy="10" r="8" />
        </svg>
        <dl class="ends">
          <Moment name={isIssue ? 'Issued' : 'Line begins'} ms={startMs} nowMs={nowMs} />
          {rotateMs > startMs && <Moment name="Renew from" ms={rotateMs} nowMs={nowMs} />}
          <Moment name={nowMs < endMs ? 'Expires' : 'Expired'} ms={endMs} nowMs={nowMs} />
        </dl>
      </div>
    </section>
  )
}

function Moment({ name, ms, nowMs }: { readonly name: string; readonly ms: number; readonly nowMs: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <When ms={ms} nowMs={nowMs} />
      </dd>
    </div>
  )
}

/** The end is Graph's word, what remains is by our clock, as everything here that counts. */
function lifeOf({ known: { health, state }, config, nowMs }: Shown) {
  const { expiresAtMs: endMs } = health
  if (config.expiry === 'never' || endMs === null) return null
  const issuedMs = liveOf(state.answers.get('token') ?? null)?.issuedAtMs ?? null
  const isIssue = issuedMs !== null && issuedMs < endMs
  const startMs = isIssue ? issuedMs : Math.min(nowMs, endMs - 2 * config.rotateBeforeMs)
  return { startMs, rotateMs: Math.max(startMs, endMs - config.rotateBeforeMs), endMs, nowMs, isIssue }
}
