import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { has } from './programs.ts'

/** Clients that people use, each as it comes from npm, against the sandbox behind a real socket. */

// Not dependencies of ours: they bring 80 packages along.
const CLIENTS = {
  '@kapso/whatsapp-cloud-api': '0.3.0',
  '@great-detail/whatsapp': '9.2.0',
  '@chat-adapter/whatsapp': '4.41.1',
  'whatsapp-api-js': '6.3.0',
} as const
const wanted = Object.entries(CLIENTS).map(([name, version]) => `${name}@${version}`)

// Kept between runs, by what is in it.
const folder = join(tmpdir(), `token-guard-test-clients-${Bun.hash(wanted.join()).toString(36)}`)
const load = (name: keyof typeof CLIENTS, entry: string): Promise<any> =>
  import(join(folder, 'node_modules', name, entry))

const graph = createSandbox()
const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: graph.fetch })
const { token, appSecret, phoneNumberId, businessAccountId } = graph
const url = server.url.origin
const canInstall = has('npm')

const to = '16505551234'
const NOT_ALLOWED = '15550131030'
const REFUSED = '(#131030) Recipient phone number not in allowed list'
const messageId = 'wamid.of.a.customer'
const template = { name: 'hello_world', language: { code: 'en_US' } }
const BYTES = new Uint8Array([0x89, 0x50, 0x4e, 0x47])
const picture = () => new File([BYTES], 'a.png', { type: 'image/png' })
const WAMID = expect.stringMatching(/^wamid\./)

const thrown = (promise: Promise<unknown>): Promise<any> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  )

beforeAll(() => {
  if (!canInstall || Object.keys(CLIENTS).every((name) => existsSync(join(folder, 'node_modules', name)))) return
  const install = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', ...wanted]
  spawnSync('npm', install, { stdio: 'ignore' })
}, 180_000)

afterAll(() => {
  graph.close()
  void server.stop(true)
})

describe.skipIf(!canInstall)('@kapso/whatsapp-cloud-api', () => {
  const connect = async () => {
    const { WhatsAppClient } = await load('@kapso/whatsapp-cloud-api', 'dist/index.js')
    return new WhatsAppClient({ accessToken: token, baseUrl: url })
  }

  test('sends text and templates, and marks as read', async () => {
    const { messages } = await connect()
    const text = await messages.sendText({ phoneNumberId, to, body: 'hello' })
    expect(text).toMatchObject({ messagingProduct: 'whatsapp', messages: [{ id: WAMID }] })
    const sent = await messages.sendTemplate({ phoneNumberId, to, template })
    expect(sent.messages).toMatchObject([{ id: WAMID, messageStatus: 'accepted' }])
    const typing = { typingIndicator: { type: 'text' } }
    expect(await messages.markRead({ phoneNumberId, messageId, ...typing })).toEqual({ success: true })
  })

  test('uploads, sends, looks up, downloads and deletes media', async () => {
    const { media, messages } = await connect()
    const { id } = await media.upload({ phoneNumberId, type: 'image', file: picture(), fileName: 'a.png' })
    expect((await messages.sendImage({ phoneNumberId, to, image: { id } })).messages[0].id).toEqual(WAMID)
    expect(await media.get({ mediaId: id })).toMatchObject({ id, mimeType: 'image/png', fileSize: '4' })
    expect(new Uint8Array(await media.download({ mediaId: id, auth: 'always' }))).toEqual(BYTES)
    expect(await media.delete({ mediaId: id })).toEqual({ success: true })
  })

  test('registers the number, and lists templates', async () => {
    const { phoneNumbers, templates } = await connect()
    expect(await phoneNumbers.register({ phoneNumberId, pin: '000111' })).toEqual({ success: true })
    expect((await templates.list({ businessAccountId })).data).toMatchObject([{ name: 'hello_world' }])
  })

  test('knows the failure', async () => {
    const { messages } = await connect()
    const error = await thrown(messages.sendText({ phoneNumberId, to: NOT_ALLOWED, body: 'hello' }))
    expect(error).toMatchObject({ name: 'GraphApiError', httpStatus: 400, code: 131030, message: REFUSED })
    const limited = await thrown(messages.sendText({ phoneNumberId, to: '15550130429', body: 'hello' }))
    expect(limited).toMatchObject({ code: 130429, category: 'throttling' })
  })
})

describe.skipIf(!canInstall)('@great-detail/whatsapp', () => {
  const connect = async () => {
    const { Client } = await load('@great-detail/whatsapp', 'dist/index.js')
    return new Client({ prefixUrl: url, request: { headers: { Authorization: `Bearer ${token}` }, retry: 0 } })
  }
  const text = { type: 'text', text: { body: 'hello' } }

  test('sends text and templates, and marks as read', async () => {
    const { message } = await connect()
    const answer = await message.createMessage({ phoneNumberID: phoneNumberId, to, ...text }).json()
    expect(answer.messages).toEqual([{ id: WAMID }])
    const sent = message.createMessage({ phoneNumberID: phoneNumberId, to, type: 'template', template })
    expect((await sent.json()).messages[0].message_status).toBe('accepted')
    const read = message.createStatus({ phoneNumberID: phoneNumberId, status: 'read', message_id: messageId })
    expect(await read.json()).toEqual({ success: true })
  })

  test('uploads, looks up, downloads and deletes media', async () => {
    const { media } = await connect()
    const upload = media.upload({ phoneNumberID: phoneNumberId, mimeType: 'image/png', file: picture() })
    const { id: mediaID } = await upload.json()
    const { url: mediaURL } = await media.getURL({ mediaID }).json()
    const request = { headers: { Authorization: `Bearer ${token}` } }
    expect(new Uint8Array(await media.download({ mediaURL, request }).arrayBuffer())).toEqual(BYTES)
    expect(await media.delete({ mediaID }).json()).toEqual({ success: true })
  })

  test('reads the number and the account, and subscribes', async () => {
    const { phoneNumbers, subscribedApps, whatsappBusinessAccount } = await connect()
    const account = { businessAccountID: businessAccountId }
    const read = phoneNumbers.getPhoneNumber({ phoneNumberID: phoneNumberId, fields: ['id', 'quality_rating'] })
    expect(await read.json()).toEqual({ id: phoneNumberId, quality_rating: 'GREEN' })
    expect((await phoneNumbers.listPhoneNumbers(account).json()).data).toHaveLength(2)
    expect((await whatsappBusinessAccount.get(businessAccountId).json()).id).toBe(businessAccountId)
    expect(await subscribedApps.createSubscription(account).json()).toEqual({ success: true })
    expect((await subscribedApps.listSubscriptions(account).json()).data).toHaveLength(1)
  })

  test('throws at the failure, whose answer is Graph’s envelope', async () => {
    const { message } = await connect()
    const error = await thrown(message.createMessage({ phoneNumberID: phoneNumberId, to: NOT_ALLOWED, ...text }).json())
    expect(error.name).toBe('HTTPError')
    expect(error.response.status).toBe(400)
    expect(error.data.error).toMatchObject({ code: 131030, message: REFUSED })
  })
})

describe.skipIf(!canInstall)('@chat-adapter/whatsapp', () => {
  const nothing = () => undefined
  const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }
  const connect = async () => {
    const { createWhatsAppAdapter } = await load('@chat-adapter/whatsapp', 'dist/index.js')
    const verifyToken = 'unused'
    return createWhatsAppAdapter({ accessToken: token, appSecret, phoneNumberId, verifyToken, apiUrl: url, logger })
  }
  const threadOf = (adapter: any, userWaId: string) => adapter.encodeThreadId({ phoneNumberId, userWaId })

  test('sends text and templates, and marks as read', async () => {
    const adapter = await connect()
    expect((await adapter.postMessage(threadOf(adapter, to), 'hello')).id).toEqual(WAMID)
    const sent = await adapter.sendTemplate(threadOf(adapter, to), { name: 'hello_world', language: 'en_US' })
    expect(sent.id).toEqual(WAMID)
    expect(await thrown(adapter.markAsRead(messageId))).toBeNull()
  })

  test('uploads and sends a file', async () => {
    const adapter = await connect()
    const file = { data: Buffer.from(BYTES), filename: 'a.png', mimeType: 'image/png' }
    expect((await adapter.postMessage(threadOf(adapter, to), { raw: 'see', files: [file] })).id).toEqual(WAMID)
    const id = await adapter.uploadMedia(file)
    // The adapter never downloads from a loopback address.
    const error = await thrown(adapter.downloadMedia(id))
    expect(String(error)).toContain('internal attachment URL')
  })

  test('throws at the failure, with Graph’s code', async () => {
    const adapter = await connect()
    const error = await thrown(adapter.postMessage(threadOf(adapter, NOT_ALLOWED), 'hello'))
    expect(error).toMatchObject({ name: 'WhatsAppApiError', status: 400 })
    expect(String(error.message)).toContain('131030')
  })
})

describe.skipIf(!canInstall)('whatsapp-api-js', () => {
  const connect = async () => {
    const { WhatsAppAPI } = await load('whatsapp-api-js', 'lib/index.js')
    const toSandbox = (input: string | URL, init: RequestInit) =>
      fetch(String(input).replace('https://graph.facebook.com', url), init)
    return new WhatsAppAPI({ token, secure: false, v: 'v25.0', ponyfill: { fetch: toSandbox } })
  }
  const loadMessages = () => load('whatsapp-api-js', 'lib/messages/index.js')

  test('sends text and templates, and marks as read', async () => {
    const client = await connect()
    const { Text, Template } = await loadMessages()
    expect((await client.sendMessage(phoneNumberId, to, new Text('hello'))).messages).toEqual([{ id: WAMID }])
    const sent = await client.sendMessage(phoneNumberId, to, new Template('hello_world', 'en_US'))
    expect(sent.messages).toEqual([{ id: WAMID, message_status: 'accepted' }])
    expect(await client.markAsRead(phoneNumberId, messageId, 'text')).toEqual({ success: true })
  })

  test('uploads, sends, looks up, downloads and deletes media', async () => {
    const client = await connect()
    const { Image } = await loadMessages()
    const form = new FormData()
    form.set('file', picture())
    const { id } = await client.uploadMedia(phoneNumberId, form)
    expect((await client.sendMessage(phoneNumberId, to, new Image(id, true))).messages[0].id).toEqual(WAMID)
    const { url: at } = await client.retrieveMedia(id)
    expect(new Uint8Array(await (await client.fetchMedia(at)).arrayBuffer())).toEqual(BYTES)
    expect(await client.deleteMedia(id, phoneNumberId)).toEqual({ success: true })
  })

  test('hands the failure back as it is', async () => {
    const client = await connect()
    const { Text } = await loadMessages()
    const answer = await client.sendMessage(phoneNumberId, NOT_ALLOWED, new Text('hello'))
    expect(answer.error).toMatchObject({ code: 131030, message: REFUSED, fbtrace_id: expect.any(String) })
  })
})
