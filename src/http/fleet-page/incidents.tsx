/** @jsxImportSource hono/jsx */
import type { OpenIncident } from '../../fleet/reading.ts'
import { SUSPECT_CODE } from '../../fleet/remarks.ts'
import { Badge } from '../page/parts.tsx'
import { listAddress } from './addresses.ts'
import { counted } from './fleet-words.ts'
import { Stranger } from './stranger.tsx'

const SHOWN_MAX = 20

const KINDS = {
  confirmed: { tone: 'fail', says: 'The refusals took effect: these tokens fail.' },
  suspect: {
    tone: 'warn',
    says: 'Graph refuses many tokens of this app at once. The refusals are held, and the last verified state stays.',
  },
  watched: { tone: 'warn', says: 'The tokens verify again. New refusals are held for a while longer.' },
} as const

/** Each app of which many tokens are refused at once: what took effect first, and where most is held. */
export function Incidents({ incidents }: { readonly incidents: readonly OpenIncident[] }) {
  if (incidents.length === 0) return <></>
  const order = Object.keys(KINDS)
  const sorted = incidents.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || b.held - a.held)
  return (
    <section id="incidents" aria-labelledby="at-once">
      <h2 id="at-once">{incidents.length === 1 ? 'Incident' : 'Incidents'}</h2>
      {sorted.slice(0, SHOWN_MAX).map((incident) => (
        <Incident incident={incident} />
      ))}
      {sorted.length > SHOWN_MAX && <p class="soft">And {counted(sorted.length - SHOWN_MAX, 'more app')}.</p>}
    </section>
  )
}

function Incident({ incident: { appId, kind, held } }: { readonly incident: OpenIncident }) {
  const { tone, says } = KINDS[kind]
  return (
    <article class={`card finding ${tone}`} id={`incident-${encodeURIComponent(appId)}`}>
      <p class="kind">
        <Badge status={tone} text={kind} />
      </p>
      <h3>
        {appId === '' ? (
          'Tokens whose app is not known yet'
        ) : (
          <>
            App{' '}
            <a href={listAddress({ app: appId })}>
              <Stranger text={appId} />
            </a>
          </>
        )}
      </h3>
      <p>{says}</p>
      {held > 0 && (
        <p>
          <a href={listAddress({ code: SUSPECT_CODE, ...(appId === '' ? {} : { app: appId }) })}>
            {counted(held, 'refusal')} held
          </a>
        </p>
      )}
    </article>
  )
}
