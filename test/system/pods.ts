import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { without } from '../process/graph.ts'
import type { Environment } from '../process/harness.ts'

/** The manifests of deploy/kubernetes, with what podman has in place of a cluster. */

const ROOT = new URL('../..', import.meta.url).pathname

export type Stage = {
  readonly image: string
  /** A folder in the Secret's place: podman 4.3 mounts a Secret's values as they are written, in base64. */
  readonly secrets: string
  readonly settings: Environment
}

function podOf(file: string): any {
  const manifest: any = Bun.YAML.parse(readFileSync(join(ROOT, 'deploy/kubernetes', file), 'utf8'))
  return manifest.spec.template
}

function manifestOf(name: string, { metadata, spec }: any, { secrets, settings }: Stage): string {
  const kept = spec.volumes.filter(({ emptyDir }: any) => emptyDir !== undefined)
  spec.volumes = [...kept, { name: 'whatsapp', hostPath: { path: secrets, type: 'Directory' } }]
  // On the host's network no port is mapped, and podman would probe with a curl that the image does not have.
  for (const container of [...spec.containers, ...(spec.initContainers ?? [])])
    for (const key of ['ports', 'startupProbe', 'livenessProbe', 'readinessProbe']) delete container[key]
  // podman starts an init container again as soon as it has ended, where the pod's policy is to do so.
  spec.restartPolicy = 'Never'
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name }, spec }
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'token-guard' }, data: settings }
  return `${JSON.stringify(config)}\n---\n${JSON.stringify(pod)}`
}

/** The guard by itself: deployment.yaml. */
export function guardPod(name: string, stage: Stage, port: string): string {
  const pod = podOf('deployment.yaml')
  const [guard] = pod.spec.containers
  guard.image = stage.image
  guard.env.find((each: any) => each.name === 'TOKEN_GUARD_PORT').value = port
  guard.env.find((each: any) => each.name === 'TOKEN_GUARD_STOP_DELAY').value = '0s'
  return manifestOf(name, pod, { ...stage, settings: without(stage.settings, 'TOKEN_GUARD_PORT') })
}

/** A bot that says one sentence behind `check`: init.yaml. */
export function botPod(name: string, stage: Stage, sentence: string): string {
  const pod = podOf('init.yaml')
  const [guard] = pod.spec.initContainers
  guard.image = stage.image
  guard.envFrom = [{ configMapRef: { name: 'token-guard' } }]
  const [bot] = pod.spec.containers
  bot.image = stage.image
  bot.command = ['echo', sentence]
  return manifestOf(name, pod, stage)
}
