import { describe, expect, test } from 'bun:test'
import { AUTHORIZED, get, useShop } from '../fleet/program.ts'
import { forOneRuntime, run, start } from '../process/harness.ts'
import { hasPostgres } from './postgres.ts'

/** What the commands of a fleet say where something is wrong. */

const shop = useShop()
const without = (...left: readonly string[]) =>
  Object.fromEntries(Object.entries(shop.env).filter(([name]) => !left.includes(name)))

describe.skipIf(!hasPostgres)('a fleet', () => {
  forOneRuntime((runtime) => {
    test('names each variable that is missing, and no more than a command needs', async () => {
      const faultsOf = async (...args: readonly string[]) =>
        (await run(runtime, ['fleet', ...args], { LOG_LEVEL: 'info' })).lines[0]?.['faults'].map(
          ({ name }: { name: string }) => name,
        )
      expect(await faultsOf('migrate')).toEqual(['TOKEN_GUARD_FLEET_DATABASE'])
      expect(await faultsOf('serve')).toEqual([
        'TOKEN_GUARD_OPERATOR_TOKEN',
        'TOKEN_GUARD_FLEET_DATABASE',
        'TOKEN_GUARD_FLEET_LIST_SQL',
        'TOKEN_GUARD_FLEET_TOKEN_SQL',
      ])
    })

    test.each([
      ['TOKEN_GUARD_FLEET_DATABASE', 'mysql://db/x', 'does not begin with postgres://'],
      ['TOKEN_GUARD_FLEET_LIST_SQL', 'select id from customer', 'has no $1 in it'],
      ['TOKEN_GUARD_FLEET_RATE', '0', 'is "0"'],
      ['TOKEN_GUARD_FLEET_INCIDENT', '1/200', 'is "1/200"'],
      ['TOKEN_GUARD_FLEET_HOLD', '0s', 'is "0s", but must be longer than 0'],
      ['TOKEN_GUARD_FLEET_SYNC_INTERVAL', '5', 'is "5"'],
    ])('refuses %s=%s', async (name, value, problem) => {
      const ended = await run(runtime, ['fleet', 'serve'], { ...shop.env, [name]: value })
      expect([ended.code, ended.lines.at(-1)?.['faults']]).toEqual([
        78,
        [{ name, problem, expected: expect.any(String) }],
      ])
    })

    test('refuses an interval of less than a minute for the real Graph', async () => {
      const ended = await run(runtime, ['fleet', 'serve'], without('GRAPH_API_URL'))
      expect([ended.code, ended.lines.at(-1)?.['faults'][0].name]).toEqual([78, 'TOKEN_GUARD_FLEET_INTERVAL'])
    })

    test('has its tables made first, and says so', async () => {
      const ended = await run(runtime, ['fleet', 'serve'], shop.env)
      expect(ended.code).toBe(78)
      expect(ended.stdout).toContain('has no tables of a fleet yet')
      expect(ended.stdout).toContain('fleet migrate')
      const printed = await run(runtime, ['fleet', 'migrate', '--print'], {})
      await shop.pool.query(printed.stdout)
      expect((await run(runtime, ['fleet', 'status'], shop.env)).code).toBe(0)
      await shop.pool.query('update token_guard.meta set version = 999')
      expect((await run(runtime, ['fleet', 'status'], shop.env)).stderr).toContain('has tables of version 999, not of')
    })

    test.each([
      ['TOKEN_GUARD_FLEET_LIST_SQL', 'select name, $1::int, $2::int from customer', 'gives no column "id"'],
      ['TOKEN_GUARD_FLEET_TOKEN_SQL', 'select id from customer where id = any($1::int[])', 'gives no column "token"'],
      [
        'TOKEN_GUARD_FLEET_TOKEN_SQL',
        'select id, token from nowhere where id = any($1)',
        'relation "nowhere" does not exist',
      ],
      [
        'TOKEN_GUARD_FLEET_LIST_SQL',
        'delete from customer where id > $1::int and id < $2::int returning id',
        'read-only transaction',
      ],
    ])('refuses a query in %s: %s', async (name, sql, problem) => {
      await run(runtime, ['fleet', 'migrate'], shop.env)
      const ended = await run(runtime, ['fleet', 'serve'], { ...shop.env, [name]: sql })
      const [fault] = ended.lines.at(-1)?.['faults'] ?? []
      expect([ended.code, fault.name, fault.problem.includes(problem)]).toEqual([78, name, true])
    })

    test('tells a database that is away from one that refuses, and shows no password', async () => {
      const password = ['s3cret', 'of-the-db'].join('-')
      const away = await run(
        runtime,
        ['fleet', 'status'],
        { TOKEN_GUARD_BOOT_TIMEOUT: '1s', TOKEN_GUARD_FLEET_DATABASE: `postgres://u:${password}@127.0.0.1:1/x` },
        { secrets: [password] },
      )
      expect([away.code, away.lines.map(({ event }) => event)]).toEqual([75, ['fleet.database_away']])
      const refused = await run(runtime, ['fleet', 'status'], {
        TOKEN_GUARD_FLEET_DATABASE: shop.postgres.urlOf('nowhere'),
      })
      expect([refused.code, refused.stderr.includes('nowhere')]).toEqual([78, true])
    })

    test('keeps its routes from strangers, and from other sites', async () => {
      await run(runtime, ['fleet', 'migrate'], shop.env)
      await using program = start(runtime, ['fleet', 'serve'], shop.env, { secrets: shop.secrets() })
      for (const path of ['/fleet', '/fleet/tokens', '/fleet/tokens/1', '/fleet/changes', '/health/fleet'])
        expect([path, (await get(program, path, {})).status]).toEqual([path, 401])
      const foreign = { method: 'POST', headers: { ...AUTHORIZED.headers, origin: 'https://evil.example' } }
      expect((await get(program, '/fleet/tokens/1/check', foreign)).status).toBe(403)
      for (const [path, status] of [
        ['/fleet/tokens/nobody', 404],
        ['/fleet/tokens?limit=501', 400],
        ['/fleet/tokens?status=dead', 400],
        ['/fleet/changes?after=-1', 400],
        ['/nowhere', 404],
      ] as const)
        expect([path, (await get(program, path)).status]).toEqual([path, status])
      expect((await get(program, '/fleet', { method: 'POST', ...AUTHORIZED })).status).toBe(405)
    })
  })
})
