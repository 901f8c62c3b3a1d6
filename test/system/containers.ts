import { spawn } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { has } from './programs.ts'

const ROOT = new URL('../..', import.meta.url).pathname
const SLOW_MS = 280_000

export type Ended = { readonly code: number | null; readonly stdout: string; readonly printed: string }

/** buildah and podman over a store of their own: the machine's images are neither seen nor touched. */
export class Engine {
  readonly folder = mkdtempSync(join(tmpdir(), 'token-guard-containers-'))
  readonly #env: NodeJS.ProcessEnv

  constructor() {
    // Processes of user 1000 have to read what is mounted from here.
    chmodSync(this.folder, 0o755)
    const storage = [
      '[storage]',
      'driver = "overlay"',
      `graphroot = "${this.folder}/store"`,
      `runroot = "${this.folder}/run"`,
    ]
    const defaults = ['[containers]', 'default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]']
    this.#env = {
      ...process.env,
      CONTAINERS_STORAGE_CONF: this.write('storage.conf', storage.join('\n')),
      CONTAINERS_CONF: this.write('containers.conf', defaults.join('\n')),
      // No namespace of its own is needed to build.
      BUILDAH_ISOLATION: 'chroot',
    }
  }

  write(name: string, text: string): string {
    const path = join(this.folder, name)
    writeFileSync(path, text, { mode: 0o644 })
    return path
  }

  /** A folder of files, readable for all. */
  folderOf(files: Readonly<Record<string, string>>): string {
    const folder = mkdtempSync(join(this.folder, 'files-'))
    chmodSync(folder, 0o755)
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o644 })
    return folder
  }

  podman(...args: readonly string[]): Promise<Ended> {
    return this.#run(['podman', '--cgroup-manager', 'cgroupfs', '--runtime', 'crun', ...args])
  }

  async mustPodman(...args: readonly string[]): Promise<string> {
    const { code, stdout, printed } = await this.podman(...args)
    if (code !== 0) throw new Error(`podman ${args.join(' ')} ends with ${code}: ${printed}`)
    return stdout.trim()
  }

  /** Built from what is on this machine: no image registry is asked. */
  async build(tag: string, context: string, file: string): Promise<void> {
    const certificates = ['--volume', '/etc/ssl/certs:/etc/ssl/certs:ro']
    // The OCI format knows no HEALTHCHECK.
    await this.must(
      'buildah',
      'bud',
      '--format',
      'docker',
      '--pull-never',
      ...certificates,
      '-t',
      tag,
      '-f',
      file,
      context,
    )
  }

  async must(...command: readonly string[]): Promise<void> {
    const { code, printed } = await this.#run(command)
    if (code !== 0) throw new Error(`${command.join(' ')} ends with ${code}: ${printed}`)
  }

  async remove(): Promise<void> {
    await this.podman('pod', 'rm', '--all', '--force')
    await this.podman('rm', '--all', '--force', '--time', '0')
    await this.#run(['buildah', 'rm', '--all'])
    // The driver mounts its folder onto itself.
    await this.#run(['umount', '--lazy', join(this.folder, 'store/overlay')])
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Not synchronously: the sandbox answers from this very process. */
  async #run(command: readonly string[]): Promise<Ended> {
    // crun knows the cgroups of version 1 and of version 2, and gives up where both are mounted.
    const alone = 'umount /sys/fs/cgroup/unified 2> /dev/null; exec "$@"'
    const child = spawn('unshare', ['--mount', 'sh', '-c', alone, 'sh', ...command], {
      cwd: this.folder,
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: SLOW_MS,
    })
    const said = { stdout: '', printed: '' }
    child.stdout.on('data', (data) => {
      said.stdout += String(data)
      said.printed += String(data)
    })
    child.stderr.on('data', (data) => (said.printed += String(data)))
    const code = await new Promise<number | null>((resolve, reject) =>
      child.once('error', reject).once('close', resolve),
    )
    return { code, ...said }
  }
}

/** An engine with a stand-in for the image that the Dockerfile builds on; `null` where that cannot be had. */
export async function startEngine(): Promise<Engine | null> {
  if (process.getuid?.() !== 0 || !['buildah', 'podman', 'crun', 'mmdebstrap', 'unshare'].every(has)) return null
  const engine = new Engine()
  try {
    await makeStandIn(engine)
    return engine
  } catch (error) {
    console.log(String(error))
    await engine.remove()
    return null
  }
}

/** Debian with Bun and its user, as Bun's own image is. */
async function makeStandIn(engine: Engine): Promise<void> {
  const [, base = ''] = /^FROM (\S+)/m.exec(readFileSync(join(ROOT, 'Dockerfile'), 'utf8')) ?? []
  const context = join(engine.folder, 'base')
  mkdirSync(context)
  copyFileSync(process.execPath, join(context, 'bun'))
  await engine.must(
    'mmdebstrap',
    '--quiet',
    '--variant=minbase',
    '--include=ca-certificates',
    'bookworm',
    `${context}/rootfs.tar`,
  )
  const file = engine.write(
    'Base',
    'FROM scratch\nADD rootfs.tar /\nCOPY bun /usr/local/bin/bun\nRUN useradd -u 1000 bun\n',
  )
  await engine.build(`docker.io/${base}`, context, file)
  rmSync(context, { recursive: true })
}
