import { describe, expect, test } from 'bun:test'
import { stage } from './sandbox.fake.ts'

const OWN = 'https://example.com/wa_webhook'
const TUNNEL = 'https://old-tunnel.example.net/webhook'

const read = (all: ReturnType<typeof stage>) => {
  const { sandbox, appToken, ask } = all
  return {
    subscribedApps: async () => (await ask(`/v23.0/${sandbox.businessAccountId}/subscribed_apps`)).body.data,
    ofNumber: async () =>
      (await ask(`/v23.0/${sandbox.phoneNumberId}?fields=webhook_configuration`)).body.webhook_configuration,
    subscriptions: (bearer: string | null = appToken) => ask(`/v23.0/${sandbox.appId}/subscriptions`, bearer),
    subscribe: () => ask(`/v23.0/${sandbox.businessAccountId}/subscribed_apps`, undefined, { method: 'POST' }),
  }
}

const fieldsOf = (body: any): string[] => body.data[0].fields.map(({ name }: { name: string }) => name)

describe('the app’s subscription', () => {
  test('names the address that its numbers name, and the fields', async () => {
    const { subscriptions, ofNumber } = read(stage())
    const { status, body } = await subscriptions()
    expect(status).toBe(200)
    expect(body.data).toEqual([
      { object: 'whatsapp_business_account', callback_url: OWN, active: true, fields: expect.any(Array) },
    ])
    expect(body.data[0].fields[0]).toEqual({ name: 'messages', version: 'v25.0' })
    expect(await ofNumber()).toEqual({ application: OWN })
  })

  test('is shown only to the app', async () => {
    const all = stage()
    const { subscriptions } = read(all)
    const { status, body } = await subscriptions(all.sandbox.token)
    expect([status, body.error.code]).toEqual([400, 100])
    expect(body.error.message).toStartWith('(#100) You must provide an app access token')
    expect((await subscriptions(null)).body.error.code).toBe(104)
    const inQuery = `/v23.0/${all.sandbox.appId}/subscriptions?access_token=${encodeURIComponent(all.appToken)}`
    expect((await all.ask(inQuery, null)).status).toBe(200)
    const ofNumber = await all.ask(`/v23.0/${all.sandbox.phoneNumberId}/subscriptions`)
    expect(ofNumber.body.error.message).toContain('nonexisting field (subscriptions)')
  })

  test('may lack the field messages', async () => {
    const all = stage()
    const { subscriptions } = read(all)
    const healthy = fieldsOf((await subscriptions()).body)
    all.sandbox.play('webhook-without-messages')
    expect(fieldsOf((await subscriptions()).body)).toEqual(healthy.filter((name) => name !== 'messages'))
  })
})

describe('the account’s webhooks', () => {
  test('go elsewhere, until the app subscribes again', async () => {
    const all = stage({ scenario: 'webhooks-elsewhere' })
    const { subscribedApps, ofNumber, subscribe } = read(all)
    expect(await subscribedApps()).toEqual([
      { override_callback_uri: TUNNEL, whatsapp_business_api_data: expect.objectContaining({ id: all.sandbox.appId }) },
    ])
    expect(await ofNumber()).toEqual({ whatsapp_business_account: TUNNEL, application: OWN })
    expect((await subscribe()).body).toEqual({ success: true })
    expect(await subscribedApps()).toEqual([
      { whatsapp_business_api_data: expect.objectContaining({ id: all.sandbox.appId }) },
    ])
    expect(await ofNumber()).toEqual({ application: OWN })
  })

  test('go to no app, until one subscribes', async () => {
    const { subscribedApps, subscribe } = read(stage({ scenario: 'nobody-subscribed' }))
    expect(await subscribedApps()).toEqual([])
    await subscribe()
    expect(await subscribedApps()).toHaveLength(1)
  })
})
