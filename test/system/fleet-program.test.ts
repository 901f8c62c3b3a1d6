import { describe, expect, test } from 'bun:test'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { AUTHORIZED, get, getUntil, TOKENS, useShop } from '../fleet/program.ts'
import { forEachRuntime, forOneRuntime, run, start, temporaryFolder } from '../process/harness.ts'
import { startReceiver } from '../process/receiver.ts'
import { expectNoSecret } from '../process/secrets.ts'
import { hasPostgres } from './postgres.ts'

/** The commands of a fleet as their users run them, over tables of the user's own. */

const ROOT = new URL('../..', import.meta.url).pathname
const shop = useShop(['log_statement=all', 'log_min_duration_statement=0', 'log_parameter_max_length=-1'])

describe.skipIf(!hasPostgres)('a fleet', () => {
  forEachRuntime((runtime) => {
    test('is migrated, served, asked and stopped, and no token shows anywhere', async () => {
      const options = { secrets: shop.secrets() }
      expect(await run(runtime, ['fleet', 'migrate'], shop.env, options)).toMatchObject({
        code: 0,
        stdout: 'The tables of the fleet are there.\n',
      })
      await using program = start(runtime, ['fleet', 'serve'], shop.env, options)
      await getUntil(program, '/fleet', ({ tokens: { pass } }) => pass === TOKENS)
      expect(await get(program, '/health/fleet')).toMatchObject({
        status: 200,
        json: { status: 'pass', tokens: { pass: TOKENS, fail: 0 } },
      })
      expect((await get(program, '/health/ready', {})).status).toBe(200)
      expect((await get(program, '/health/live', {})).status).toBe(200)

      expect((await get(program, '/')).text).toContain('customer 3')
      const one = await get(program, '/fleet/tokens/3')
      expect(one).toMatchObject({ status: 200, json: { tokenId: '3', tenant: 'customer 3', status: 'pass' } })
      expect(one.json.token.fingerprint).toHaveLength(12)
      const checked = await run(runtime, ['fleet', 'check', '3'], shop.env, options)
      expect([checked.code, checked.stdout.includes('never expires')]).toEqual([0, true])
      expect((await run(runtime, ['fleet', 'check', '999'], shop.env, options)).code).toBe(78)
      expect((await run(runtime, ['fleet', 'status', '--strict'], shop.env, options)).code).toBe(0)

      shop.graph.play('revoked')
      await shop.graph.revoke(2)
      await getUntil(program, '/fleet', ({ tokens: { fail } }) => fail === 2)
      expect((await get(program, '/fleet/tokens/1')).status).toBe(503)
      expect((await get(program, '/fleet/tokens?status=fail&code=token.revoked&limit=1')).json).toMatchObject({
        tokens: [{ id: '1' }],
        next: '1',
      })
      expect((await get(program, '/fleet/tokens?status=fail&after=1&limit=5')).json).toMatchObject({
        tokens: [{ id: '2' }],
        next: null,
      })
      const feed = await getUntil(program, '/fleet/changes?after=0', ({ changes }) => changes.length === 2)
      expect(feed.changes[0]).toMatchObject({
        event: 'status.changed',
        previousStatus: 'pass',
        status: 'fail',
        findings: [{ code: 'token.revoked' }],
      })
      expect((await get(program, `/fleet/changes?after=${feed.next}`)).json).toMatchObject({
        changes: [],
        next: feed.next,
      })
      expect(program.lines('fleet.changed')).toHaveLength(2)
      // What to do is said in the fleet's words: it has no WHATSAPP_TOKEN.
      const dead = await run(runtime, ['fleet', 'check', '1'], shop.env, options)
      const page = (await get(program, '/tokens/1')).text
      const advised = [dead.stdout, page, (await get(program, '/fleet/tokens/1')).text, JSON.stringify(feed)]
      for (const text of [...advised, program.printed]) expect(text).not.toContain('WHATSAPP_TOKEN')
      for (const text of advised) expect(text.replaceAll(/\s+/g, ' ')).toContain('your store of tokens')
      expect((await run(runtime, ['fleet', 'status', '--strict', '--json'], shop.env, options)).code).toBe(77)

      const demanded = await get(program, '/fleet/tokens/4/check', { method: 'POST', ...AUTHORIZED })
      expect(demanded).toMatchObject({ status: 200, json: { tokenId: '4', status: 'pass' } })
      const metrics = (await get(program, '/metrics', {})).text
      expect(metrics).toContain('whatsapp_fleet_tokens{status="fail"} 2')
      expect(metrics).not.toContain('customer')
      program.kill('SIGTERM')
      expect((await program.exit).code).toBe(0)

      const { rows } = await shop.pool.query(
        'select row_to_json(t)::text as text from token_guard.token t union all select row_to_json(c)::text from token_guard.change c',
      )
      expectNoSecret(rows.map(({ text }) => text).join('\n'), shop.secrets())
      // The answers to the token query go to us alone: PostgreSQL logs what it is asked, and with which values.
      expectNoSecret(shop.postgres.log, shop.secrets())
    })
  })

  forEachRuntime((runtime) => {
    // Bun installs what is missing by itself.
    if (runtime.name === 'bun') return
    test('says what to install where there is no client for PostgreSQL', async () => {
      using folder = temporaryFolder()
      cpSync(join(ROOT, 'dist'), join(folder.path, 'dist'), { recursive: true })
      const [program = ''] = runtime.command
      const ended = await run(
        { ...runtime, command: [program, join(folder.path, 'dist/cli.js')] },
        ['fleet', 'status'],
        shop.env,
      )
      expect([ended.code, ended.stderr.includes('npm install pg')]).toEqual([78, true])
    })
  })

  forOneRuntime((runtime) => {
    test('sends each change at least once, under one id, and in order for each token', async () => {
      await using receiver = startReceiver((nth) => new Response(null, { status: nth <= 2 ? 500 : 204 }))
      const options = { secrets: [...shop.secrets(), ...receiver.secrets] }
      await run(runtime, ['fleet', 'migrate'], shop.env, options)
      await using program = start(runtime, ['fleet', 'serve'], { ...shop.env, ...receiver.env }, options)
      await getUntil(program, '/fleet', ({ tokens: { pass } }) => pass === TOKENS)
      await shop.pool.query(
        "update token_guard.token set known = jsonb_set(known, '{standing,status}', '\"warn\"') where id = '5'",
      )
      const received = await receiver.until(3)
      const [first] = received
      expect(new Set(received.slice(0, 3).map(({ id }) => id)).size).toBe(1)
      expect(first?.id).toBe(first?.body['id'])
      expect(first?.body).toMatchObject({
        event: 'status.changed',
        status: 'pass',
        previousStatus: 'warn',
        tokenId: '5',
        tenant: 'customer 5',
      })
      expect(first?.body['text']).toContain('Token 5 of customer 5: ')
      await getUntil(program, '/fleet', ({ unsentChanges }) => unsentChanges === 0)
      const [failed] = program.lines('alert.failed')
      expect(failed).toMatchObject({ alert: 'status.changed', problem: 'the receiver answers 500', tries: 1 })
      expect((await get(program, '/metrics', {})).text).toContain('whatsapp_token_alerts_total{outcome="delivered"} 1')
    })
  })
})
