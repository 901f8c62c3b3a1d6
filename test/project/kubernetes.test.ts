import { describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Deployment } from 'kubernetes-models/apps/v1'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import { Service } from 'kubernetes-models/v1'
import { VARIABLE_NAMES, variable } from '../../src/config/variables.ts'
import { VERSION } from '../../src/platform/version.ts'
import { ROOT } from './sources.ts'

/** The manifests fit Kubernetes' own schemas, and what they say of this program is true. */

const FOLDER = join(ROOT, 'deploy/kubernetes')
const read = (name: string) => Bun.YAML.parse(readFileSync(join(FOLDER, name), 'utf8')) as any
const FILES = readdirSync(FOLDER).toSorted()
const MODELS: Readonly<Record<string, new (data: any) => { validate: () => void }>> = {
  Deployment,
  NetworkPolicy,
  Service,
}

type Container = {
  readonly name: string
  readonly image: string
  readonly args?: readonly string[]
  readonly env: readonly { readonly name: string; readonly value: string }[]
  readonly [probe: `${string}Probe`]: { readonly httpGet: { readonly path: string } }
  readonly [other: string]: any
}

const GUARDS = FILES.filter((name) => read(name).kind === 'Deployment').flatMap((file) => {
  const { initContainers = [], containers } = read(file).spec.template.spec
  const guards = [...initContainers, ...containers].filter(({ image }) => image.startsWith('whatsapp-token-guard'))
  return guards.map((guard: Container) => [file, guard] as const)
})

test.each(FILES.filter((name) => read(name).kind in MODELS))('%s fits the schema of its kind', (name) => {
  const Model = MODELS[read(name).kind]
  if (Model === undefined) throw new Error(name)
  expect(() => new Model(read(name)).validate()).not.toThrow()
})

test('the schemas refuse what is wrong', () => {
  const wrong = structuredClone(read('deployment.yaml'))
  wrong.spec.template.spec.containers[0].livenessProbe.periodSeconds = 'often'
  expect(() => new Deployment(wrong).validate()).toThrow()
})

test('the kustomization names the files that are there, and all of them belong together', () => {
  for (const name of read('kustomization.yaml').resources) expect(FILES).toContain(name)
  const { matchLabels } = read('deployment.yaml').spec.selector
  const others = ['service.yaml', 'networkpolicy.yaml', 'servicemonitor.yaml'].map(read)
  const selectors = others.map(
    ({ spec }) => spec.podSelector?.matchLabels ?? spec.selector.matchLabels ?? spec.selector,
  )
  expect(selectors).toEqual([matchLabels, matchLabels, matchLabels])
  expect(read('servicemonitor.yaml').spec.endpoints).toMatchObject([{ port: 'http', path: '/metrics' }])
})

describe.each(GUARDS)('the guard in %s', (file, guard) => {
  test('asks for variables that there are, and for secrets as files', () => {
    const known = VARIABLE_NAMES.flatMap((name) => (variable(name).file ? [name, `${name}_FILE`] : [name]))
    expect(guard.env.map(({ name }) => name).filter((name) => !known.includes(name as never))).toEqual([])
    const secrets = VARIABLE_NAMES.filter((name) => variable(name).secret)
    expect(guard.env.filter(({ name }) => secrets.includes(name as never))).toEqual([])
  })

  test('is of this version, and its probes ask what they mean', () => {
    expect(guard.image).toBe(`whatsapp-token-guard:${VERSION}`)
    const asked = ['startupProbe', 'livenessProbe', 'readinessProbe'].map((probe) => guard[probe]?.httpGet.path)
    expect(asked).toEqual(
      guard.args?.[0] === 'check'
        ? [undefined, undefined, undefined]
        : ['/health/live', '/health/live', '/health/ready'],
    )
  })

  test('may do nothing, and writes nowhere', () => {
    const { securityContext: pod, enableServiceLinks } = read(file).spec.template.spec
    expect({ ...pod, ...guard['securityContext'] }).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 1000,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    })
    expect(enableServiceLinks).toBe(false)
    expect(guard['volumeMounts'].every((mount: object) => !('subPath' in mount))).toBe(true)
  })

  test('has the time to start that its boot takes', () => {
    const { startupProbe } = guard
    if (startupProbe === undefined) return
    const { periodSeconds, failureThreshold } = startupProbe as any
    expect(periodSeconds * failureThreshold).toBeGreaterThan(20)
  })
})
