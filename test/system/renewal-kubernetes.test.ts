import { describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { VARIABLE_NAMES } from '../../src/config/variables.ts'
import { startGraph, without } from '../process/graph.ts'
import { forOneRuntime, Program, run, temporaryFolder } from '../process/harness.ts'
import { isValid } from '../process/rotation.ts'
import { has } from './programs.ts'

/** deploy/kubernetes/rotate.yaml: who may do what, and the script that writes the new token into the Secret. */

const FOLDER = new URL('../../deploy/kubernetes/', import.meta.url).pathname
const [account, role, binding, cronJob] = Bun.YAML.parse(readFileSync(join(FOLDER, 'rotate.yaml'), 'utf8')) as any
const job = cronJob.spec.jobTemplate.spec
const pod = job.template.spec
const [[guard], [kubectl]] = [pod.initContainers, pod.containers]
const mountsOf = ({ volumeMounts }: any) => volumeMounts.map(({ name }: any) => name)
const volume = (wanted: string) => pod.volumes.find(({ name }: any) => name === wanted)

const TOKEN = 'EAASANDBOXnewTokenOfTheTest'
const ENCODED = Buffer.from(TOKEN).toString('base64')

describe('the rights', () => {
  test('are to read and patch one Secret, the one that the token comes from', () => {
    const { secretName } = volume('whatsapp').secret
    expect(role.rules).toEqual([
      { apiGroups: [''], resources: ['secrets'], resourceNames: [secretName], verbs: ['get', 'patch'] },
    ])
    expect(binding.roleRef).toMatchObject({ kind: 'Role', name: role.metadata.name })
    expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', name: account.metadata.name }])
    expect(pod.serviceAccountName).toBe(account.metadata.name)
  })

  test('are with kubectl alone, and the app secret with the guard alone', () => {
    expect([account.automountServiceAccountToken, pod.automountServiceAccountToken]).toEqual([false, false])
    expect(mountsOf(guard)).toEqual(['whatsapp', 'rotated'])
    expect(mountsOf(kubectl)).toEqual(['rotated', 'api'])
    expect(JSON.stringify(volume('api').projected)).toContain('"serviceAccountToken"')
    expect([guard, kubectl].map(({ command }) => command?.[0])).toEqual([undefined, '/bin/sh'])
  })

  test('of the pod are restricted, and both containers are one user, who alone may read the new token', () => {
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    })
    for (const { securityContext } of [guard, kubectl])
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
    expect(volume('rotated').emptyDir).toMatchObject({ medium: 'Memory' })
  })
})

test('runs one at a time, and a pod that cannot start does not block the next day', () => {
  expect(cronJob.spec).toMatchObject({
    concurrencyPolicy: 'Forbid',
    schedule: expect.stringMatching(/^\d+ \d+ \* \* \*$/),
  })
  expect(job.activeDeadlineSeconds).toBeLessThan(86_400)
  expect(cronJob.spec.startingDeadlineSeconds).toBeLessThan(86_400)
  expect(pod.restartPolicy).toBe('OnFailure')
})

test('rotates to where the script looks, with our variables alone, under no label of the guard', () => {
  expect(guard.args).toEqual(['rotate', '--if-due', `--print=${kubectl.workingDir}/token`])
  const names = guard.env.map(({ name }: any) => name.replace(/_FILE$/, ''))
  expect(names.filter((name: string) => !(VARIABLE_NAMES as readonly string[]).includes(name))).toEqual([])
  const deployment = Bun.YAML.parse(readFileSync(join(FOLDER, 'deployment.yaml'), 'utf8')) as any
  expect(job.template.metadata.labels).not.toEqual(deployment.spec.selector.matchLabels)
  expect(guard.envFrom).toEqual(deployment.spec.template.spec.containers[0].envFrom)
})

/** In the place of kubectl: records its arguments, and does what it is given to do. */
function recording(folder: string, does: string) {
  const bin = join(folder, 'bin')
  const recorded = join(folder, 'arguments')
  mkdirSync(bin)
  writeFileSync(join(bin, 'kubectl'), `#!/bin/sh\nprintf '%s\\n' "$@" >> ${recorded}\n${does}\n`, { mode: 0o755 })
  const work = join(folder, 'rotated')
  mkdirSync(work)
  return {
    work,
    /** As the second container does, in its folder, and with a home that it cannot write. */
    run: async (env = {}) => {
      const path = [bin, process.env['PATH']].join(delimiter)
      await using program = new Program(
        kubectl.command,
        { PATH: path, HOME: '/nowhere', ...env },
        { cwd: work, secrets: [TOKEN, ENCODED] },
      )
      return { ...(await program.exit), stdout: program.stdout, stderr: program.stderr }
    },
    arguments: () => (existsSync(recorded) ? readFileSync(recorded, 'utf8') : ''),
  }
}

/** What kubectl does with these arguments, as far as the script goes. */
const FAKE = `
case $1 in
  create) printf '{"data":{"token":"%s"}}' "$(base64 -w0 < token)" ;;
  patch) cat patch.json > patched ;;
esac`

describe('the script', () => {
  test('does nothing without a new token', async () => {
    using folder = temporaryFolder()
    const script = recording(folder.path, FAKE)
    expect(await script.run()).toMatchObject({ code: 0, stdout: 'No new token: it was not due.\n' })
    expect(script.arguments()).toBe('')
  })

  test('writes no empty token into the Secret', async () => {
    using folder = temporaryFolder()
    const script = recording(folder.path, FAKE)
    writeFileSync(join(script.work, 'token'), '')
    expect((await script.run()).code).toBe(1)
    expect(script.arguments()).toBe('')
  })

  test('gives the token to no argument, and keeps it from other users', async () => {
    using folder = temporaryFolder()
    const script = recording(folder.path, FAKE)
    writeFileSync(join(script.work, 'token'), TOKEN)
    expect((await script.run()).code).toBe(0)
    expect(script.arguments()).toContain('--patch-file=patch.json')
    expect(script.arguments()).not.toContain(TOKEN)
    expect(script.arguments()).not.toContain(ENCODED)
    expect(spawnSync('stat', ['-c', '%a', 'patch.json'], { cwd: script.work }).stdout.toString()).toBe('600\n')
    expect(JSON.parse(readFileSync(join(script.work, 'patched'), 'utf8'))).toEqual({ data: { token: ENCODED } })
  })

  test.each(['create', 'patch'])('fails where kubectl fails to %s', async (verb) => {
    using folder = temporaryFolder()
    const script = recording(folder.path, `[ "$1" != ${verb} ] || exit 3\n${FAKE}`)
    writeFileSync(join(script.work, 'token'), TOKEN)
    expect((await script.run()).code).toBe(3)
    expect(existsSync(join(script.work, 'patched'))).toBe(false)
  })
})

forOneRuntime((runtime) => {
  test.each(['--if-due=61d', '--if-due'])('both steps, with a token that has 60 days left, and %s', async (ifDue) => {
    using folder = temporaryFolder()
    await using graph = startGraph('sixty-days')
    const script = recording(folder.path, FAKE)
    const file = join(folder.path, 'token')
    writeFileSync(file, graph.env['WHATSAPP_TOKEN'] ?? '')
    const args = guard.args.map((arg: string) =>
      arg.replace('--if-due', ifDue).replace(kubectl.workingDir, script.work),
    )
    const settings = { WHATSAPP_TOKEN_FILE: file, TOKEN_GUARD_EXPIRY: 'rotate' }
    expect((await run(runtime, args, { ...without(graph.env, 'WHATSAPP_TOKEN'), ...settings })).code).toBe(0)
    expect((await script.run()).code).toBe(0)
    if (ifDue === '--if-due') return expect(script.arguments()).toBe('')
    const { data } = JSON.parse(readFileSync(join(script.work, 'patched'), 'utf8'))
    const token = Buffer.from(data.token, 'base64').toString()
    expect([await isValid(graph, token), token === graph.env['WHATSAPP_TOKEN']]).toEqual([true, false])
  })
})

/** As much of the API server as `kubectl patch` asks. */
function startApiServer(folder: string) {
  const verbs: string[] = []
  const changes: { readonly type: string | null; readonly body: unknown }[] = []
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'whatsapp', namespace: 'default', resourceVersion: '1' },
    data: { token: 'b2xk', 'app-secret': 'c2VjcmV0' },
  }
  const resource = {
    name: 'secrets',
    singularName: 'secret',
    namespaced: true,
    kind: 'Secret',
    verbs: ['get', 'patch'],
  }
  const documents: Readonly<Record<string, object>> = {
    '/api': { kind: 'APIVersions', versions: ['v1'] },
    '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [] },
    '/api/v1': { kind: 'APIResourceList', groupVersion: 'v1', resources: [resource] },
  }
  const state = { isDown: false }
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      const { pathname } = new URL(request.url)
      if (!pathname.endsWith('/secrets/whatsapp'))
        return Response.json(documents[pathname] ?? {}, { status: pathname in documents ? 200 : 404 })
      verbs.push(request.method.toLowerCase())
      if (state.isDown) return new Response('down', { status: 503 })
      if (request.method === 'PATCH')
        changes.push({ type: request.headers.get('content-type'), body: await request.json() })
      return Response.json(secret)
    },
  })
  const config = join(folder, 'kubeconfig')
  const cluster = { name: 'test', cluster: { server: server.url.origin } }
  const context = { name: 'test', context: { cluster: 'test' } }
  const all = { apiVersion: 'v1', kind: 'Config', clusters: [cluster], contexts: [context] }
  writeFileSync(config, JSON.stringify({ ...all, 'current-context': 'test' }))
  return { verbs, changes, state, env: { KUBECONFIG: config }, [Symbol.asyncDispose]: () => server.stop(true) }
}

describe.skipIf(!has('kubectl'))('kubectl', () => {
  const real = () => `exec ${spawnSync('sh', ['-c', 'command -v kubectl']).stdout.toString().trim()} "$@"`

  test('changes the token alone, with no other right than the Role gives', async () => {
    using folder = temporaryFolder()
    await using api = startApiServer(folder.path)
    const script = recording(folder.path, real())
    writeFileSync(join(script.work, 'token'), TOKEN)
    expect(await script.run(api.env)).toMatchObject({ code: 0, stderr: '' })
    expect(api.changes).toEqual([{ type: 'application/merge-patch+json', body: { data: { token: ENCODED } } }])
    expect([...new Set(api.verbs)].toSorted()).toEqual(role.rules[0].verbs)
    expect(script.arguments()).not.toContain(TOKEN)
  })

  test('is tried again with the same token after a failure', async () => {
    using folder = temporaryFolder()
    await using api = startApiServer(folder.path)
    const script = recording(folder.path, real())
    writeFileSync(join(script.work, 'token'), TOKEN)
    api.state.isDown = true
    expect((await script.run(api.env)).code).not.toBe(0)
    api.state.isDown = false
    expect((await script.run(api.env)).code).toBe(0)
    expect(api.changes).toMatchObject([{ body: { data: { token: ENCODED } } }])
  })

  test('finds the ConfigMap and the image of the guard in the kustomization', () => {
    using folder = temporaryFolder()
    cpSync(FOLDER, folder.path, { recursive: true })
    const path = join(folder.path, 'kustomization.yaml')
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/# - (rotate|TOKEN_GUARD_EXPIRY)/g, '- $1'))
    const built = Bun.YAML.parse(spawnSync('kubectl', ['kustomize', folder.path]).stdout.toString()) as readonly any[]
    const of = (kind: string) => built.find((each) => each.kind === kind)
    const [rotating] = of('CronJob').spec.jobTemplate.spec.template.spec.initContainers
    const [serving] = of('Deployment').spec.template.spec.containers
    expect([rotating.image, rotating.envFrom]).toEqual([serving.image, serving.envFrom])
    expect(rotating.envFrom).toEqual([{ configMapRef: { name: of('ConfigMap').metadata.name } }])
    expect(of('ConfigMap').data).toMatchObject({ TOKEN_GUARD_EXPIRY: 'rotate' })
  })
})
