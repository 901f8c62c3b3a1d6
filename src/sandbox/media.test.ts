import { describe, expect, test } from 'bun:test'
import { BODY_BYTES_MAX } from './body.ts'
import { createMediaStore } from './media-store.ts'
import { stage, TEXT } from './sandbox.fake.ts'

type Stage = ReturnType<typeof stage>

const BYTES = new Uint8Array([0x89, 0x50, 0, 0xff, 13, 10])
const PNG = new File([BYTES], 'a.png', { type: 'image/png' })

function upload({ ask, sandbox }: Stage, file: Blob | null = PNG, fields: Record<string, string> = {}) {
  const form = new FormData()
  if (file !== null) form.set('file', file)
  for (const [name, value] of Object.entries({ messaging_product: 'whatsapp', ...fields })) form.set(name, value)
  return ask(`/v23.0/${sandbox.phoneNumberId}/media`, undefined, { method: 'POST', body: form })
}

describe('media', () => {
  test('are uploaded, looked up, downloaded, sent and deleted', async () => {
    const all = stage()
    const { status, body } = await upload(all)
    expect([status, body]).toEqual([200, { id: expect.stringMatching(/^\d{16}$/) }])
    const { id } = body
    const details = (await all.ask(`/v23.0/${id}?phone_number_id=${all.sandbox.phoneNumberId}`)).body
    expect(details).toEqual({
      messaging_product: 'whatsapp',
      url: `http://sandbox/whatsapp_business/attachments/?mid=${id}`,
      mime_type: 'image/png',
      sha256: new Bun.CryptoHasher('sha256').update(BYTES).digest('base64'),
      file_size: '6',
      id,
    })
    const { pathname, search } = new URL(details.url)
    const authorization = `Bearer ${all.sandbox.token}`
    const file = await all.sandbox.fetch(new Request(details.url, { headers: { authorization } }))
    expect(file.headers.get('content-type')).toBe('image/png')
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(BYTES)
    expect((await all.ask(pathname + search, null)).body.error.code).toBe(104)
    const message = { messaging_product: 'whatsapp', to: TEXT.to, type: 'image', image: { id } }
    expect((await all.send(undefined, message)).status).toBe(200)
    expect((await all.ask(`/v23.0/${id}`, undefined, { method: 'DELETE' })).body).toEqual({ success: true })
    expect((await all.ask(`/v23.0/${id}`, undefined, { method: 'DELETE' })).body.error.error_subcode).toBe(33)
    expect((await all.ask(`/v23.0/${id}`)).body.error.error_subcode).toBe(33)
    expect((await all.send(undefined, message)).body.error.code).toBe(100)
  })

  test('survive a change of scenario', async () => {
    const all = stage()
    const { id } = (await upload(all)).body
    all.sandbox.play('unsubscribed')
    expect((await all.ask(`/${id}`)).body.id).toBe(id)
  })

  test('have their own type, or else the form’s', async () => {
    const all = stage()
    const typeOf = async ({ body }: { body: any }) => (await all.ask(`/${body.id}`)).body.mime_type
    expect(await typeOf(await upload(all, PNG, { type: 'image' }))).toBe('image/png')
    const text = new File(['a'], 'a.txt', { type: 'text/plain;charset=utf-8' })
    expect(await typeOf(await upload(all, text))).toBe('text/plain')
  })

  test.each([
    ['without a file', null, {}, '(#100) The parameter file is required'],
    ['without the product', PNG, { messaging_product: '' }, '(#100) The parameter messaging_product is required'],
    ['of another type', new File(['a'], 'a.zip', { type: 'application/zip' }), {}, "file of type 'application/zip'"],
  ])('are refused %s', async (_what, file, fields, message) => {
    expect((await upload(stage(), file, fields)).body.error.message).toContain(message)
  })

  test('can be uploaded only to a number, and only to one that the token may use', async () => {
    const all = stage()
    const post = { method: 'POST' }
    expect((await all.ask(`/${all.sandbox.businessAccountId}/media`, undefined, post)).body.error.error_subcode).toBe(
      33,
    )
    all.sandbox.play('phone-unassigned')
    expect((await upload(all)).body.error.error_subcode).toBe(33)
  })
})

describe('memory', () => {
  test('no request is read beyond the limit', async () => {
    const all = stage()
    const { status, body } = await upload(
      all,
      new File([new Uint8Array(BODY_BYTES_MAX)], 'a.mp4', { type: 'video/mp4' }),
    )
    expect([status, body.error.code]).toEqual([400, 131053])
    expect((await upload(all)).status).toBe(200)
  })

  test('a body that is not a form is a request without parameters', async () => {
    const { ask, sandbox } = stage()
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    const answer = await ask(`/${sandbox.phoneNumberId}/media`, undefined, {
      method: 'POST',
      headers,
      body: 'nonsense',
    })
    expect(answer.body.error.message).toBe('(#100) The parameter messaging_product is required')
  })

  test('the oldest media go first', () => {
    const store = createMediaStore()
    const megabytes = (count: number) => store.add('video/mp4', new Uint8Array(count * 1024 * 1024))
    const first = megabytes(30)
    const second = megabytes(30)
    const third = megabytes(30)
    expect([first, second, third].map((id) => store.get(id) !== undefined)).toEqual([false, true, true])
    expect([store.remove(second), store.remove(second)]).toEqual([true, false])
    const fourth = megabytes(30)
    expect(store.get(third)?.mimeType).toBe('video/mp4')
    for (let count = 0; count < 1_000; count += 1) store.add('text/plain', new Uint8Array())
    expect(store.get(fourth)).toBeUndefined()
  })
})
