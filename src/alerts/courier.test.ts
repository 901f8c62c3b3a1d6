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
async function carry(url: string, alerts: readonly Alert[], change: Partial<CourierDeps> = {}) {
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
  await courier.finish(3_000)
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

  test('sends nothing where there is no receiver', async () => {
    expect(await carry('', [EXAMPLE], { url: () => null })).toEqual({ outcomes: [], failures: [] })
  })
})
