import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Secret } from '../../src/config/secret.ts'
import { openDatabase, type OpenedDatabase } from '../../src/fleet/open-database.ts'
import { MIGRATION } from '../../src/fleet/schema.ts'
import { lackIn, sqlSource } from '../../src/fleet/sql-source.ts'
import { startSandbox, startWorker, until } from '../fleet/fleet.ts'
import { forOneRuntime, run, temporaryFolder } from '../process/harness.ts'
import { hasPostgres, Postgres } from './postgres.ts'
import { has } from './programs.ts'

/** The recipes of docs/fleet.md, as they are written there, over tables as their users have them. */

const DOCUMENT = readFileSync(new URL('../../docs/fleet.md', import.meta.url), 'utf8')

/** What stands under a heading of the document. `nth`: which of its blocks of this kind. */
function under(heading: string, kind: 'sql' | 'yaml', nth = 0): string {
  const [, section = ''] = DOCUMENT.split(new RegExp(`^#+ ${heading}$`, 'm'))
  const blocks = [...(section.split(/^#+ /m)[0] ?? '').matchAll(new RegExp(`^\`\`\`${kind}\\n([^]*?)^\`\`\``, 'gm'))]
  const block = blocks[nth]?.[1]
  if (block === undefined) throw new Error(`docs/fleet.md has no such block under "${heading}"`)
  return block
}
const sqlUnder = (heading: string, nth = 0) => under(heading, 'sql', nth)

const queriesFor = (ids: 'numbers' | 'text') => ({
  listSql: sqlUnder(`Ids that are ${ids}`, 0),
  tokenSql: sqlUnder(`Ids that are ${ids}`, 1),
})

type Recipe = {
  readonly ids: 'numbers' | 'text'
  /** The tables as their product makes them, with two tokens and one row that is none of ours. */
  readonly tables: string
  readonly listed: readonly object[]
  readonly tokens: readonly (readonly [string, string])[]
}

const NOTHING = { tenant: null, appId: null, businessAccountId: null, phoneNumberId: null, version: expect.any(String) }
/** What stands for the decryption that only the product can do. */
const DECRYPTED = `language sql immutable as $$ select reverse($1) $$`

const RECIPES: Readonly<Record<string, Recipe>> = {
  Chatwoot: {
    ids: 'numbers',
    tables: `
      create table channel_whatsapp (id bigserial primary key, account_id int not null, phone_number varchar not null unique,
        provider varchar default 'default', provider_config jsonb default '{}', updated_at timestamp not null default now());
      insert into channel_whatsapp (id, account_id, phone_number, provider, provider_config) values
        (9, 1, '+1', 'whatsapp_cloud', '{"api_key": "first", "business_account_id": "11", "phone_number_id": "12"}'),
        (10, 2, '+2', 'whatsapp_cloud', '{"api_key": "second", "business_account_id": "21", "phone_number_id": "22"}'),
        (11, 2, '+3', 'default', '{"api_key": "another provider''s"}')`,
    listed: [
      { ...NOTHING, id: '9', tenant: '1', businessAccountId: '11', phoneNumberId: '12' },
      { ...NOTHING, id: '10', tenant: '2', businessAccountId: '21', phoneNumberId: '22' },
    ],
    tokens: [
      ['9', 'first'],
      ['10', 'second'],
    ],
  },
  'Evolution API': {
    ids: 'text',
    tables: `
      create table "Instance" (id text primary key, name varchar(255) not null unique, integration varchar(100),
        number varchar(100), "businessId" varchar(100), token varchar(255), "updatedAt" timestamp);
      insert into "Instance" (id, name, integration, number, "businessId", token) values
        ('a', 'shop a', 'WHATSAPP-BUSINESS', '12', '11', 'first'), ('b', 'shop b', 'WHATSAPP-BUSINESS', '22', '21', 'second'),
        ('c', 'shop c', 'WHATSAPP-BAILEYS', '+3', null, 'of no Meta app')`,
    listed: [
      { ...NOTHING, id: 'a', tenant: 'shop a', businessAccountId: '11', phoneNumberId: '12' },
      { ...NOTHING, id: 'b', tenant: 'shop b', businessAccountId: '21', phoneNumberId: '22' },
    ],
    tokens: [
      ['a', 'first'],
      ['b', 'second'],
    ],
  },
  Typebot: {
    ids: 'text',
    tables: `
      create table "Credentials" (id text primary key, "createdAt" timestamp not null default now(), "workspaceId" text not null,
        name text not null, type text not null, data text not null, iv text not null);
      insert into "Credentials" (id, "workspaceId", name, type, data, iv) values
        ('a', 'w1', 'x', 'whatsApp', reverse('{"systemUserAccessToken": "first", "phoneNumberId": "12"}'), '00'),
        ('b', 'w2', 'x', 'whatsApp', reverse('{"systemUserAccessToken": "second", "phoneNumberId": "22"}'), '00'),
        ('c', 'w2', 'x', 'openai', 'x', '00');
      create function decrypted(data text, iv text) returns text ${DECRYPTED}`,
    listed: [
      { ...NOTHING, id: 'a', tenant: 'w1' },
      { ...NOTHING, id: 'b', tenant: 'w2' },
    ],
    tokens: [
      ['a', 'first'],
      ['b', 'second'],
    ],
  },
  Nango: {
    ids: 'numbers',
    tables: `
      create table _nango_connections (id serial primary key, connection_id varchar not null, provider_config_key varchar not null,
        environment_id int not null, credentials json, credentials_iv varchar, credentials_tag varchar,
        connection_config json default '{}', deleted boolean not null default false);
      insert into _nango_connections (id, connection_id, provider_config_key, environment_id, credentials, credentials_iv, credentials_tag, deleted)
      select id, 'connection ' || id, 'whatsapp-business', id, json_build_object('encrypted_credentials',
        reverse(json_build_object('type', 'OAUTH2', 'access_token', token)::text)), 'iv', 'tag', id = 3
      from (values (1, 'first'), (2, 'second'), (3, 'deleted')) as of(id, token);
      create function decrypted(data text, iv text, tag text) returns text ${DECRYPTED}`,
    listed: [
      { ...NOTHING, id: '1', tenant: '1' },
      { ...NOTHING, id: '2', tenant: '2' },
    ],
    tokens: [
      ['1', 'first'],
      ['2', 'second'],
    ],
  },
}

let postgres: Postgres
const opened: OpenedDatabase[] = []
beforeAll(() => {
  if (hasPostgres) postgres = new Postgres()
})
afterAll(async () => {
  await Promise.all(opened.map((database) => database.end()))
  await postgres?.[Symbol.asyncDispose]()
})

async function connect(url: string): Promise<OpenedDatabase> {
  const database = await openDatabase(new Secret(url))
  if (database === null) throw new Error('pg is not installed')
  opened.push(database)
  return database
}

const urlAs = (role: string, name: string) => postgres.urlOf(name).replace('postgres@', `${role}@`)
const asItIs = (text: string) => text

describe.skipIf(!hasPostgres)('a recipe of docs/fleet.md', () => {
  test('for the start gives its tokens', async () => {
    const database = await connect(await postgres.database('start'))
    await database.query('create table customer (id bigint primary key, name text, token text)')
    await database.query("insert into customer values (9, 'customer 9', 'first'), (10, 'customer 10', 'second')")
    const queries = { listSql: sqlUnder('Start', 0), tokenSql: sqlUnder('Start', 1) }
    expect(await lackIn(database, queries, asItIs)).toBeNull()
    const source = sqlSource(database, queries)
    expect(await source.list('9', 10)).toMatchObject([{ id: '10', tenant: 'customer 10' }])
    expect([...(await source.tokens(['9']))]).toEqual([['9', 'first']])
  })

  test.each(Object.entries(RECIPES))('for %s gives its tokens', async (name, { ids, tables, listed, tokens }) => {
    const database = await connect(await postgres.database(name.toLowerCase().replace(/\W/g, '_')))
    await database.query(tables)
    await database.query(sqlUnder(name))
    const queries = queriesFor(ids)
    expect(await lackIn(database, queries, asItIs)).toBeNull()
    const source = sqlSource(database, queries)
    const [first, second] = tokens.map(([id]) => id)
    expect(await source.list(null, 1)).toMatchObject(listed.slice(0, 1))
    expect(await source.list(first ?? '', 10)).toMatchObject(listed.slice(1))
    expect(await source.list(second ?? '', 10)).toEqual([])
    expect(await source.tokens(tokens.map(([id]) => id))).toEqual(new Map(tokens))
  })

  forOneRuntime((runtime) => {
    test('for two roles lets a worker work on encrypted tokens, and a reader read its tables alone', async () => {
      const name = 'roles'
      const owner = await connect(await postgres.database(name))
      await owner.query(MIGRATION)
      await owner.query(sqlUnder('Two database roles', 0))
      await owner.query(
        'create table customer (id bigint primary key, name text not null, app_id text, secret bytea not null)',
      )
      await owner.query(sqlUnder('Encrypted by pgcrypto'))
      await owner.query("insert into secret.key values ('a key of this test')")
      await owner.query(sqlUnder('Two database roles', 1))
      await using graph = await startSandbox()
      const tokens = await graph.issue(5)
      await owner.query(
        `insert into customer (id, name, secret)
        select n, 'customer ' || n, secret.pgp_sym_encrypt(token, (select key from secret.key)) from unnest($1::text[]) with ordinality as of(token, n)`,
        [tokens],
      )
      await owner.query("insert into customer values (6, 'customer 6', null, 'no message of PGP')")

      const worker = await connect(urlAs('token_guard_worker', name))
      const queries = queriesFor('numbers')
      expect(await lackIn(worker, queries, asItIs)).toBeNull()
      const source = sqlSource(worker, queries)
      expect([...(await source.tokens(['1', '6']))]).toEqual([['1', tokens[0] ?? '']])
      const working = startWorker({ database: worker, source, graphUrl: graph.url, sandbox: graph.sandbox })
      const becomes = (id: string, status: string, codes: readonly string[]) =>
        until(`${id} ${status}`, async () => {
          const { rows } = await owner.query('select status, codes from token_guard.token where id = $1', [id])
          return Bun.deepEquals(rows, [{ status, codes }]) ? true : null
        })
      await becomes('1', 'pass', [])
      await becomes('6', 'warn', ['token.unresolved'])
      await owner.query('delete from customer where id = 6')
      await graph.revoke(1)
      await becomes('1', 'fail', ['token.revoked'])
      await owner.query("update token_guard.change set sent_at = now() - interval '100 days'")
      await until('the list and the history are cut', async () => {
        const { rows } = await owner.query(
          "select from token_guard.meta where (select count(*) from token_guard.token) = 5 and not exists (select from token_guard.change where sent_at < now() - interval '90 days')",
        )
        return rows.length === 1 ? true : null
      })
      expect(working.events.filter(({ type }) => type === 'fleet.database_away')).toEqual([])
      await working.stop()
      for (const sql of ['select secret from customer', 'select key from secret.key'])
        await expect(worker.query(sql)).rejects.toThrow('permission denied')

      const reader = await connect(urlAs('token_guard_reader', name))
      for (const sql of [
        'select token from token_source',
        'select secret from customer',
        'update token_guard.token set status = status',
      ])
        await expect(reader.query(sql)).rejects.toThrow('permission denied')
      expect((await reader.query(sqlUnder('Your own queries'))).rows).toEqual([
        { id: '1', tenant: 'customer 1', codes: ['token.revoked'], changed_at: expect.any(Date) },
      ])
      const status = await run(runtime, ['fleet', 'status', '--strict'], {
        TOKEN_GUARD_FLEET_DATABASE: urlAs('token_guard_reader', name),
      })
      expect([status.code, status.stdout]).toEqual([77, expect.stringContaining('token.revoked')])
    })
  })
})

test.skipIf(!has('promtool'))('the rules of docs/fleet.md are rules', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'rules.yaml')
  writeFileSync(path, under('Metrics', 'yaml'))
  const { status, stdout } = spawnSync('promtool', ['check', 'rules', path], { encoding: 'utf8' })
  expect([status, stdout]).toEqual([0, expect.stringContaining('3 rules found')])
})
