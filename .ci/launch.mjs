// Starts the program of this checkout: the build, else the sources where there is a Bun.
import { existsSync } from 'node:fs'

const here = (path) => new URL(`../${path}`, import.meta.url)

if (existsSync(here('dist/cli.js'))) await import('../dist/cli.js')
else if (process.versions.bun !== undefined) await import('../src/cli.ts')
else await onBun()

/** Node cannot run the sources. Whatever ends this process by a signal ends Bun too: a terminal sends it to both. */
async function onBun() {
  const { spawn } = await import('node:child_process')
  const { constants } = await import('node:os')
  const { fileURLToPath } = await import('node:url')
  const child = spawn('bun', [fileURLToPath(here('src/cli.ts')), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.once('error', () => {
    process.stderr.write(
      'There is no build here (dist/), and no Bun to run the sources. Run npm ci, which builds, without --omit=dev and without --ignore-scripts.\n',
    )
    process.exit(78)
  })
  child.once('exit', (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]))
}
