import { spawn, type ChildProcess } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { has } from './programs.ts'

const SLOW_MS = 280_000
const WAIT_MS = 30_000
/** Made here, in place of what the Dockerfile names. */
export const BUN_IMAGE = 'localhost/bun:stand-in'
const DEBIAN_IMAGE = 'localhost/debian:stand-in'
const PODMAN = ['podman', '--cgroup-manager', 'cgroupfs', '--runtime', 'crun']
const ROOT = new URL('../..', import.meta.url).pathname

/** The image. */
export const IMAGE = 'localhost/whatsapp-token-guard:test'
/** The image and one program more. */
export const WITH_ECHO = 'localhost/with-echo:test'
/** A user's own image, with the guard in front of a bot that leaves an orphan. */
export const BOT = 'localhost/bot:test'
/** Its orphan outlives the shell that starts it. A zombie keeps its folder in /proc until PID 1 reaps it. */
const ORPHAN = `
orphan=$(sh -c 'sleep 0.2 > /dev/null & echo $!')
asked=0
while [ -e /proc/$orphan ] && [ $asked -lt 100 ]; do sleep 0.05; asked=$((asked + 1)); done
[ -e /proc/$orphan ] && echo zombie || echo reaped
`

export type Ended = { readonly code: number | null; readonly stdout: string; readonly printed: string }

const isWell = ({ code }: Ended) => code === 0

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
    return this.#run([...PODMAN, ...args])
  }

  async mustPodman(...args: readonly string[]): Promise<string> {
    const { code, stdout, printed } = await this.podman(...args)
    if (code !== 0) throw new Error(`podman ${args.join(' ')} ends with ${code}: ${printed}`)
    return stdout.trim()
  }

  /** Built from what is on this machine: no image registry is asked. */
  async build(tag: string, context: string, file: string): Promise<void> {
    // The OCI format knows no HEALTHCHECK.
    const how = ['--format', 'docker', '--pull-never', '--volume', '/etc/ssl/certs:/etc/ssl/certs:ro']
    const bases = ['--build-arg', `BUN_IMAGE=${BUN_IMAGE}`, '--build-arg', `DEBIAN_IMAGE=${DEBIAN_IMAGE}`]
    await this.must('buildah', 'bud', ...how, ...bases, '-t', tag, '-f', file, context)
  }

  async must(...command: readonly string[]): Promise<void> {
    const { code, printed } = await this.#run(command)
    if (code !== 0) throw new Error(`${command.join(' ')} ends with ${code}: ${printed}`)
  }

  /** Asks podman again and again, as those do who wait for a container. */
  async until(container: string, question: readonly string[], isExpected = isWell): Promise<void> {
    const endMs = Date.now() + WAIT_MS
    for (;;) {
      const answer = await this.podman(...question)
      if (isExpected(answer)) return
      if (Date.now() > endMs) throw new Error(`${answer.printed}\n${(await this.podman('logs', container)).printed}`)
    }
  }

  /** All that is not a folder in an image: its mode, its owner and its path. */
  async filesOf(image: string): Promise<readonly string[]> {
    const tar = join(this.folder, 'root.tar')
    const container = await this.mustPodman('create', image)
    await this.mustPodman('export', '--output', tar, container)
    const { stdout } = await this.#run(['tar', '--list', '--verbose', '--numeric-owner', '--file', tar])
    const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('d'))
    return lines.map((line) => line.replace(/^(\S+) (\S+) .*:\d\d /, '$1 $2 ')).toSorted()
  }

  async remove(): Promise<void> {
    await this.podman('pod', 'rm', '--all', '--force')
    await this.podman('rm', '--all', '--force', '--time', '0')
    await this.#run(['buildah', 'rm', '--all'])
    // The driver mounts its folder onto itself.
    await this.#run(['umount', '--lazy', join(this.folder, 'store/overlay')])
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Docker's API, which podman speaks, for programs that are made for Docker. */
  async serveDocker() {
    const socket = join(mkdtempSync(join(this.folder, 'docker-')), 'docker.sock')
    const child = this.#spawn([...PODMAN, 'system', 'service', '--time=0', `unix://${socket}`])
    const endMs = Date.now() + WAIT_MS
    while (!existsSync(socket)) {
      if (Date.now() > endMs) throw new Error('podman does not serve the API of Docker')
      await Bun.sleep(25)
    }
    return { host: `unix://${socket}`, [Symbol.asyncDispose]: () => endOf(child) }
  }

  /** Not synchronously: the sandbox answers from this very process. */
  async #run(command: readonly string[]): Promise<Ended> {
    const child = this.#spawn(command)
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

  #spawn(command: readonly string[]) {
    // crun knows the cgroups of version 1 and of version 2, and gives up where both are mounted.
    const alone = 'umount /sys/fs/cgroup/unified 2> /dev/null; exec "$@"'
    return spawn('unshare', ['--mount', 'sh', '-c', alone, 'sh', ...command], {
      cwd: this.folder,
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: SLOW_MS,
    })
  }
}

async function endOf(child: ChildProcess): Promise<void> {
  const end = new Promise((resolve) => child.once('close', resolve))
  child.kill()
  await end
}

/** An engine with stand-ins for the images that the Dockerfile builds on; `null` where those cannot be had. */
export async function startEngine(): Promise<Engine | null> {
  if (process.getuid?.() !== 0 || !['buildah', 'podman', 'crun', 'mmdebstrap', 'unshare'].every(has)) return null
  const engine = new Engine()
  try {
    await makeStandIns(engine)
    return engine
  } catch (error) {
    console.log(String(error))
    await engine.remove()
    return null
  }
}

/** Debian, and Debian with this machine's Bun, as Bun's own image is. */
async function makeStandIns(engine: Engine): Promise<void> {
  const context = join(engine.folder, 'base')
  mkdirSync(context)
  copyFileSync(process.execPath, join(context, 'bun'))
  const rootfs = join(context, 'rootfs.tar')
  await engine.must('mmdebstrap', '--quiet', '--variant=minbase', '--include=ca-certificates', 'trixie', rootfs)
  await engine.build(DEBIAN_IMAGE, context, engine.write('Debian', 'FROM scratch\nADD rootfs.tar /\n'))
  const withBun = `FROM ${DEBIAN_IMAGE}\nCOPY bun /usr/local/bin/bun\n`
  await engine.build(BUN_IMAGE, context, engine.write('Bun', withBun))
  rmSync(context, { recursive: true })
}

/** `secret` is in files of the folder that the image is built in. */
export async function buildImages(engine: Engine, secret: string): Promise<void> {
  const context = contextWith(engine, secret)
  await engine.build(IMAGE, context, join(context, 'Dockerfile'))
  const echo = `FROM ${IMAGE}\nCOPY --from=${DEBIAN_IMAGE} /usr/bin/echo /usr/bin/\n`
  await engine.build(WITH_ECHO, context, engine.write('Echo', echo))
  await engine.build(BOT, engine.folderOf({ 'bot.py': ORPHAN }), engine.write('Bot', botFile()))
}

/** The checkout with a secret in it, as a developer's is. */
function contextWith(engine: Engine, secret: string): string {
  const context = join(engine.folder, 'context')
  const left = ['node_modules', '.git', 'dist', 'out']
  cpSync(ROOT, context, { recursive: true, filter: (path) => !left.includes(relative(ROOT, path)) })
  for (const file of ['.env', '.env.local', 'src/.env', '.npmrc.secret', 'token.txt'])
    writeFileSync(join(context, file), `WHATSAPP_TOKEN=${secret}\n`)
  return context
}

/** The Dockerfile of docs/operating.md, with what is here in place of what it names. */
function botFile(): string {
  const [, file = ''] = /```dockerfile\n(.*?)```/s.exec(readFileSync(join(ROOT, 'docs/operating.md'), 'utf8')) ?? []
  return file
    .replace('FROM python:3.14-slim', `FROM ${DEBIAN_IMAGE}`)
    .replace('--from=whatsapp-token-guard', `--from=${IMAGE}`)
    .replace('"python3"', '"sh"')
}
