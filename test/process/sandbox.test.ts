import { expect } from 'bun:test'
import { BODY_BYTES_MAX } from '../../src/sandbox/body.ts'
import { independently } from './concurrent.ts'
import { forEachRuntime, start, type Line } from './harness.ts'

const FILE = new Uint8Array([0x89, 0x50, 0, 0xff])

function upload({ url, phoneNumberId, token }: Line, bytes: Uint8Array<ArrayBuffer>): Promise<Response> {
  const body = new FormData()
  body.set('messaging_product', 'whatsapp')
  body.set('file', new File([bytes], 'a.mp4', { type: 'video/mp4' }))
  return fetch(`${url}/v23.0/${phoneNumberId}/media`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body,
  })
}

forEachRuntime((runtime) => {
  // Its values are printed on purpose: they are no secrets.
  const startSandbox = () => start(runtime, ['sandbox', '--port', '0'], {}, { secrets: [] })

  independently('a file comes back from where the sandbox was found, and bytes are bytes', async () => {
    await using program = startSandbox()
    const sandbox = await program.waitFor('sandbox.listening')
    const headers = { authorization: `Bearer ${sandbox['token']}` }
    const { id }: any = await (await upload(sandbox, FILE)).json()
    const media: any = await (await fetch(`${sandbox['url']}/v23.0/${id}`, { headers })).json()
    expect(media.url).toStartWith(`${sandbox['url']}/`)
    expect(new Uint8Array(await (await fetch(media.url, { headers })).arrayBuffer())).toEqual(FILE)
  })

  independently('too large a file is refused, and the sandbox goes on', async () => {
    await using program = startSandbox()
    const sandbox = await program.waitFor('sandbox.listening')
    const refused = await upload(sandbox, new Uint8Array(BODY_BYTES_MAX + 1))
    expect([refused.status, ((await refused.json()) as any).error.code]).toEqual([400, 131053])
    expect((await upload(sandbox, FILE)).status).toBe(200)
  })
})
