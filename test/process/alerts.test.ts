import { expect } from 'bun:test'
import { EventEmitter, once } from 'node:events'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { independently, independentlyOnOne } from './concurrent.ts'
import { startGraph } from './graph.ts'
import { forEachRuntime, run, start, temporaryFolder } from './harness.ts'
import { startReceiver } from './receiver.ts'
import { SANDBOX_SECRETS } from './secrets.ts'

type Receiver = ReturnType<typeof startReceiver>

forEachRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  const serves = (graph: ReturnType<typeof startGraph>, receiver: Receiver, env: Record<string, string> = {}) =>
    start(
      runtime,
      ['serve'],
      { ...graph.env, ...receiver.env, TOKEN_GUARD_CHECK_INTERVAL: '1s', TOKEN_GUARD_ASSET_INTERVAL: '1s', ...env },
      secretly(receiver),
    )
  const secretly = ({ secrets }: Receiver) => ({ secrets: [...SANDBOX_SECRETS, ...secrets] })
  const eventsOf = ({ received }: Receiver) => received.map(({ body }) => [body['event'], body['status']])

  independently(
    'a revoked token: one message with what drifted; its recovery waits, and is sent at the stop',
    async () => {
      await using graph = startGraph()
      await using receiver = startReceiver()
      await using program = serves(graph, receiver)
      await program.waitFor('server.listening')
      graph.play('revoked')
      const [fell] = await receiver.until(1)
      expect(fell?.body).toMatchObject({ event: 'status.changed', status: 'fail', previousStatus: 'pass' })
      expect(fell?.body['findings'][0].code).toBe('token.revoked')
      expect(fell?.body['drifts']).toContainEqual({ field: 'validity', severity: 'error' })
      expect(fell?.body['id']).toBe(fell?.id as string)
      graph.play('permanent')
      await program.waitFor('token.recovered')
      await graph.further('/debug_token', 2)
      expect(receiver.received).toHaveLength(1)
      program.kill('SIGTERM')
      expect((await program.exit).code).toBe(0)
      expect(eventsOf(receiver)).toEqual([
        ['status.changed', 'fail'],
        ['status.changed', 'pass'],
      ])
      for (const id of [graph.env['META_APP_ID'], graph.env['WHATSAPP_BUSINESS_ACCOUNT_ID']])
        expect(receiver.received.map(({ text }) => text).join()).not.toContain(id as string)
    },
  )

  onOne('a token that is still refused causes a reminder', async () => {
    await using graph = startGraph()
    await using receiver = startReceiver()
    await using program = serves(graph, receiver, { TOKEN_GUARD_ALERT_REPEAT: '1s' })
    await program.waitFor('server.listening')
    graph.play('revoked')
    await receiver.until(3)
    expect(eventsOf(receiver).slice(0, 3)).toEqual([
      ['status.changed', 'fail'],
      ['status.repeated', 'fail'],
      ['status.repeated', 'fail'],
    ])
  })

  onOne('a start that passes closes the incident of an earlier process, and sends nothing else', async () => {
    const bodies: any[] = []
    await using pagerduty = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: async (request) => {
        bodies.push(await request.json())
        return Response.json({ status: 'success' }, { status: 202 })
      },
    })
    const key = 'R0utingKeyOfTheTests0000000000000'
    await using receiver = startReceiver()
    const url = `pagerduty+${pagerduty.url.origin}/v2/enqueue?routing_key=${key} ${receiver.env.TOKEN_GUARD_ALERT_URL}`
    const env = { ...receiver.env, TOKEN_GUARD_ALERT_URL: url }
    const secrets = [...secretly(receiver).secrets, key]
    await using graph = startGraph('revoked')
    expect((await run(runtime, ['serve'], { ...graph.env, ...env }, { secrets })).code).toBe(77)
    graph.play('permanent')
    await using program = start(runtime, ['serve'], { ...graph.env, ...env }, { secrets })
    await program.waitFor('server.listening')
    program.kill('SIGTERM')
    await program.exit
    expect(bodies.map((body) => [body.event_action, body.routing_key])).toEqual([
      ['trigger', key],
      ['resolve', key],
    ])
    expect(new Set(bodies.map((body) => body.dedup_key)).size).toBe(1)
    expect(eventsOf(receiver)).toEqual([['boot.refused', 'fail']])
  })

  independently('heartbeats come while the token passes, and stop while it is refused', async () => {
    const asked: string[] = []
    const arrivals = new EventEmitter()
    const secret = 'Zq8pingPathOfTheTests'
    await using watcher = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: (request) => {
        asked.push(`${request.method} ${new URL(request.url).pathname}`)
        arrivals.emit('one')
        return new Response('OK')
      },
    })
    await using graph = startGraph()
    const env = {
      ...graph.env,
      TOKEN_GUARD_CHECK_INTERVAL: '1s',
      TOKEN_GUARD_HEARTBEAT_URL: `${watcher.url.origin}/ping/${secret}`,
    }
    await using program = start(runtime, ['serve'], env, { secrets: [...SANDBOX_SECRETS, secret] })
    while (asked.length < 3) await once(arrivals, 'one')
    expect(new Set(asked)).toEqual(new Set([`GET /ping/${secret}`]))
    graph.play('revoked')
    await program.waitFor('token.refused')
    await program.ask('/metrics')
    const count = asked.length
    await graph.further('/debug_token', 3)
    expect(asked.length).toBeLessThanOrEqual(count + 1)
    graph.play('permanent')
    await program.waitFor('token.recovered')
    const before = asked.length
    while (asked.length <= before) await once(arrivals, 'one')
    expect((await program.ask('/metrics')).text).toMatch(/^whatsapp_token_heartbeats_total\{outcome="skipped"\} [1-9]/m)
  })

  onOne('a refused start sends an alert before it ends', async () => {
    await using graph = startGraph('revoked')
    await using receiver = startReceiver()
    const ended = await run(runtime, ['serve'], { ...graph.env, ...receiver.env }, secretly(receiver))
    expect(ended.code).toBe(77)
    expect(eventsOf(receiver)).toEqual([['boot.refused', 'fail']])
  })

  independently('a refused start waits no longer than three seconds for a receiver that hangs', async () => {
    await using graph = startGraph('revoked')
    await using receiver = startReceiver(() => new Promise(() => {}))
    const startedMs = performance.now()
    const ended = await run(runtime, ['serve'], { ...graph.env, ...receiver.env }, secretly(receiver))
    expect(ended.code).toBe(77)
    expect(performance.now() - startedMs).toBeLessThan(15_000)
    expect(ended.lines.at(-1)?.event).toBe('boot.refused')
    expect(ended.lines.some(({ event }) => event === 'alert.failed')).toBe(true)
  })

  onOne('an answer of 500 is tried again with the same id, and logged once', async () => {
    await using graph = startGraph()
    await using receiver = startReceiver((nth) => new Response(null, { status: nth < 3 ? 500 : 200 }))
    await using program = serves(graph, receiver)
    await program.waitFor('server.listening')
    graph.play('unsubscribed')
    await receiver.until(3)
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1)
    expect(program.lines('alert.failed')).toMatchObject([{ tries: 1, problem: 'the receiver answers 500' }])
  })

  onOne('a redirect is not followed, and the alert is given up at once', async () => {
    await using graph = startGraph()
    await using elsewhere = startReceiver()
    await using receiver = startReceiver(() => Response.redirect(elsewhere.env.TOKEN_GUARD_ALERT_URL, 307))
    await using program = serves(graph, receiver)
    await program.waitFor('server.listening')
    graph.play('unsubscribed')
    const failed = await program.waitFor('alert.failed')
    expect(failed).toMatchObject({ level: 'error', retryInMs: null })
    expect(elsewhere.received).toEqual([])
    expect((await program.ask('/metrics')).text).toMatch(/whatsapp_token_alerts_total\{outcome="failed"\} [12]/)
  })

  independently('a receiver that hangs holds up neither checks nor probes nor the stop', async () => {
    await using graph = startGraph()
    await using receiver = startReceiver(() => new Promise(() => {}))
    await using program = serves(graph, receiver)
    await program.waitFor('server.listening')
    graph.play('unsubscribed')
    await receiver.until(1)
    graph.play('revoked')
    await program.waitFor('token.refused')
    expect((await program.ask('/health/token')).status).toBe(503)
    const stoppedMs = performance.now()
    program.kill('SIGTERM')
    expect((await program.exit).code).toBe(0)
    expect(performance.now() - stoppedMs).toBeLessThan(5_000)
  })

  onOne('two replicas give the same event the same id', async () => {
    await using graph = startGraph()
    await using receiver = startReceiver()
    await using one = serves(graph, receiver)
    await using other = serves(graph, receiver)
    await Promise.all([one.waitFor('server.listening'), other.waitFor('server.listening')])
    graph.play('unsubscribed')
    const both = await receiver.until(2)
    // The ids may differ if a full hour passes between the two.
    if (new Set(both.map(({ body }) => body['at'].slice(0, 13))).size === 1)
      expect(new Set(both.map(({ id }) => id)).size).toBe(1)
  })

  onOne('a changed URL is taken from its file without a restart', async () => {
    await using graph = startGraph()
    await using first = startReceiver()
    await using second = startReceiver()
    using folder = temporaryFolder()
    const file = join(folder.path, 'url')
    const put = (receiver: Receiver) => {
      writeFileSync(`${file}.new`, receiver.env.TOKEN_GUARD_ALERT_URL)
      renameSync(`${file}.new`, file)
    }
    put(first)
    const { TOKEN_GUARD_ALERT_SECRET } = first.env
    const env = {
      ...graph.env,
      TOKEN_GUARD_ALERT_SECRET,
      TOKEN_GUARD_ALERT_URL_FILE: file,
      TOKEN_GUARD_CHECK_INTERVAL: '1s',
      TOKEN_GUARD_ASSET_INTERVAL: '1s',
    }
    await using program = start(runtime, ['serve'], env, secretly(first))
    await program.waitFor('server.listening')
    put(second)
    await program.waitFor('secret.reloaded')
    graph.play('unsubscribed')
    await second.until(1)
    expect(first.received).toEqual([])
  })
})
