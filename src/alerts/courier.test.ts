import { describe, expect, test } from 'bun:test'
import { once, EventEmitter } from 'node:events'
import { Secret } from '../config/secret.ts'
import { transportFor } from '../net/fetch.ts'
import { systemClock } from '../platform/clock.ts'
import type { Alert } from './alert.ts'
import { Courier, type CourierDeps, type Failure } from './courier.ts'
import { EXAMPLE } from './receivers/alerts.fake.ts'

type Got = { readonly path: string; readonly headers: Headers; readonly body: Record<string, any> }

/** A receiver on a real socket that gives this answer to every request. */
function startReceiver(answer: () => Response | Promise<Response>) {
  const got: Got[] = []
  const arrivals = new EventEmitter()
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url)
      got.push({ path: pathname + search, headers: request.headers, body: (await request.json()) as Got['body'] })
      arrivals.emit('one')
      return answer()
    },
  })
  return {
    at: (path: string) => new URL(path, server.url).href,
    until: async (count: number) => {
      while (got.length < count) await once(arrivals, 'one')
      return got
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  }
}

/** Sends these to the addresses, and waits until each is delivered or given up. */
async function carry(url: string, alerts: readonly Alert[], change: Partial<CourierDeps> = {}, graceMs = 3_000) {
  const outcomes: string[] = []
  const failures: Failure[] = []
  const courier = new Courier({
    url: () => new Secret(url),
    secret: () => new Secret('a-key-of-the-tests'),
    format: 'auto',
    subject: 'subject',
    fetchFor: transportFor,
    userAgent: 'test',
    clock: systemClock,
    random: () => 0.5,
    onOutcome: (outcome) => outcomes.push(outcome),
    onFailure: (failure) => failures.push(failure),
    ...change,
  })
  for (const alert of alerts) courier.send(alert)
  await courier.finish(graceMs)
  return { outcomes, failures }
}

const ok = () => new Response('ok')

describe('a courier', () => {
  test('brings each of several receivers its own form, and signs the standard one alone', async () => {
    await using receiver = startReceiver(ok)
    const { outcomes } = await carry(`slack+${receiver.at('/slack')}\n${receiver.at('/standard')}`, [EXAMPLE])
    const got = await receiver.until(2)
    const bodyAt = (path: string) => got.find((each) => each.path === path)
    expect(bodyAt('/slack')?.body['blocks']).toBeArray()
    expect(bodyAt('/slack')?.headers.get('webhook-signature')).toBeNull()
    expect(bodyAt('/standard')?.body).toEqual(EXAMPLE)
    expect(bodyAt('/standard')?.headers.get('webhook-signature')).toStartWith('v1,')
    expect(outcomes).toEqual(['delivered', 'delivered'])
  })

  test('brings one receiver all of it while another one hangs', async () => {
    await using hanging = startReceiver(() => new Promise(() => {}))
    await using receiver = startReceiver(ok)
    const carried = carry(`${hanging.at('/a')} ${receiver.at('/b')}`, [EXAMPLE, EXAMPLE, EXAMPLE])
    expect(await receiver.until(3)).toHaveLength(3)
    expect((await carried).outcomes.toSorted()).toEqual([
      'delivered',
      'delivered',
      'delivered',
      'failed',
      'failed',
      'failed',
    ])
  })

  test('triggers and resolves a test at PagerDuty, in this order', async () => {
    await using receiver = startReceiver(() => new Response('{"status":"success"}', { status: 202 }))
    const url = `pagerduty+${receiver.at('/v2/enqueue?routing_key=a-key')}`
    const { outcomes } = await carry(url, [{ ...EXAMPLE, event: 'alert.test' }])
    const got = await receiver.until(2)
    expect(got.map(({ path, body }) => [path, body['event_action'], body['routing_key']])).toEqual([
      ['/v2/enqueue', 'trigger', 'a-key'],
      ['/v2/enqueue', 'resolve', 'a-key'],
    ])
    expect(outcomes).toEqual(['delivered'])
  })

  test('resolves no test that PagerDuty did not take', async () => {
    await using receiver = startReceiver(() => new Response(null, { status: 400 }))
    const url = `pagerduty+${receiver.at('/v2/enqueue?routing_key=a-key')}`
    const { failures } = await carry(url, [{ ...EXAMPLE, event: 'alert.test' }])
    expect(failures).toMatchObject([{ problem: 'the receiver answers 400', retryInMs: null }])
    expect(await receiver.until(1)).toHaveLength(1)
  })

  test('believes the answer of a receiver more than its status', async () => {
    await using receiver = startReceiver(() => Response.json({ ok: false, error_code: 403 }))
    const { outcomes, failures } = await carry(`telegram+${receiver.at('/bot1:x?chat_id=7')}`, [EXAMPLE])
    expect(outcomes).toEqual(['failed'])
    expect(failures).toMatchObject([{ problem: 'the receiver answers 403', tries: 1, retryInMs: null }])
  })

  /** A courier that may be stopped, with addresses that may change. */
  function courierTo(first: string, clock = systemClock) {
    const log: string[] = []
    const addresses = { text: first }
    const courier = new Courier({
      url: () => new Secret(addresses.text),
      secret: () => null,
      format: 'auto',
      subject: 'subject',
      fetchFor: transportFor,
      userAgent: 'test',
      clock,
      random: () => 0.5,
      onOutcome: (outcome) => log.push(outcome),
      onFailure: ({ problem }) => log.push(problem),
    })
    return { courier, addresses, log }
  }

  test('brings what waits to the address that was put in place of one that fails, and to no other', async () => {
    const failed = new EventEmitter()
    await using old = startReceiver(() => (failed.emit('one'), new Response(null, { status: 503 })))
    await using other = startReceiver(ok)
    await using fresh = startReceiver(ok)
    const { courier, addresses, log } = courierTo(`${other.at('/a')} ${old.at('/b')}`)
    const failure = once(failed, 'one')
    courier.send(EXAMPLE)
    await Promise.all([failure, other.until(1)])
    addresses.text = `${fresh.at('/c')} ${other.at('/a')}`
    expect(await fresh.until(1)).toHaveLength(1)
    await courier.finish(1_000)
    expect(await other.until(1)).toHaveLength(1)
    expect(log).toEqual(['delivered', 'the receiver answers 503', 'delivered'])
  })

  test('drops what waits for an address that was taken out, and keeps the rest', async () => {
    const failed = new EventEmitter()
    const statuses = [503, 200]
    await using gone = startReceiver(() => new Response(null, { status: 503 }))
    await using kept = startReceiver(() => {
      failed.emit('one')
      return new Response(null, { status: statuses.shift() ?? 200 })
    })
    const { courier, addresses, log } = courierTo(`${gone.at('/a')} ${kept.at('/b')}`)
    const failure = once(failed, 'one')
    courier.send(EXAMPLE)
    await Promise.all([failure, gone.until(1)])
    addresses.text = kept.at('/b')
    expect(await kept.until(2)).toHaveLength(2)
    await courier.finish(1_000)
    expect(log.slice(2).toSorted()).toEqual(['delivered', 'dropped', 'its address was taken out'])
    expect(await gone.until(1)).toHaveLength(1)
  })

  test('tries what waits for its next try at once when the end begins', async () => {
    const statuses = [503, 200]
    await using receiver = startReceiver(
      () => new Response(null, { status: statuses.shift() ?? 500, headers: { 'retry-after': '600' } }),
    )
    const failed = new EventEmitter()
    const { courier, log } = courierTo(receiver.at('/a'), {
      ...systemClock,
      sleep: (ms, signal) => {
        failed.emit('asleep')
        return systemClock.sleep(ms, signal)
      },
    })
    const asleep = once(failed, 'asleep')
    courier.send(EXAMPLE)
    await asleep
    await courier.finish(3_000)
    expect(log).toEqual(['the receiver answers 503', 'delivered'])
  })

  test.each([
    ['never ends', () => new ReadableStream({ start: (sink) => sink.enqueue(new TextEncoder().encode('ok')) })],
    ['is long', () => 'x'.repeat(1_000_000)],
  ])('takes the status for an answer whose text %s', async (_what, text) => {
    await using receiver = startReceiver(() => new Response(text()))
    const { outcomes } = await carry(`slack+${receiver.at('/a')}`, [EXAMPLE], {}, 6_000)
    expect(outcomes).toEqual(['delivered'])
    expect(await receiver.until(1)).toHaveLength(1)
  })

  test('sends nothing where there is no receiver', async () => {
    expect(await carry('', [EXAMPLE], { url: () => null })).toEqual({ outcomes: [], failures: [] })
  })
})
