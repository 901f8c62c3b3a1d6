// `npm run mutate` shows whether the tests of the pure core can fail. It changes one thing at a time in a copy of the
// project, and runs the unit tests. It prints the survivors. `-- --sample N` takes only every Nth mutant, and
// `-- --area NAME` those of one folder of `src`.
// Stryker has no runner for bun:test, and with its command runner every mutant would run the whole suite.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'

const ROOT = new URL('../..', import.meta.url).pathname
const WORKERS = 2
const TIME_OUT_MS = 60_000

type Area = {
  readonly folder: string
  /** Which of its files are mutated, by their paths within it. */
  readonly files: RegExp
  /** Whose tests run, one after the other: most mutants are killed by the first. */
  readonly tests: readonly string[]
}

/** The pure core, and its tests. */
const AREAS: readonly Area[] = [
  { folder: 'verification', files: /./, tests: ['verification', 'guard', 'graph'] },
  {
    folder: 'guard',
    files:
      /^(state|suspicion|health|checks|changes|pace|schedule|history|instant|remembered|remarks|questions|round)\.ts$/,
    tests: ['guard', 'http', 'report'],
  },
  {
    folder: 'graph',
    files: /^(wire|wire\.assets|wire\.health|errors|meaning|headers)\.ts$/,
    tests: ['graph', 'guard'],
  },
  {
    folder: 'alerts',
    files: /^(alert|attempt|drifts|heartbeat|policy|remembered-ledger|signature|standing|trial)\.ts$|^receivers\//,
    tests: ['alerts'],
  },
  { folder: 'memory', files: /^record\.ts$/, tests: ['memory'] },
  { folder: 'upstream', files: /^(exchange|policy-digest)\.ts$/, tests: ['upstream'] },
  { folder: 'assembly', files: /^mark\.ts$/, tests: ['assembly'] },
  { folder: 'net', files: /^(backoff|retry-after)\.ts$/, tests: ['net', 'graph', 'guard', 'alerts'] },
  { folder: 'rotation', files: /^(at-work|obstacles|place|plan)\.ts$/, tests: ['rotation'] },
]

const CHANGES: readonly (readonly [from: RegExp, to: string])[] = [
  [/ === /g, ' !== '],
  [/ !== /g, ' === '],
  [/ && /g, ' || '],
  [/ \|\| /g, ' && '],
  [/ \?\? /g, ' && '],
  [/ < /g, ' <= '],
  [/ <= /g, ' < '],
  [/ > /g, ' >= '],
  [/ >= /g, ' > '],
  [/ \+ /g, ' - '],
  [/ - /g, ' + '],
  [/ \* /g, ' / '],
  [/\btrue\b/g, 'false'],
  [/\bfalse\b/g, 'true'],
  [/\.some\(/g, '.every('],
  [/\.every\(/g, '.some('],
  [/\.filter\(/g, '.flatMap('],
  [/Math\.max\(/g, 'Math.min('],
  [/Math\.min\(/g, 'Math.max('],
  [/(?<=[ (])!(?=[\w(])/g, ''],
  // Not in a type.
  [/(?<!\| )'fail'(?! \|)/g, "'warn'"],
  [/(?<!\| )'warn'(?! \|)/g, "'pass'"],
]

type Mutant = {
  readonly area: Area
  readonly file: string
  readonly line: number
  readonly from: string
  readonly to: string
  readonly text: string
}

function mutantsOf(area: Area): readonly Mutant[] {
  return readdirSync(join(ROOT, 'src', area.folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => area.files.test(path) && /(?<!\.(test|fake|d))\.ts$/.test(path))
    .toSorted()
    .flatMap((path) => mutantsIn(area, join('src', area.folder, path)))
}

function mutantsIn(area: Area, file: string): readonly Mutant[] {
  const lines = readFileSync(join(ROOT, file), 'utf8').split('\n')
  return lines.flatMap((code, at) => {
    if (/^\s*(\/\/|\/?\*|import |export type|type |readonly )/.test(code)) return []
    return CHANGES.flatMap(([from, to]) =>
      [...code.matchAll(from)].map((match) => {
        const changed = code.slice(0, match.index) + to + code.slice(match.index + match[0].length)
        const text = [...lines.slice(0, at), changed, ...lines.slice(at + 1)].join('\n')
        return { area, file, line: at + 1, from: code.trim(), to: changed.trim(), text }
      }),
    )
  })
}

function copyOfProject(): string {
  const copy = mkdtempSync(join(tmpdir(), 'token-guard-mutants-'))
  for (const name of ['src', 'package.json', 'bunfig.toml', 'tsconfig.json'])
    cpSync(join(ROOT, name), join(copy, name), { recursive: true })
  mkdirSync(join(copy, 'test'))
  cpSync(join(ROOT, 'test/process'), join(copy, 'test/process'), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

async function passes(copy: string, { tests }: Area): Promise<boolean> {
  for (const folder of tests) {
    const child = Bun.spawn([process.execPath, 'test', '--bail', '--timeout=30000', `./src/${folder}/`], {
      cwd: copy,
      stdout: 'ignore',
      stderr: 'ignore',
    })
    // A mutant that runs for ever counts as killed.
    const timer = setTimeout(() => child.kill('SIGKILL'), TIME_OUT_MS)
    const code = await child.exited
    clearTimeout(timer)
    if (code !== 0) return false
  }
  return true
}

async function survives(copy: string, { area, file, text }: Mutant): Promise<boolean> {
  const path = join(copy, file)
  const original = readFileSync(path, 'utf8')
  writeFileSync(path, text)
  try {
    return await passes(copy, area)
  } finally {
    writeFileSync(path, original)
  }
}

function fail(code: number, problem: string): never {
  process.stderr.write(`${problem}\n`)
  process.exit(code)
}

const { sample, area: only } = parseArgs({
  options: { sample: { type: 'string', default: '1' }, area: { type: 'string' } },
}).values
const step = Number(sample)
if (!Number.isInteger(step) || step < 1) fail(64, 'Expected --sample N with N from 1 on.')
const areas = AREAS.filter(({ folder }) => only === undefined || folder === only)
if (areas.length === 0) fail(64, `Expected --area with one of ${AREAS.map(({ folder }) => folder).join(', ')}.`)

const all = areas.flatMap(mutantsOf)
const mutants = all.filter((_, nth) => nth % step === 0)
const survivors: Mutant[] = []
// Tests that fail anyway would kill every mutant.
const unchanged = copyOfProject()
const failing: Area[] = []
for (const area of areas) if (!(await passes(unchanged, area))) failing.push(area)
rmSync(unchanged, { recursive: true })
if (failing.length > 0) fail(1, `Without any change tests fail: ${failing.map(({ folder }) => folder).join(', ')}.`)

let next = 0
await Promise.all(
  Array.from({ length: WORKERS }, async () => {
    const copy = copyOfProject()
    for (let mutant = mutants[next++]; mutant !== undefined; mutant = mutants[next++])
      if (await survives(copy, mutant)) survivors.push(mutant)
    rmSync(copy, { recursive: true })
  }),
)
for (const { file, line, from, to } of survivors.toSorted((a, b) => a.file.localeCompare(b.file) || a.line - b.line))
  process.stdout.write(`survived ${file}:${line}\n  - ${from}\n  + ${to}\n`)
for (const folder of new Set(mutants.map(({ file }) => dirname(file)))) {
  const within = (list: readonly Mutant[]) => list.filter(({ file }) => dirname(file) === folder).length
  process.stdout.write(`${folder}: ${within(mutants) - within(survivors)} of ${within(mutants)} killed\n`)
}
process.stdout.write(`${mutants.length - survivors.length} of ${mutants.length} killed (of ${all.length} there are)\n`)
