import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { has } from './programs.ts'

/** Images built and run where there is no Docker: buildah and podman, in a sandbox without a registry of images. */

export const canRunContainers = ['buildah', 'podman', 'crun', 'mmdebstrap', 'unshare'].every(has)

const BASE = 'docker.io/oven/bun:1.4.5-slim'
/** Kept between runs: to make it takes half a minute. */
const KEPT = '/tmp/token-guard-test-base'
const ROOT = new URL('../..', import.meta.url).pathname
const ENV = { ...process.env, STORAGE_DRIVER: 'overlay', BUILDAH_ISOLATION: 'chroot' }

export type Ended = { readonly status: number | null; readonly stdout: string; readonly stderr: string }

function must(program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, [...args], { env: ENV, maxBuffer: 64 * 1024 * 1024 })
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ')}: ${String(stdout).slice(-2000)}${String(stderr).slice(-2000)}`)
  return String(stdout)
}

/** podman wants cgroups of one kind. Not synchronously: the sandbox answers from this very process. */
export async function podman(...args: readonly string[]): Promise<Ended> {
  const script = 'umount /sys/fs/cgroup/unified 2>/dev/null; exec podman --cgroup-manager cgroupfs "$@"'
  const child = Bun.spawn(['unshare', '-m', 'bash', '-c', script, 'podman', ...args], {
    env: ENV,
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return { status: await child.exited, stdout, stderr }
}

/** Debian and this Bun, under the name of the image that the Dockerfile starts from. */
export function makeBase(): void {
  const rootfs = join(KEPT, 'rootfs.tar')
  mkdirSync(KEPT, { recursive: true })
  if (!existsSync(rootfs))
    must('mmdebstrap', ['--quiet', '--variant=minbase', '--include=ca-certificates', 'bookworm', rootfs])
  copyFileSync(process.execPath, join(KEPT, 'bun'))
  const lines = ['FROM scratch', 'ADD rootfs.tar /', 'COPY bun /usr/local/bin/bun', 'RUN ln -s bun /usr/local/bin/node']
  writeFileSync(join(KEPT, 'Dockerfile'), `${lines.join('\n')}\n`)
  must('buildah', ['bud', '--format', 'docker', '--tag', BASE, KEPT])
}

export function build(tag: string): void {
  const certificates = '/etc/ssl/certs:/etc/ssl/certs:ro'
  must('buildah', ['bud', '--format', 'docker', '--pull-never', '--volume', certificates, '--tag', tag, ROOT])
}

/** The options without which nothing runs here, and those that the manifests demand. */
export const CONFINED = [
  ...['--runtime', 'crun', '--network', 'host', '--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1000:1000'],
  ...['--read-only', '--tmpfs', '/tmp', '--cap-drop=all', '--security-opt', 'no-new-privileges'],
]
