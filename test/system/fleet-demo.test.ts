import { expect, test } from 'bun:test'
import { forEachRuntime, run, start } from '../process/harness.ts'

/** `fleet demo`: everything in one process, with no account, no network and no PostgreSQL. */

const AUTHORIZED = { headers: { authorization: `Bearer ${'demo-operator-token'}` } }

forEachRuntime((runtime) => {
  test('shows 200 tokens, and does what its lines promise', async () => {
    await using program = start(runtime, ['fleet', 'demo', '--port', '0'])
    const { port } = await program.waitFor('fleet.listening')
    const fleet = async () => (await fetch(`http://127.0.0.1:${port}/fleet`, AUTHORIZED)).json() as Promise<any>
    const until = async (isExpected: (body: any) => boolean) => {
      const endMs = performance.now() + 20_000
      for (let body = await fleet(); !isExpected(body); body = await fleet()) {
        if (performance.now() > endMs) throw new Error(JSON.stringify(body))
        await Bun.sleep(75)
      }
    }
    await until(({ tokens }) => tokens.pass === 200)
    const kill = await program.until('the line', () => /curl -X POST '([^']+)'/.exec(program.stdout)?.[1])
    expect(await (await fetch(kill, { method: 'POST' })).json()).toEqual({ revoked: 3 })
    await until(({ tokens }) => tokens.fail === 3)
    const page = await fetch(`http://127.0.0.1:${port}/`, AUTHORIZED)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    program.kill('SIGTERM')
    expect((await program.exit).code).toBe(0)
    // No warning of the runtime's either.
    expect(program.stderr).toBe('')
  })

  test('is not for production', async () => {
    const ended = await run(runtime, ['fleet', 'demo'], { NODE_ENV: 'production' })
    expect([ended.code, ended.stderr.includes('fleet serve')]).toEqual([78, true])
  })
})
