import { describe, expect, test } from 'bun:test'
import { SCENARIO_NAMES } from './sandbox.ts'
import { stage, START_MS } from './sandbox.fake.ts'

describe('the sandbox itself', () => {
  test('its credentials have the right shape and are the same every time', () => {
    const { sandbox } = stage()
    expect(sandbox.token).toMatch(/^EAASANDBOX[A-Za-z0-9]{192}$/)
    expect(sandbox.appSecret).toMatch(/^[0-9a-f]{32}$/)
    const ids = [sandbox.appId, sandbox.businessAccountId, sandbox.phoneNumberId]
    for (const id of ids) expect(id).toMatch(/^\d{15,16}$/)
    expect(new Set(ids).size).toBe(3)
    expect(stage().sandbox.token).toBe(sandbox.token)
  })

  test('the sources hold no literal in the shape of a token', async () => {
    for await (const file of new Bun.Glob('*.ts').scan(import.meta.dir)) {
      expect(await Bun.file(`${import.meta.dir}/${file}`).text()).not.toMatch(/EAA[A-Za-z0-9]{20,}/)
    }
  })

  test('plays known scenarios only', () => {
    const { sandbox } = stage({ scenario: 'expired' })
    expect(sandbox.scenario()).toBe('expired')
    expect(sandbox.play('constructor')).toBe(false)
    expect(sandbox.play('revoked')).toBe(true)
    expect(sandbox.scenario()).toBe('revoked')
  })
})

describe('every scenario', () => {
  for (const name of SCENARIO_NAMES.filter((each) => each !== 'hanging')) {
    test(`${name} answers each edge in Graph's way`, async () => {
      const { sandbox, ask, inspect, send } = stage({ scenario: name, sleep: async () => undefined })
      const { businessAccountId, phoneNumberId, token } = sandbox
      const answers = [
        await inspect(),
        await inspect(token),
        await ask('/me'),
        await ask(`/v23.0/${businessAccountId}?fields=id,name,health_status`),
        await ask(`/v23.0/${phoneNumberId}`),
        await ask(`/v23.0/${businessAccountId}/phone_numbers`),
        await ask(`/v23.0/${businessAccountId}/subscribed_apps`),
        await send(),
      ]
      for (const { status, headers, body } of answers) {
        expect(headers.get('facebook-api-version')).toMatch(name === 'newer-version' ? /^v26\.0$/ : /^v2[13]\.0$/)
        expect(headers.get('date')).toBe(new Date(START_MS).toUTCString())
        if (name === 'nonsense') continue
        expect(typeof body).toBe('object')
        if (status !== 200) expect(body.error).toMatchObject({ message: expect.any(String), code: expect.any(Number) })
        if (status !== 200) expect(body.error.fbtrace_id).toBe(headers.get('x-fb-trace-id'))
      }
    })
  }
})

describe('slow and hanging', () => {
  test('slow waits 1.5 s before each answer', async () => {
    const waited: number[] = []
    const { inspect } = stage({ scenario: 'slow', sleep: async (ms) => waited.push(ms) })
    expect((await inspect()).status).toBe(200)
    expect(waited).toEqual([1500])
  })

  test('hanging ends with the scenario, and the new scenario answers', async () => {
    const { sandbox, inspect } = stage({ scenario: 'hanging' })
    const pending = inspect()
    await Bun.sleep(5)
    sandbox.play('hanging')
    expect(await Promise.race([pending, Bun.sleep(5).then(() => 'still waiting')])).toBe('still waiting')
    sandbox.play('revoked')
    expect((await pending).body.data.error.subcode).toBe(466)
  })

  test('hanging ends when the sandbox closes, with no good answer', async () => {
    const { sandbox, inspect } = stage({ scenario: 'hanging' })
    const pending = inspect()
    sandbox.close()
    expect(await pending).toMatchObject({ status: 500, body: { error: { code: 2, is_transient: true } } })
  })

  test('a request whose client left is recorded without a status', async () => {
    const { ask } = stage({ scenario: 'hanging' })
    const client = new AbortController()
    const pending = ask('/me', null, { signal: client.signal })
    client.abort()
    await pending
    const { body } = await ask('/__sandbox')
    expect(body).toMatchObject({ count: 1, requests: [{ path: '/me', status: null }] })
  })
})

describe('trouble with answers', () => {
  test('rate-limited says so in the body and in the usage header', async () => {
    const { inspect } = stage({ scenario: 'rate-limited' })
    const { status, headers, body } = await inspect()
    expect(status).toBe(400)
    expect(body.error).toMatchObject({
      message: '(#4) Application request limit reached',
      type: 'OAuthException',
      is_transient: true,
      code: 4,
    })
    expect(JSON.parse(headers.get('x-app-usage') ?? '')).toEqual({
      call_count: 100,
      total_time: 100,
      total_cputime: 100,
    })
  })

  test('nonsense repeats in a fixed order, counted only for debug_token', async () => {
    const { ask, inspect } = stage({ scenario: 'nonsense' })
    const html = await inspect()
    expect(html).toMatchObject({ status: 200, text: expect.stringContaining('<html>') })
    expect(html.headers.get('content-type')).toContain('text/html')
    await ask('/me')
    expect((await inspect()).text).toBe('')
    expect((await inspect()).body.data).toMatchObject({ is_valid: 'true', type: 'SYSTEM_USER' })
    expect((await inspect()).body.data.expires_at).toBeNull()
    expect((await inspect()).body.data.expires_at).toBe(START_MS + 60 * 86_400_000)
    expect((await inspect()).body).toEqual([])
    expect((await inspect()).text).toContain('<html>')
  })

  test('odd-once refuses once, and once more when it is played again', async () => {
    const { sandbox, inspect } = stage({ scenario: 'odd-once' })
    const validity = async () => (await inspect()).body.data.is_valid
    expect([await validity(), await validity(), await validity()]).toEqual([false, true, true])
    sandbox.play('odd-once')
    expect([await validity(), await validity()]).toEqual([false, true])
  })

  test('odd-once to the token itself is a 190', async () => {
    const { sandbox, inspect } = stage({ scenario: 'odd-once' })
    expect((await inspect(sandbox.token)).body.error).toMatchObject({ code: 190, error_subcode: 466 })
    expect((await inspect(sandbox.token)).body.data.is_valid).toBe(true)
  })

  test('flapping: four good, four revoked, and so on', async () => {
    const { inspect } = stage({ scenario: 'flapping' })
    const seen: boolean[] = []
    for (let turn = 0; turn < 10; turn += 1) seen.push((await inspect()).body.data.is_valid)
    expect(seen.map((valid) => (valid ? '+' : '-')).join('')).toBe('++++----++')
  })
})
