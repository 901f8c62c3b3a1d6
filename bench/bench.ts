// `bun run bench` measures, and writes bench/RESULTS.md. `--quick` takes a minute, and writes nothing.
// `--guard` compares only ratios, with wide margins; it exits 1 if one is exceeded.
import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { goals } from './goals.ts'
import { judge } from './guard.ts'
import { measureMemory } from './memory.ts'
import { CONTENDERS, LOADS, measureProbes } from './probes.ts'
import { goalsText, machineText, memoryText, probesText, sizesText, startsText } from './report.ts'
import { measureBundle, measureInstalls } from './sizes.ts'
import { measureStarts } from './starts.ts'
import { BUN, openWorld, PEERS, ROOT } from './world.ts'

const { quick: isQuick, guard: isGuard } = options()
const say = (text: string) => process.stdout.write(`${text}\n\n`)

const missing = ['wrk', 'openssl', 'curl', 'jq', 'npm', 'node'].filter((program) => Bun.which(program) === null)
if (missing.length > 0) {
  say(`Not found: ${missing.join(', ')}. On Debian: apt-get install wrk openssl curl jq`)
  process.exit(1)
}
const must = (command: readonly string[], cwd: string) => {
  const [program = '', ...args] = command
  if (spawnSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) process.exit(1)
}
must([BUN, 'run', '--silent', 'build'], ROOT)
if (!existsSync(join(PEERS, 'node_modules'))) must(['npm', 'ci', '--silent', '--no-audit', '--no-fund'], PEERS)

const world = await openWorld()
try {
  if (isGuard) process.exitCode = (await judge(world, say)) ? 0 : 1
  else await measureAll()
} finally {
  await world.end()
}

/** Refuses unknown options: a mistyped one would overwrite the results. */
function options(): { readonly quick: boolean; readonly guard: boolean } {
  try {
    const flag = { type: 'boolean', default: false } as const
    return parseArgs({ options: { quick: flag, guard: flag } }).values
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\nExpected --quick, --guard or nothing.\n`)
    process.exit(64)
  }
}

async function measureAll(): Promise<void> {
  const probing = { rounds: isQuick ? 1 : 3, seconds: 1, world }
  const parts: string[] = []
  const add = (text: string) => {
    parts.push(text)
    say(text)
  }
  const machine = machineText()
  say(machine)
  add('## Starts\n\nTo the end of the process, or until it listens. Over HTTPS, on a good token.')
  const starts = await measureStarts(world, isQuick ? 5 : 25)
  add(startsText(starts))
  add('## Probes\n\nRatios are to the first line of each table.')
  for (const runtime of ['bun', 'node'] as const) {
    add(`### ${runtime === 'bun' ? 'Bun' : 'Node'}`)
    for (const load of LOADS) add(probesText(load, await measureProbes(CONTENDERS[runtime], load, probing)))
  }
  const probes = isQuick ? 50_000 : 1_000_000
  add(`## Memory\n\nResident size, idle and after each fifth of ${probes} probes.`)
  const memory = await measureMemory(world, probes)
  add(memoryText(memory))
  add('## Size')
  add(sizesText(measureInstalls(), measureBundle(world)))
  const how = 'Resident: the median of the sizes after each fifth of the probes.'
  const reached = `## Goals\n\n${goalsText(goals(starts, memory))}\n\n${how}`
  say(reached)
  const head = '# Results\n\nWritten by `bun run bench`. Medians; in brackets half the distance of the quartiles.'
  const text = `${[head, machine, reached, ...parts].join('\n\n')}\n`
  if (!isQuick) writeFileSync(join(import.meta.dir, 'RESULTS.md'), text)
}
