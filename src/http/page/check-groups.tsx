/** @jsxImportSource hono/jsx */
import type { CheckEntry } from '../../guard/checks.ts'
import { CHECK_NAMES, checkText } from '../../report/checks.ts'
import type { CheckKey } from '../../verification/codes.ts'
import { Badge, Mark, When } from './parts.tsx'
import type { Shown } from './words.ts'

const GROUPS: readonly (readonly [id: string, name: string, keys: RegExp])[] = [
  ['token', 'Token', /^token:/],
  ['whatsapp', 'WhatsApp', /^whatsapp:/],
  ['graph', 'Graph API', /^(graph|clock):/],
]

/** As people call them, below their group's name. */
const NAMES: Readonly<Record<CheckKey, string>> = {
  ...CHECK_NAMES,
  'token:validity': 'validity',
  'graph:reachability': 'reachability',
  'graph:version': 'version',
}

/** Answers of one round come within this. */
const SAME_ROUND_MS = 10_000

type Row = { readonly key: CheckKey; readonly entry: CheckEntry }

/** All that is checked, in groups; a time of its own where a row was not answered in its group's last round. */
export function Checks({ shown }: { readonly shown: Shown }) {
  const rows = [...shown.known.health.checks].flatMap(([key, entries]) => entries.map((entry) => ({ key, entry })))
  return (
    <section id="checks" aria-labelledby="what-is-checked">
      <h2 id="what-is-checked">Checks</h2>
      <div class="groups">
        {GROUPS.map(([id, name, keys]) => (
          <Group id={id} name={name} rows={rows.filter(({ key }) => keys.test(key))} shown={shown} />
        ))}
      </div>
    </section>
  )
}

type GroupProps = {
  readonly id: string
  readonly name: string
  readonly rows: readonly Row[]
  readonly shown: Shown
}

function Group({ id, name, rows, shown }: GroupProps) {
  if (rows.length === 0) return <></>
  const times = rows.flatMap(({ entry }) => entry.atMs ?? [])
  const newestMs = times.length === 0 ? null : Math.max(...times)
  return (
    <div class="card group" id={id}>
      <h3>{name}</h3>
      <p class="soft">{newestMs === null ? 'No answer yet' : <When ms={newestMs} nowMs={shown.nowMs} />}</p>
      <ul>
        {rows.map((row) => (
          <CheckRow row={row} roundMs={newestMs} shown={shown} />
        ))}
      </ul>
    </div>
  )
}

type RowProps = { readonly row: Row; readonly roundMs: number | null; readonly shown: Shown }

function CheckRow({ row: { key, entry }, roundMs, shown }: RowProps) {
  const isOfRound = entry.atMs === null || (roundMs ?? 0) - entry.atMs < SAME_ROUND_MS
  return (
    <li>
      <Mark tone={entry.status} />
      <div class="name">{NAMES[key]}</div>
      <Badge status={entry.status} />
      <Detail checkKey={key} entry={entry} shown={shown} />
      {!isOfRound && entry.atMs !== null && (
        <div class="soft">
          <When ms={entry.atMs} nowMs={shown.nowMs} />
        </div>
      )}
    </li>
  )
}

type DetailProps = { readonly checkKey: CheckKey; readonly entry: CheckEntry; readonly shown: Shown }

/** The finding, which is shown in full above; else what is known: to the public in our own words alone. */
function Detail({ checkKey, entry, shown: { view, known } }: DetailProps) {
  const code = entry.finding?.code
  if (code !== undefined && known.health.findings.some((each) => each.code === code))
    return (
      <div class="soft">
        <a href={`#${code}`}>{code}</a>
      </div>
    )
  const text = view === 'operator' ? checkText(checkKey, entry, known.state) : (code ?? entry.note ?? '')
  return text === '' ? <></> : <div class="soft">{text}</div>
}
