// Compiles dist/ and Bun into one file for each target, in out/binary, with SHA256SUMS.
//   node .ci/binary.mjs [--target linux-x64 …] [--no-bytecode] [--out FOLDER]
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { EMBEDDED, EXTERNAL } from './bundled.mjs'

/** By Bun's names. `-baseline`: any x64 processor, not those since 2013 alone. */
const TARGETS = {
  'linux-x64': 'bun-linux-x64-baseline',
  'linux-arm64': 'bun-linux-arm64',
  'linux-x64-musl': 'bun-linux-x64-musl-baseline',
  'linux-arm64-musl': 'bun-linux-arm64-musl',
  'darwin-x64': 'bun-darwin-x64',
  'darwin-arm64': 'bun-darwin-arm64',
  'windows-x64': 'bun-windows-x64-baseline',
}
/** Its bytecode halves a start, and is this machine's: the others would carry what was never tried. */
const WITH_BYTECODE = ['linux-x64']

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true, default: Object.keys(TARGETS) },
    'no-bytecode': { type: 'boolean', default: false },
    out: { type: 'string', default: 'out/binary' },
  },
})
const unknown = values.target.filter((name) => !Object.hasOwn(TARGETS, name))
if (unknown.length > 0)
  end(64, `Unknown target: ${unknown.join(', ')}. Expected some of ${Object.keys(TARGETS).join(', ')}.`)
if (!existsSync('dist/cli.js')) end(1, 'There is no dist/cli.js: run the build first.')

const bun = process.versions.bun === undefined ? 'bun' : process.execPath
rmSync(values.out, { recursive: true, force: true })
mkdirSync(values.out, { recursive: true })
const sums = values.target.map((name) => {
  const file = `whatsapp-token-guard-${name}${name.startsWith('windows') ? '.exe' : ''}`
  const path = join(values.out, file)
  const hasBytecode = !values['no-bytecode'] && WITH_BYTECODE.includes(name)
  const { status } = spawnSync(bun, ['build', 'dist/cli.js', ...flags(TARGETS[name], hasBytecode), '--outfile', path], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) end(1, `${name} could not be compiled.`)
  const bytes = readFileSync(path)
  process.stdout.write(`${path}  ${(bytes.length / 1e6).toFixed(1)} MB\n`)
  return `${createHash('sha256').update(bytes).digest('hex')}  ${file}\n`
})
writeFileSync(join(values.out, 'SHA256SUMS'), sums.join(''))

function flags(target, hasBytecode) {
  return [
    '--compile',
    `--target=${target}`,
    '--minify',
    '--splitting',
    '--format=esm',
    ...(hasBytecode ? ['--bytecode'] : []),
    // It runs in any folder: what lies there is not its own.
    '--no-compile-autoload-dotenv',
    '--no-compile-autoload-bunfig',
    // PostgreSQL's client is in it.
    ...[...EXTERNAL, EMBEDDED].map((name) => `--external=${name}`),
  ]
}

function end(code, problem) {
  process.stderr.write(`${problem}\n`)
  process.exit(code)
}
