import { expect } from 'bun:test'
import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, startGraph, without, type Graph } from '../process/graph.ts'
import { expectNoSecret, SANDBOX_SECRETS } from '../process/secrets.ts'
import { BUN_IMAGE, IMAGE, type Engine } from './containers.ts'

/** deploy/compose/compose.yaml, run by Docker's Compose 2, with podman in place of Docker's daemon. */

const FILE = new URL('../../deploy/compose/compose.yaml', import.meta.url).pathname
const USER = 1000
const GRACE_MS = 10_000
const OPERATOR_TOKEN = randomUUID()

/** It reports what Graph answers to a message once the token has ended. */
const REPORTING_BOT = `
import { readFileSync } from 'node:fs'
process.on('SIGTERM', () => process.exit(0))
const operator = readFileSync(process.env.TOKEN_GUARD_OPERATOR_TOKEN_FILE, 'utf8').trim()
const headers = { authorization: \`Bearer \${operator}\` }
const body = JSON.stringify({ error: { code: 190, message: 'Invalid OAuth access token' } })
const { status } = await fetch(process.env.TOKEN_GUARD_REPORT_URL, { method: 'POST', headers, body })
console.log('the bot runs, and its report is answered with', status)
setInterval(() => {}, 60_000)
`

/** A folder as the file's first lines make it, with what is here in place of what the file names. */
function folderFor(engine: Engine, { env, url }: Graph, port: number): string {
  const folder = engine.folderOf({ 'bot.mjs': REPORTING_BOT, '.env': `META_APP_ID=${env['META_APP_ID']}\n` })
  const own = (path: string) => chownSync(path, USER, USER)
  for (const name of ['secrets', 'state']) mkdirSync(join(folder, name), { mode: 0o700 })
  const secrets = {
    'whatsapp-token': env['WHATSAPP_TOKEN'] ?? '',
    'meta-app-secret': env['META_APP_SECRET'] ?? '',
    'operator-token': OPERATOR_TOKEN,
  }
  for (const [name, text] of Object.entries(secrets)) {
    writeFileSync(join(folder, 'secrets', name), `${text}\n`, { mode: 0o600 })
    own(join(folder, 'secrets', name))
  }
  for (const name of ['secrets', 'state']) own(join(folder, name))

  const file: any = Bun.YAML.parse(readFileSync(FILE, 'utf8'))
  const { 'token-guard': guard, bot } = file.services
  guard.image = IMAGE
  const rest = without(env, 'WHATSAPP_TOKEN', 'META_APP_ID', 'META_APP_SECRET')
  Object.assign(guard.environment, rest, { NODE_ENV: 'test', GRAPH_API_URL: url, TOKEN_GUARD_PORT: String(port) })
  bot.image = BUN_IMAGE
  bot.user = `${USER}:${USER}`
  bot.command = ['bun', '/srv/bot.mjs']
  bot.volumes = ['./bot.mjs:/srv/bot.mjs:ro']
  bot.environment.TOKEN_GUARD_REPORT_URL = `http://127.0.0.1:${port}/health/token/report`
  // Graph is on this machine's loopback, so both are on its network.
  for (const service of [guard, bot]) {
    delete service.ports
    service.network_mode = 'host'
  }
  writeFileSync(join(folder, 'compose.yaml'), JSON.stringify(file))
  return folder
}

/** Compose 2 as Debian 13 has it. Debian 12 has version 1, which takes a container that has ended for a healthy one. */
async function compose2(engine: Engine): Promise<string> {
  const folder = join(engine.folder, 'docker-compose')
  if (!existsSync(folder))
    await engine.must('mmdebstrap', '--quiet', '--variant=extract', '--include=docker-compose', 'trixie', folder)
  return join(folder, 'usr/libexec/docker/cli-plugins/docker-compose')
}

/** A project of Compose's, taken down at the end. */
async function composeProject(engine: Engine, graph: Graph, port: number) {
  const program = await compose2(engine)
  const docker = await engine.serveDocker()
  const folder = folderFor(engine, graph, port)
  const started: ChildProcess[] = []
  const compose = async (...args: readonly string[]) => {
    const env = { ...process.env, DOCKER_HOST: docker.host }
    const child = spawn(program, args, { cwd: folder, env })
    started.push(child)
    const said = { printed: '' }
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said.printed += String(data)))
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
    return { code, ...said }
  }
  const nameOf = async (service: string) => {
    const filter = `label=com.docker.compose.service=${service}`
    return (await engine.mustPodman('ps', '--all', '--filter', filter, '--format', '{{.Names}}')).trim()
  }
  const stateOf = async (service: string) => {
    const name = await nameOf(service)
    return name === '' ? undefined : JSON.parse(await engine.mustPodman('inspect', name))[0].State
  }
  return {
    folder,
    compose,
    nameOf,
    stateOf,
    [Symbol.asyncDispose]: async () => {
      for (const child of started) child.kill('SIGKILL')
      await compose('down', '--timeout', '0')
      await docker[Symbol.asyncDispose]()
    },
  }
}

const printed =
  (text: string) =>
  (ended: { readonly printed: string }): boolean =>
    ended.printed.includes(text)

/** Started in order, with a report and a new token on the way, and stopped within the grace. */
export async function provesOrder(engine: Engine): Promise<void> {
  await using graph = startGraph()
  const port = freePort()
  await using project = await composeProject(engine, graph, port)
  // By the schema that is built into it.
  expect(await project.compose('--project-directory', '.', '-f', FILE, 'config', '--quiet')).toEqual({
    code: 0,
    printed: '',
  })
  const up = project.compose('up', '--detach')
  const guard = await found(() => project.nameOf('token-guard'))
  await engine.until(guard, ['logs', guard], printed('"event":"server.listening"'))
  // The token has passed, and Compose does not know it yet.
  expect((await project.stateOf('bot'))?.Status ?? 'created').toBe('created')
  graph.play('revoked')
  // Where no systemd runs podman's timers.
  await engine.until(guard, ['healthcheck', 'run', guard])
  expect(await up).toMatchObject({ code: 0 })
  const bot = await project.nameOf('bot')
  await engine.until(bot, ['logs', bot], printed('answered with 202'))
  await engine.until(guard, ['logs', guard], printed('"event":"token.refused"'))

  graph.play('permanent')
  writeFileSync(join(project.folder, 'secrets/whatsapp-token'), await graph.issue())
  await engine.until(guard, ['logs', guard], printed('"event":"token.reloaded"'))
  const kept = join(project.folder, 'state/state')
  expect([existsSync(kept), statSync(kept).uid]).toEqual([true, USER])

  const startMs = Date.now()
  expect(await project.compose('stop')).toMatchObject({ code: 0 })
  expect(Date.now() - startMs).toBeLessThan(GRACE_MS)
  const { printed: logs } = await engine.podman('logs', guard)
  expect(logs).toContain('"event":"server.stopped"')
  expect([(await project.stateOf('token-guard')).ExitCode, (await project.stateOf('bot')).ExitCode]).toEqual([0, 0])
  const [inspected] = JSON.parse(await engine.mustPodman('inspect', guard))
  expect([inspected.Config.User, inspected.HostConfig.ReadonlyRootfs]).toEqual([`${USER}:${USER}`, true])
  expect([inspected.EffectiveCaps ?? [], inspected.HostConfig.Memory]).toEqual([[], 256 * 1024 * 1024])
  expectNoSecret(logs + JSON.stringify(inspected), [...SANDBOX_SECRETS, OPERATOR_TOKEN])
}

/** A refused token is tried four times, and the bot is never started. */
export async function provesRefusal(engine: Engine): Promise<void> {
  await using graph = startGraph('revoked')
  await using project = await composeProject(engine, graph, freePort())
  const up = await project.compose('up', '--detach')
  expect(up).toEqual({ code: 1, printed: expect.stringMatching(/dependency failed to start: .*exited \(77\)/) })
  const guard = await project.nameOf('token-guard')
  const question = ['inspect', '--format', '{{.State.Status}} {{.State.ExitCode}} {{.RestartCount}}', guard]
  await engine.until(guard, question, printed('exited 77 3'))
  expect((await project.stateOf('bot')).Status).toBe('created')
  const { printed: logs } = await engine.podman('logs', guard)
  expect(logs.match(/"event":"boot\.refused"/g)).toHaveLength(4)
}

/** Polls until there is such a container. */
async function found(name: () => Promise<string>): Promise<string> {
  const endMs = Date.now() + 30_000
  for (;;) {
    const answer = await name()
    if (answer !== '') return answer
    if (Date.now() > endMs) throw new Error('Compose has made no container')
  }
}
