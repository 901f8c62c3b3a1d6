import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { forEachRuntime, preloading, run, temporaryFolder, type Runtime } from './harness.ts'

/** A program whose runtime is broken: an unforeseen error ends it with one line and exit code 70. */

const TOKEN = 'EAASANDBOXpermanent0123456789abcdef'
const ENV = { WHATSAPP_TOKEN: TOKEN, GRAPH_API_URL: 'http://127.0.0.1:1' }

async function broken(runtime: Runtime, script: string) {
  using folder = temporaryFolder()
  const path = join(folder.path, 'break.mjs')
  writeFileSync(path, script)
  return await run(preloading(runtime, path), ['check'], ENV, { cwd: folder.path, secrets: [TOKEN] })
}

forEachRuntime((runtime) => {
  test('shows a defect as one line, without a secret', async () => {
    const ended = await broken(runtime, `AbortSignal.any = () => { throw new Error('broken: ${TOKEN}') }`)
    expect([ended.code, ended.stdout]).toEqual([70, ''])
    expect(ended.stderr.trim().split('\n')).toHaveLength(1)
    expect(JSON.parse(ended.stderr)).toMatchObject({
      level: 'fatal',
      event: 'defect',
      error: expect.stringContaining('broken'),
    })
  })

  test('ends with 70 even if the defect cannot be logged', async () => {
    const everything = "AbortSignal.any = Promise.all = () => { throw new Error('broken') }"
    expect((await broken(runtime, everything)).code).toBe(70)
  })
})
