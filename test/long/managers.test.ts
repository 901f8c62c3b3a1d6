import { describe, test } from 'bun:test'
import { provesForeground, provesPm2, provesPm2Reload, type Foreground } from '../system/managed.ts'
import { installManagers, PRELOAD, programOf } from '../system/managers.ts'
import { has } from '../system/programs.ts'

/** What test/system/managers.test.ts says of PM2's fork mode holds under the other ways to start a backend again. */

const missing = installManagers()
if (missing !== null) process.stderr.write(`  # no process manager is tried: ${missing}\n`)

const MINUTES = 60_000
const NODE = `node ${PRELOAD.join(' ')}`
const FOR_ALL = { NODE_OPTIONS: PRELOAD.join(' ') }
const SHORT = { ...FOR_ALL, TOKEN_GUARD_CHECK_INTERVAL: '3s' }

/** Like systemd's Restart=always: after every end, another start. */
const loop = (command: string) => ['sh', '-c', `while :; do ${command}; sleep 0.2; done`]
const nodemon = programOf('nodemon')

const ROWS: readonly (Foreground & { readonly name: string })[] = [
  { name: 'pm2-runtime', command: [programOf('pm2-runtime'), 'ecosystem.config.cjs'], by: 'a kill' },
  { name: 'nodemon --exec', command: [nodemon, '--exec', NODE, 'app.mjs'], by: 'a change' },
  { name: 'nodemon with the preload', command: [nodemon, ...PRELOAD, 'app.mjs'], by: 'a change' },
  // It passes itself, and is a living parent that has passed until the interval is over.
  { name: 'nodemon under NODE_OPTIONS', command: [nodemon, 'app.mjs'], env: SHORT, ageMs: 3_100, by: 'a change' },
  { name: 'tsx watch', command: [programOf('tsx'), 'watch', ...PRELOAD, 'app.mjs'], by: 'a change' },
  // It watches what the backend has loaded, and a refused one has loaded nothing.
  { name: 'node --watch', command: ['node', '--watch', ...PRELOAD, 'app.mjs'], by: 'a change', goesOn: false },
  {
    name: 'node --watch under NODE_OPTIONS',
    command: ['node', '--watch', 'app.mjs'],
    env: FOR_ALL,
    by: 'a change',
    goesOn: false,
  },
  { name: 'a loop around node', command: loop(`${NODE} app.mjs`), by: 'a kill' },
  { name: 'a loop around tsx', command: loop(`${programOf('tsx')} ${PRELOAD.join(' ')} app.mjs`), by: 'a kill' },
]

describe.skipIf(missing !== null)(`process managers${missing === null ? '' : ` (not tried: ${missing})`}`, () => {
  test('PM2 verifies each start in cluster mode, and stops at a refusal', () => provesPm2('cluster'), 2 * MINUTES)

  test.skipIf(!has('python3'))(
    'PM2 starts a backend behind run, sends it one signal, and stops at a refusal',
    () => provesPm2('run'),
    2 * MINUTES,
  )

  test('PM2 reloads into nothing when the token is refused', provesPm2Reload, 2 * MINUTES)

  test.each(ROWS.map((row) => [row.name, row] as const))(
    '%s verifies each start',
    (_name, row) => provesForeground(row),
    2 * MINUTES,
  )
})
