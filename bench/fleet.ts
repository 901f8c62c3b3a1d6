// `bun run bench:fleet` measures the fleet in dist/ and writes bench/FLEET.md. With names, those drills alone; each replaces
// its own section there. `--rounds N` in place of a drill's own number; `--note TEXT` is written with the results. All of them take
// most of an hour.
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { hasPostgres } from '../test/system/postgres.ts'
import { APPS } from './fleet/apps.ts'
import { CANARIES } from './fleet/canaries.ts'
import { INCIDENTS } from './fleet/incidents.ts'
import { KILLING } from './fleet/kills.ts'
import { MILLION } from './fleet/million.ts'
import { OUTAGE } from './fleet/outage.ts'
import { keepSection, sectionText, type Drill, type Figure } from './fleet/report.ts'
import { RHYTHM, RHYTHM_ON_NODE } from './fleet/rhythm.ts'
import { SCHEMA } from './fleet/schema.ts'

const DRILLS: Readonly<Record<string, Drill>> = {
  rhythm: RHYTHM,
  'rhythm on Node': RHYTHM_ON_NODE,
  kills: KILLING,
  outage: OUTAGE,
  apps: APPS,
  million: MILLION,
  incidents: INCIDENTS,
  schema: SCHEMA,
  canaries: CANARIES,
}

const { names, rounds, note } = options()
if (!hasPostgres) refuse('PostgreSQL was not found. On Debian: apt-get install postgresql')
for (const name of names) await measure(name)

async function measure(name: string): Promise<void> {
  const drill = DRILLS[name]
  if (drill === undefined) return
  const load = () => (loadavg()[0] ?? NaN).toFixed(2)
  const before = load()
  const figures: (readonly Figure[])[] = []
  for (let round = 0; round < (rounds ?? drill.rounds); round++) figures.push(await drill.run())
  const text = sectionText(
    name,
    drill,
    figures,
    `The machine's load before: ${before}.${note === '' ? '' : ` ${note}`}`,
  )
  process.stdout.write(`${text}\n\n`)
  keepSection(join(import.meta.dir, 'FLEET.md'), Object.keys(DRILLS), name, text)
}

function options(): { readonly names: readonly string[]; readonly rounds: number | null; readonly note: string } {
  const { values, positionals } = parseArgs({
    options: { rounds: { type: 'string' }, note: { type: 'string', default: '' } },
    allowPositionals: true,
  })
  const unknown = positionals.find((name) => DRILLS[name] === undefined)
  if (unknown !== undefined) refuse(`There is no drill "${unknown}". There are: ${Object.keys(DRILLS).join(', ')}`)
  return {
    names: positionals.length === 0 ? Object.keys(DRILLS) : positionals,
    note: values.note,
    rounds: values.rounds === undefined ? null : Number(values.rounds),
  }
}

function refuse(why: string): never {
  process.stderr.write(`${why}\n`)
  process.exit(64)
}
