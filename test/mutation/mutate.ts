// `npm run mutate` shows whether the tests of the pure core can fail. It changes one thing at a time in a copy of the
// project, and runs the unit tests. `-- --sample N` takes only every Nth mutant. It prints the survivors.
// Stryker has no runner for bun:test, and with its command runner every mutant would run the whole suite.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

const ROOT = new URL('../..', import.meta.url).pathname
const WORKERS = 2
const TIME_OUT_MS = 60_000

/** The pure core, and its tests. */
const AREAS: readonly (readonly [folder: string, files: RegExp, tests: readonly string[]])[] = [
  ['src/verification', /^(?!.*(test|fake)).*\.ts$/, ['src/verification', 'src/guard', 'src/graph']],
  [
    'src/guard',
    /^(state|health|checks|changes|schedule|history|instant|remembered)\.ts$/,
    ['src/guard', 'src/http', 'src/report'],
  ],
  ['src/graph', /^(wire|wire\.assets|errors|meaning|headers)\.ts$/, ['src/graph', 'src/guard']],
  ['src/alerts', /^(alert|attempt|signature)\.ts$/, ['src/alerts']],
  ['src/assembly', /^mark\.ts$/, ['src/assembly']],
  ['src/net', /^(backoff|retry-after)\.ts$/, ['src/net', 'src/graph', 'src/guard', 'src/alerts']],
  ['src/rotation', /^(at-work|obstacles|place|plan)\.ts$/, ['src/rotation']],
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
  readonly file: string
  readonly line: number
  readonly from: string
  readonly to: string
  readonly text: string
  readonly tests: readonly string[]
}

function mutantsOf(folder: string, name: string, tests: readonly string[]): readonly Mutant[] {
  const file = join(folder, name)
  const source = readFileSync(join(ROOT, file), 'utf8')
  const lines = source.split('\n')
  return lines.flatMap((code, at) => {
    if (/^\s*(\/\/|\/?\*|import |export type|type |readonly )/.test(code)) return []
    return CHANGES.flatMap(([from, to]) =>
      [...code.matchAll(from)].map((match) => {
        const changed = code.slice(0, match.index) + to + code.slice(match.index + match[0].length)
        const text = [...lines.slice(0, at), changed, ...lines.slice(at + 1)].join('\n')
        return { file, line: at + 1, from: code.trim(), to: changed.trim(), text, tests }
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

async function survives(copy: string, { file, text, tests }: Mutant): Promise<boolean> {
  const path = join(copy, file)
  const original = readFileSync(path, 'utf8')
  writeFileSync(path, text)
  try {
    const child = Bun.spawn([process.execPath, 'test', '--bail', ...tests], {
      cwd: copy,
      stdout: 'ignore',
      stderr: 'ignore',
    })
    // A mutant that runs for ever counts as killed.
    const timer = setTimeout(() => child.kill('SIGKILL'), TIME_OUT_MS)
    const code = await child.exited
    clearTimeout(timer)
    return code === 0
  } finally {
    writeFileSync(path, original)
  }
}

const at = process.argv.indexOf('--sample')
const step = at === -1 ? 1 : Number(process.argv[at + 1])
if (!Number.isInteger(step) || step < 1 || process.argv.length > (at === -1 ? 2 : 4)) {
  process.stderr.write('Expected nothing, or --sample N with N from 1 on.\n')
  process.exit(64)
}
const all = AREAS.flatMap(([folder, files, tests]) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => files.test(name))
    .flatMap((name) => mutantsOf(folder, name, tests)),
)
const mutants = all.filter((_, nth) => nth % step === 0)
const survivors: Mutant[] = []
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
  process.stdout.write(`${basename(folder)}: ${within(mutants) - within(survivors)} of ${within(mutants)} killed\n`)
}
process.stdout.write(`${mutants.length - survivors.length} of ${mutants.length} killed (of ${all.length} there are)\n`)
