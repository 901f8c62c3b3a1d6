// `npm run coverage` shows how much of each folder the unit tests run. Code that only the process tests run is not counted.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = new URL('../..', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'token-guard-coverage-'))
const how = ['--coverage', '--coverage-reporter=lcov', `--coverage-dir=${folder}`]
const suite = Bun.spawnSync([process.execPath, 'test', '--timeout=30000', ...how, 'src'], { cwd: ROOT })
if (suite.exitCode !== 0) throw new Error(`the tests fail: ${String(suite.stderr)}`)
const records = readFileSync(join(folder, 'lcov.info'), 'utf8').split('end_of_record')
rmSync(folder, { recursive: true })

type Counts = { lines: number; linesRun: number; functions: number; functionsRun: number }
const areas = new Map<string, Counts>()
for (const record of records) {
  const [, area] = /SF:(src\/[^/]+)\/(?!.*\.(?:test|fake)\.)/.exec(record) ?? []
  if (area === undefined) continue
  const count = (key: string) => Number(new RegExp(`^${key}:(\\d+)`, 'm').exec(record)?.[1] ?? 0)
  const sum = areas.get(area) ?? { lines: 0, linesRun: 0, functions: 0, functionsRun: 0 }
  sum.lines += count('LF')
  sum.linesRun += count('LH')
  sum.functions += count('FNF')
  sum.functionsRun += count('FNH')
  areas.set(area, sum)
}
for (const [area, { lines, linesRun, functions, functionsRun }] of [...areas].toSorted()) {
  const percent = (run: number, all: number) => `${((100 * run) / Math.max(1, all)).toFixed(1).padStart(5)} %`
  console.log(
    `${area.padEnd(18)} ${percent(linesRun, lines)} of lines, ${percent(functionsRun, functions)} of functions`,
  )
}
