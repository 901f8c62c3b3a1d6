import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { sandboxVariables, addressOf } from '../../src/commands/sandbox.ts'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { startGraph, without, type Graph } from '../process/graph.ts'
import { Program } from '../process/harness.ts'
import { packedProject } from './packed.ts'
import { has } from './programs.ts'

/** Every example runs as it stands, with the package as its users get it. */

const ROOT = new URL('../..', import.meta.url).pathname
const world = createSandbox()
const { META_APP_SECRET: SECRET = '' } = sandboxVariables(addressOf(world, 'http://127.0.0.1'))

const WEBHOOK = JSON.stringify({
  entry: [
    {
      changes: [
        {
          value: {
            metadata: { phone_number_id: world.phoneNumberId },
            messages: [{ type: 'text', from: '491701234567', text: { body: 'hi' } }],
          },
        },
      ],
    },
  ],
})
const SIGNATURE = `sha256=${createHmac('sha256', SECRET).update(WEBHOOK).digest('hex')}`

const portOf = (program: Program) =>
  program.until('the port', () => /listening on port (\d+)/.exec(program.stderr)?.[1] ?? undefined)
const appEnv = (graph: Graph) => ({
  ...without(graph.env, 'TOKEN_GUARD_PORT', 'TOKEN_GUARD_HOST'),
  PORT: '0',
  HOST: '127.0.0.1',
})

/** A bot that answers what was said to it, through Graph. */
async function answersTheWebhook(graph: Graph, url: string): Promise<void> {
  const challenge = await fetch(`${url}/webhook?hub.verify_token=change-me&hub.challenge=42`)
  expect(await challenge.text()).toBe('42')
  const forged = { 'x-hub-signature-256': 'sha256=0' }
  expect((await fetch(`${url}/webhook`, { method: 'POST', body: WEBHOOK, headers: forged })).status).toBe(401)
  const sent = graph.further(`/${world.phoneNumberId}/messages`, 1)
  const headers = { 'x-hub-signature-256': SIGNATURE }
  expect((await fetch(`${url}/webhook`, { method: 'POST', body: WEBHOOK, headers })).status).toBe(200)
  await sent
}

test.skipIf(!has('python3'))('the Python bot answers behind run, and ends with it', async () => {
  await using graph = startGraph()
  const bot = ['python3', join(ROOT, 'examples/python-bot/bot.py')]
  await using program = new Program(
    [process.execPath, join(ROOT, 'src/cli.ts'), 'run', '--', ...bot],
    appEnv(graph),
    {},
  )
  await answersTheWebhook(graph, `http://127.0.0.1:${await portOf(program)}`)
  program.kill('SIGTERM')
  expect((await program.exit).code).toBe(0)
})

describe.skipIf(!has('npm'))('around the library', () => {
  let project: ReturnType<typeof packedProject>
  beforeAll(() => {
    project = packedProject(['hono@4.13.19', 'express@5.1.0', 'fastify@5.6.1'])
  }, 180_000)
  afterAll(() => project.remove())

  const starts = (graph: Graph, program: string, example: string, file: string) => {
    copyFileSync(join(ROOT, 'examples', example, file), join(project.path, file))
    return new Program([program, file], appEnv(graph), { cwd: project.path })
  }

  test('the Hono application on Bun answers, and shows its health', async () => {
    await using graph = startGraph()
    await using program = starts(graph, process.execPath, 'hono-bun', 'app.ts')
    const url = `http://127.0.0.1:${await portOf(program)}`
    await answersTheWebhook(graph, url)
    expect(await (await fetch(url)).text()).toBe('the shop')
    expect((await fetch(`${url}/health/token`)).status).toBe(200)
    program.kill('SIGTERM')
    expect((await program.exit).code).toBe(0)
  })

  test.skipIf(!has('node')).each(['express-node', 'fastify-node'])('%s shows its health', async (example) => {
    await using graph = startGraph()
    await using program = starts(graph, 'node', example, 'server.mjs')
    const url = `http://127.0.0.1:${await portOf(program)}`
    expect(await (await fetch(url)).text()).toBe('the shop')
    const health = await fetch(`${url}/health/token`)
    expect([health.status, health.headers.get('content-type')?.split(';')[0]]).toEqual([200, 'application/health+json'])
    expect((await fetch(`${url}/health/ready`)).status).toBe(200)
    program.kill('SIGTERM')
    expect((await program.exit).code).toBe(0)
  })

  test.each(['hono-bun', 'express-node'])('%s does not start on a bad token', async (example) => {
    await using graph = startGraph('revoked')
    const [program, file] = example === 'hono-bun' ? [process.execPath, 'app.ts'] : ['node', 'server.mjs']
    await using started = starts(graph, program, example, file)
    expect((await started.exit).code).toBe(1)
    expect(started.stderr).toContain('token.revoked')
  })
})
