import { describe, expect, test } from 'bun:test'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { get, getUntil, TOKENS, useShop } from '../fleet/program.ts'
import { freePort } from '../process/graph.ts'
import { forOneRuntime, Program, run, start, temporaryFolder } from '../process/harness.ts'
import { hasPostgres } from './postgres.ts'
import { has } from './programs.ts'

/** A fleet behind PgBouncer, which gives each transaction whatever connection is free. */

const shop = useShop()

/** As Debian ships it: no parameter of a start is let through. */
function startPgBouncer(folder: string, urls: readonly string[]) {
  chmodSync(folder, 0o755)
  const port = freePort()
  const databases = urls.map((url) => {
    const { pathname, port: behind } = new URL(url)
    return `${pathname.slice(1)} = host=127.0.0.1 port=${behind} user=postgres`
  })
  const settings = [
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
    'default_pool_size = 2',
  ]
  const file = join(folder, 'pgbouncer.ini')
  writeFileSync(file, ['[databases]', ...databases, '[pgbouncer]', ...settings, ''].join('\n'), { mode: 0o644 })
  // It does not run as root.
  const asUser = process.getuid?.() === 0 ? ['setpriv', '--reuid=postgres', '--clear-groups'] : []
  const program = new Program([...asUser, 'pgbouncer', file], {}, {})
  return { program, through: (url: string) => url.replace(/:\d+\//, `:${port}/`) }
}

describe.skipIf(!hasPostgres || !has('pgbouncer'))('behind PgBouncer, which pools by transactions', () => {
  forOneRuntime((runtime) => {
    test('a fleet is migrated, verified, and learns of deaths', async () => {
      using folder = temporaryFolder()
      const { TOKEN_GUARD_FLEET_DATABASE: ours = '', TOKEN_GUARD_FLEET_SOURCE: theirs = '' } = shop.env
      const { program: pooler, through } = startPgBouncer(folder.path, [ours, theirs])
      await using _pooler = pooler
      await pooler.until('it listens', () => (pooler.printed.includes('process up') ? true : undefined))
      const env = {
        ...shop.env,
        TOKEN_GUARD_FLEET_DATABASE: through(ours),
        TOKEN_GUARD_FLEET_SOURCE: through(theirs),
      }
      const options = { secrets: shop.secrets() }
      expect((await run(runtime, ['fleet', 'migrate'], env, options)).code).toBe(0)
      await using program = start(runtime, ['fleet', 'serve'], env, options)
      await getUntil(program, '/fleet', ({ tokens: { pass } }) => pass === TOKENS)
      await shop.graph.revoke(2)
      await getUntil(program, '/fleet', ({ tokens: { fail } }) => fail === 2)
      expect((await get(program, '/health/fleet')).json).toMatchObject({ tokens: { pass: TOKENS - 2, fail: 2 } })
      expect([program.lines('fleet.database_away'), program.lines('defect')]).toEqual([[], []])
      program.kill('SIGTERM')
      expect((await program.exit).code).toBe(0)
    })
  })
})
