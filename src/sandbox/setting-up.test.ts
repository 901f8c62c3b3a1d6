import { describe, expect, test } from 'bun:test'
import { stage } from './sandbox.fake.ts'

type Stage = ReturnType<typeof stage>

const call = ({ ask }: Stage, path: string, fields: Record<string, string> = {}, method = 'POST') =>
  ask(`/v23.0/${path}`, undefined, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messaging_product: 'whatsapp', ...fields }),
  })

describe('a number', () => {
  test('is well again once it is registered, and not once it is deregistered', async () => {
    const all = stage({ scenario: 'phone-blocked' })
    const id = all.sandbox.phoneNumberId
    const state = async () => {
      const { body } = await all.ask(`/${id}?fields=status,health_status`)
      return [body.status, body.health_status.can_send_message, (await all.send()).status]
    }
    const ill = ['DISCONNECTED', 'BLOCKED', 400]
    const well = ['CONNECTED', 'AVAILABLE', 200]
    expect(await state()).toEqual(ill)
    expect((await call(all, `${id}/register`, { pin: '123456' })).body).toEqual({ success: true })
    expect(await state()).toEqual(well)
    expect((await call(all, `${id}/deregister`)).body).toEqual({ success: true })
    expect(await state()).toEqual(ill)
    all.sandbox.play('permanent')
    expect(await state()).toEqual(well)
  })

  test('keeps what else is wrong with it when it is registered', async () => {
    const all = stage({ scenario: 'name-declined' })
    const id = all.sandbox.phoneNumberId
    await call(all, `${id}/register`, { pin: '123456' })
    expect((await all.ask(`/${id}?fields=name_status`)).body.name_status).toBe('DECLINED')
  })

  test('is not registered with a PIN of another length, by the id of an account, or without the scope', async () => {
    const all = stage()
    const { phoneNumberId, businessAccountId } = all.sandbox
    const { body } = await call(all, `${phoneNumberId}/register`, { pin: '12345' })
    expect(body.error).toMatchObject({ code: 100, message: '(#100) Param pin must be 6 characters long.' })
    expect((await call(all, `${businessAccountId}/register`, { pin: '123456' })).body.error.error_subcode).toBe(33)
    all.sandbox.play('scope-missing')
    expect((await call(all, `${phoneNumberId}/register`, { pin: '123456' })).body.error.code).toBe(200)
  })
})

test('an app subscribes to an account, and ends it', async () => {
  const all = stage({ scenario: 'unsubscribed' })
  const path = `${all.sandbox.businessAccountId}/subscribed_apps`
  const subscribed = async () =>
    (await all.ask(`/${path}`)).body.data.map((app: any) => app.whatsapp_business_api_data.id)
  const [meta] = await subscribed()
  for (const turn of [1, 2]) {
    expect([turn, (await call(all, path)).body]).toEqual([turn, { success: true }])
    expect(await subscribed()).toEqual([meta, all.sandbox.appId])
  }
  expect((await call(all, path, {}, 'DELETE')).body).toEqual({ success: true })
  expect(await subscribed()).toEqual([meta])
  all.sandbox.play('permanent')
  expect(await subscribed()).toEqual([all.sandbox.appId])
})
