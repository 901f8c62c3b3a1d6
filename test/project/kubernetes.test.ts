import { describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { Deployment } from 'kubernetes-models/apps/v1'
import { CronJob } from 'kubernetes-models/batch/v1'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import { Role, RoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1'
import { Service, ServiceAccount } from 'kubernetes-models/v1'
import { parseDuration } from '../../src/config/durations.ts'
import { VARIABLES, variable, VARIABLE_NAMES } from '../../src/config/variables.ts'
import { askOf } from '../../src/http/app.fake.ts'
import { NAME, VERSION } from '../../src/platform/version.ts'
import { ROOT } from './sources.ts'

/** Kubernetes and the program understand the manifests in deploy/kubernetes. */

const FOLDER = `${ROOT}deploy/kubernetes`
const load = (name: string): any => Bun.YAML.parse(readFileSync(`${FOLDER}/${name}`, 'utf8'))
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'))
const KUSTOMIZATION = load('kustomization.yaml')
const MODELS: Readonly<Record<string, new (manifest: any) => { validate(): void }>> = {
  CronJob,
  Deployment,
  NetworkPolicy,
  Role,
  RoleBinding,
  Service,
  ServiceAccount,
}
/** A file may hold several. */
const MANIFESTS = FILES.flatMap((name) => [load(name)].flat().map((manifest: any) => [name, manifest] as const)).filter(
  ([, { kind }]) => kind in MODELS,
)
const PODS = MANIFESTS.filter(([, { kind }]) => kind === 'Deployment').map(
  ([name, manifest]) => [name, manifest.spec.template.spec] as const,
)
const containersOf = (pod: any): readonly any[] => [...(pod.initContainers ?? []), ...pod.containers]
const guardOf = (pod: any) => containersOf(pod).find(({ name }) => name === 'token-guard')

const complaintOf = (manifest: any): string | null => {
  try {
    new MODELS[manifest.kind]!(manifest).validate()
    return null
  } catch (error) {
    return String(error)
  }
}

/** The path of every value, down to the leaves. */
function leavesOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]))
}

/** The same manifest, with a value at the path that no schema allows. */
function spoilt(manifest: any, path: readonly string[]): any {
  const copy = structuredClone(manifest)
  const parent = path.slice(0, -1).reduce((inner, key) => inner[key], copy)
  parent[path.at(-1) ?? ''] = () => 'of a type that YAML does not have'
  return copy
}

describe.each(MANIFESTS.map(([name, manifest]) => [name, manifest.kind, manifest] as const))('%s: %s', (...all) => {
  const [, , manifest] = all
  test('is valid', () => {
    expect(complaintOf(manifest)).toBeNull()
  })

  // Validation ignores unknown keys and everything below them.
  test('has no key that Kubernetes does not know', () => {
    const leaves = leavesOf(manifest).filter(([key]) => key !== 'apiVersion' && key !== 'kind')
    expect(leaves.length).toBeGreaterThan(2)
    expect(leaves.filter((path) => complaintOf(spoilt(manifest, path)) === null)).toEqual([])
  })
})

describe.each(PODS)('the pod of %s', (_name, pod) => {
  const guard = guardOf(pod)

  test('does not run as root, and has no capabilities', () => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
    for (const { securityContext } of containersOf(pod))
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
    expect(pod.automountServiceAccountToken).toBe(false)
    expect(pod.enableServiceLinks).toBe(false)
    expect(guard.resources).toMatchObject({ requests: { memory: '96Mi' }, limits: { memory: '256Mi' } })
  })

  test('sets only our variables, each to a valid value', () => {
    for (const { env = [] } of containersOf(pod))
      for (const { name: variableName, value } of env) {
        expect(KNOWN_NAMES).toContain(variableName)
        if (!variableName.endsWith('_FILE')) expect(read(variableName, value)).toHaveProperty('value')
      }
  })

  test('mounts the Secret as a folder, so that changes arrive, and reads each file from it', () => {
    const volumes = new Map(pod.volumes.map((volume: any) => [volume.name, volume.secret]))
    expect(volumes.get('whatsapp')).toEqual({ secretName: 'whatsapp', defaultMode: 0o440 })
    expect(pod.securityContext.fsGroup).toBe(1000)
    for (const { volumeMounts, env } of containersOf(pod)) {
      expect(volumeMounts).toContainEqual({ name: 'whatsapp', mountPath: '/run/secrets/whatsapp', readOnly: true })
      const files = env.filter((each: any) => each.name.endsWith('_FILE')).map(({ value }: any) => value)
      expect(files).toContain('/run/secrets/whatsapp/token')
      for (const file of files) expect(file).toMatch(/^\/run\/secrets\/whatsapp\/[a-z-]+$/)
    }
  })

  test('is given more time to end than the guard takes', () => {
    const delay = guard.env.find((each: any) => each.name === 'TOKEN_GUARD_STOP_DELAY')?.value ?? '0s'
    const delayMs = parseDuration(delay) ?? Infinity
    // 30 s is Kubernetes' own; the guard ends within 5 s after the delay.
    expect((pod.terminationGracePeriodSeconds ?? 30) * 1000).toBeGreaterThan(delayMs + 5_000)
    const { periodSeconds = 10, failureThreshold = 3 } = guard.readinessProbe ?? { periodSeconds: 0 }
    if (delayMs > 0) expect(delayMs).toBeGreaterThanOrEqual(periodSeconds * failureThreshold * 1000)
  })
})

/** The init container runs `check`, which ends and has no probes. */
const SERVING = PODS.filter(([name]) => name !== 'init.yaml')

describe.each(SERVING)('the probes of %s', (_name, pod) => {
  const guard = guardOf(pod)

  test('ask existing routes, at the port where the guard listens', async () => {
    const [{ name: port, containerPort }] = guard.ports
    expect(guard.env).toContainEqual({ name: 'TOKEN_GUARD_PORT', value: String(containerPort) })
    const paths = { startupProbe: '/health/live', livenessProbe: '/health/live', readinessProbe: '/health/ready' }
    for (const [probe, path] of Object.entries(paths)) {
      expect(guard[probe].httpGet).toEqual({ path, port })
      expect((await askOf()(path)).status).toBe(200)
    }
  })

  test('wait longer than the boot may take', () => {
    const { periodSeconds, failureThreshold } = guard.startupProbe
    const bootMs = parseDuration(VARIABLES.TOKEN_GUARD_BOOT_TIMEOUT.default) ?? Infinity
    const requestMs = parseDuration(VARIABLES.TOKEN_GUARD_CHECK_TIMEOUT.default) ?? Infinity
    // A refusal is confirmed a second later, even after the boot time.
    expect(periodSeconds * failureThreshold * 1000).toBeGreaterThan(bootMs + 2 * requestMs + 1_000)
  })
})

const KNOWN_NAMES = VARIABLE_NAMES.flatMap((name) => (variable(name).file ? [name, `${name}_FILE`] : [name]))
const read = (name: string, text: string) => VARIABLES[name as keyof typeof VARIABLES].read(text)

test('the sidecar is a native one with a startup probe: otherwise the bot would not wait for it', () => {
  const { initContainers, containers } = load('sidecar.yaml').spec.template.spec
  expect(initContainers).toEqual([expect.objectContaining({ restartPolicy: 'Always', name: 'token-guard' })])
  expect(initContainers[0].startupProbe).toBeDefined()
  expect(containers.map(({ name }: any) => name)).toEqual(['bot'])
})

test('the init container is a command that ends', () => {
  const { initContainers } = load('init.yaml').spec.template.spec
  expect(initContainers).toEqual([expect.objectContaining({ args: ['check'] })])
  expect(initContainers[0]).not.toHaveProperty('restartPolicy')
})

test('the kustomization names each file, and sets only our variables', () => {
  const named = readFileSync(`${FOLDER}/kustomization.yaml`, 'utf8').matchAll(/^ {2}(?:# )?- (\S+\.yaml)$/gm)
  const others = ['init.yaml', 'kustomization.yaml', 'sidecar.yaml']
  expect([...[...named].map(([, file]) => file), ...others].toSorted()).toEqual(FILES.toSorted())
  const [{ name, literals }] = KUSTOMIZATION.configMapGenerator
  expect(guardOf(load('deployment.yaml').spec.template.spec).envFrom).toEqual([{ configMapRef: { name } }])
  for (const [variableName, value] of literals.map((literal: string) => literal.split('='))) {
    expect(KNOWN_NAMES).toContain(variableName)
    expect(read(variableName, value)).toHaveProperty('value')
  }
})

test('every image of the guard has this version', () => {
  expect(KUSTOMIZATION.images).toEqual([{ name: NAME, newName: `registry.example.com/${NAME}`, newTag: VERSION }])
  const images = PODS.map(([, pod]) => guardOf(pod).image)
  expect(new Set(images)).toEqual(new Set([NAME, `registry.example.com/${NAME}:${VERSION}`]))
})

test('Service, ServiceMonitor and NetworkPolicy select the pods and the port of the Deployment', async () => {
  const { metadata, spec } = load('deployment.yaml').spec.template
  const [{ name: port, containerPort }] = guardOf(spec).ports
  const service = load('service.yaml')
  expect(service.spec.selector).toEqual(metadata.labels)
  expect(service.spec.ports).toEqual([{ name: port, port: containerPort, targetPort: port }])
  const monitor = load('servicemonitor.yaml')
  expect(monitor).toMatchObject({ apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor' })
  expect(monitor.spec.selector.matchLabels).toEqual(service.metadata.labels)
  expect(monitor.spec.endpoints).toMatchObject([{ port, path: '/metrics', interval: '30s' }])
  expect((await askOf()('/metrics')).status).toBe(200)
  const policy = load('networkpolicy.yaml').spec
  expect(policy.podSelector.matchLabels).toEqual(metadata.labels)
  expect(policy.ingress[0].ports).toEqual([{ port: containerPort, protocol: 'TCP' }])
})

test('the ServiceMonitor sets the job that the alert rules select', () => {
  const read = (path: string) => readFileSync(new URL(`../../deploy/${path}`, import.meta.url), 'utf8')
  const monitor = Bun.YAML.parse(read('kubernetes/servicemonitor.yaml')) as {
    readonly spec: {
      readonly endpoints: readonly { readonly relabelings: readonly { readonly replacement: string }[] }[]
    }
  }
  const [job = ''] = monitor.spec.endpoints.flatMap(({ relabelings }) =>
    relabelings.map(({ replacement }) => replacement),
  )
  expect(read('prometheus/rules.yaml')).toContain(`up{job="${job}"}`)
})
