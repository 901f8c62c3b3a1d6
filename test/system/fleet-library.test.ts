import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { inspect } from 'node:util'
import { caught } from '../../src/library/library.fake.ts'
import {
  createTokenFleet,
  ConfigurationError,
  type FleetChanged,
  type TokenFleetOptions,
} from '../../src/library/fleet.ts'
import { startSandbox, until } from '../fleet/fleet.ts'
import { expectNoSecret } from '../process/secrets.ts'
import { hasPostgres, Postgres } from './postgres.ts'

/** The fleet as a library, over a real PostgreSQL. */

let postgres: Postgres
let names = 0
beforeAll(() => {
  if (hasPostgres) postgres = new Postgres()
})
afterAll(() => postgres?.[Symbol.asyncDispose]())

const COUNT = 10
const OPERATOR = 'operator-token-of-this-test'

async function given(more: Partial<TokenFleetOptions> = {}) {
  const name = `library_${++names}`
  await postgres.database(name)
  const graph = await startSandbox()
  const tokens = await graph.issue(COUNT)
  const ids = tokens.map((_, n) => `t${n}`)
  const { appId, appSecret } = graph.sandbox
  const options: TokenFleetOptions = {
    database: postgres.pool(name),
    appId,
    appSecret,
    graphUrl: graph.url,
    interval: '1s',
    syncInterval: '1s',
    rate: 500,
    list: async (after, limit) =>
      ids
        .filter((id) => after === null || id > after)
        .slice(0, limit)
        .map((id) => ({ id, tenant: `of ${id}` })),
    token: async (id) => tokens[ids.indexOf(id)] ?? null,
    ...more,
  }
  return { graph, tokens, options, [Symbol.asyncDispose]: () => graph[Symbol.asyncDispose]() }
}

async function allPass(fleet: ReturnType<typeof createTokenFleet>) {
  await until('all pass', async () => {
    const statuses = await Array.fromAsync(fleet.rows(), ({ status }) => status)
    return statuses.length === COUNT && statuses.every((status) => status === 'pass') ? true : null
  })
}

describe.skipIf(!hasPostgres)('createTokenFleet', () => {
  test('verifies, tells of changes until they are taken, and ends', async () => {
    const changes: FleetChanged[] = []
    let refusals = 1
    await using world = await given({
      onChange: (change) => {
        changes.push(change)
        if (refusals-- > 0) throw new Error('not now')
      },
    })
    const fleet = createTokenFleet(world.options)
    expect(await caught(() => fleet.start())).toBeInstanceOf(ConfigurationError)
    await fleet.migrate()
    const failed = Promise.withResolvers<object>()
    fleet.subscribe((event) => event.type === 'alert.failed' && failed.resolve(event))
    await fleet.start()
    await allPass(fleet)
    expect(await fleet.state('t3')).toMatchObject({
      tokenId: 't3',
      tenant: 'of t3',
      status: 'pass',
      outcome: 'verified',
    })
    expect(await fleet.state('nobody')).toBeNull()

    await world.graph.revoke(1)
    expect(await failed.promise).toMatchObject({ problem: 'not now', tries: 1 })
    await until('it is told again', async () => (changes.length > 1 ? true : null))
    expect(changes[0]).toMatchObject({
      event: 'status.changed',
      status: 'fail',
      previousStatus: 'pass',
      tokenId: 't0',
      tenant: 'of t0',
    })
    expect(changes[1]?.id).toBe(changes[0]?.id ?? '')
    expect(await Array.fromAsync(fleet.rows({ status: 'fail' }), ({ id }) => id)).toEqual(['t0'])
    expectNoSecret(JSON.stringify([changes, fleet]) + inspect(fleet), [...world.tokens, world.graph.sandbox.appSecret])
    await fleet.stop()
    const asked = world.graph.asked.length
    await until('a further second', async () => ((await fleet.state('t1')) !== null ? true : null))
    expect(world.graph.asked.length).toBe(asked)
  })

  test('looks at once at what a backend met, and not at what does not concern a token', async () => {
    await using world = await given({ interval: '24h' })
    await using fleet = createTokenFleet(world.options)
    await fleet.migrate()
    await fleet.start()
    await allPass(fleet)
    await world.graph.revoke(2)
    expect(await fleet.report('t0', { error: { code: 131_026, message: 'undeliverable' } })).toBe(false)
    expect(await fleet.report('nobody', { error: { code: 190 } })).toBe(false)
    expect(await fleet.report('t0', { error: { code: 190, error_subcode: 466, message: 'ended' } })).toBe(true)
    expect(await fleet.state('t0')).toMatchObject({ status: 'fail', findings: [{ code: 'token.revoked' }] })
    expect(await fleet.report('t0', { error: { code: 190 } })).toBe(false)
    expect((await fleet.state('t1'))?.status).toBe('pass')
  })

  test('has routes to be mounted, with the operator token alone', async () => {
    await using world = await given()
    await using open = createTokenFleet({ ...world.options, operatorToken: OPERATOR })
    await open.migrate()
    await open.start()
    await allPass(open)
    const status = async (fleet: typeof open, path: string, headers = {}) =>
      (await fleet.app.request(path, { headers })).status
    expect(await status(open, '/health/ready')).toBe(200)
    expect(await status(open, '/fleet')).toBe(401)
    expect(await status(open, '/fleet/tokens/t1', { authorization: `Bearer ${OPERATOR}` })).toBe(200)
    await using closed = createTokenFleet(world.options)
    expect([await status(closed, '/health/live'), await status(closed, '/fleet')]).toEqual([200, 404])
  })

  test.each([
    [{ interval: '30s', graphUrl: undefined }, 'interval is "30s", less than 1m'],
    [{ rate: 0 }, 'rate is "0"'],
    [{ incident: '1/2' }, 'incident is "1/2"'],
    [{ list: undefined }, 'list is not given'],
    [{ database: {} }, 'database is not given'],
    [{ intervall: '1h' }, 'intervall is not an option. Expected did you mean interval?'],
    [{ appSecret: 's', appId: undefined }, 'appSecret is set without appId'],
  ])('refuses %j', async (wrong, message) => {
    await using world = await given()
    const error = await caught(() => createTokenFleet({ ...world.options, ...wrong } as TokenFleetOptions))
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(error.message).toContain(message)
  })
})
