import { afterAll, describe, test } from 'bun:test'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import { tmpdir } from 'node:os'
import { expectNoSecret, SANDBOX_SECRETS } from './secrets.ts'

/** Starts the program as its users do, and sees only what it prints, answers and exits with. */

const ROOT = new URL('../..', import.meta.url).pathname
const PATH = process.env['PATH'] ?? ''

export type Runtime = { readonly name: 'bun' | 'node'; readonly command: readonly string[] }

/** Bun puts a `node` of its own into PATH: it is not one. */
function isNode(path: string): boolean {
  const versions = spawnSync(path, ['-p', '[process.versions.node, process.versions.bun ?? ""].join(" ")'])
  const [, major = 0, minor = 0] = /^(\d+)\.(\d+)\.\d+ ?$/.exec(String(versions.stdout).trim()) ?? []
  return Number(major) > 20 || (Number(major) === 20 && Number(minor) >= 19)
}

const NODE = PATH.split(delimiter)
  .map((folder) => join(folder, 'node'))
  .find((path) => existsSync(path) && isNode(path))

/** Names one Node or Bun to try the bundle on, or the compiled program, and nothing else: for the system and long tests. */
export const ONLY = 'TEST_ONLY_RUNTIME'
const only = process.env[ONLY]

const bundleOn = (path: string): Runtime => ({
  name: isNode(path) ? 'node' : 'bun',
  command: [path, join(ROOT, 'dist/cli.js')],
})
const runtimeAt = (path: string): Runtime =>
  basename(path).startsWith('whatsapp-token-guard-') ? { name: 'bun', command: [path] } : bundleOn(path)
/** The program with its runtime in one file: there is no runtime for other code. */
export const isCompiled = ({ command }: Runtime): boolean => command.length === 1
const RUNTIMES =
  only === undefined ? [process.execPath, NODE].flatMap((path) => path ?? []).map(bundleOn) : [runtimeAt(only)]

/**
 * For behaviour that does not depend on the runtime: verdicts, sentences, documents. Bun alone is enough: it starts in
 * a third of Node's time. The long run repeats it on each Node.
 */
export function forOneRuntime(body: (runtime: Runtime) => void): void {
  for (const runtime of RUNTIMES.filter(isFirst)) describe(runtime.name, () => body(runtime))
}

/** Whether this runtime runs the tests that do not depend on the runtime. */
export const isFirst = ({ name }: Pick<Runtime, 'name'>): boolean => name === RUNTIMES[0]?.name

/** The same specification for Bun and for Node. */
export function forEachRuntime(body: (runtime: Runtime) => void): void {
  for (const runtime of RUNTIMES) describe(runtime.name, () => body(runtime))
  if (NODE === undefined && only === undefined)
    test.skipIf(true)('the Node half: no Node 20.19 or newer in PATH', () => {})
}

export type Line = Readonly<Record<string, any>> & { readonly event: string }
export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null }
export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string; readonly json: any }
export type Environment = Readonly<Record<string, string>>
export type Options = {
  /** A folder that the test has filled; else an empty one of the program's own. */
  readonly cwd?: string
  /** What must not show anywhere. Default: the sandbox's token and app secret. */
  readonly secrets?: readonly string[]
  /** How long it may take to its end, in place of 45 s: a busy machine takes its time. */
  readonly lifetimeMs?: number
  /** A descriptor in place of the pipe. */
  readonly stdout?: number
}

const WAIT_MS = 20_000
const alive = new Set<ChildProcess>()
afterAll(() => {
  for (const child of alive) child.kill('SIGKILL')
})

/** A folder that goes with the test. */
export function temporaryFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'token-guard-test-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** Starts the program in a clean environment. `await using` ends it and looks for secrets in all that it said. */
export function start({ command }: Runtime, args: readonly string[], env: Environment = {}, options: Options = {}) {
  return new Program([...command, ...args], env, options)
}

/** What makes a runtime load a module before the program's first line. */
export const preloadFlag = ({ name }: Pick<Runtime, 'name'>) => (name === 'bun' ? '--preload' : '--import')

/** The program after a module of the test's own. */
export function preloading(runtime: Runtime, path: string): Runtime {
  const [program = '', ...rest] = runtime.command
  return { ...runtime, command: [program, preloadFlag(runtime), path, ...rest] }
}

/** Runs to the end. */
export async function run(runtime: Runtime, args: readonly string[], env: Environment = {}, options: Options = {}) {
  await using program = start(runtime, args, env, options)
  const exit = await program.exit
  return { ...exit, stdout: program.stdout, stderr: program.stderr, lines: program.lines() }
}

export class Program implements AsyncDisposable {
  readonly exit: Promise<Exit>
  readonly #child: ChildProcess
  readonly #folder = temporaryFolder()
  readonly #secrets: readonly string[]
  readonly #printed = { stdout: '', stderr: '' }
  readonly #answers: string[] = []
  readonly #watchers = new Set<() => void>()
  #ended = false

  constructor([program = '', ...args]: readonly string[], env: Environment, options: Options) {
    this.#secrets = options.secrets ?? SANDBOX_SECRETS
    const clean = { PATH, HOME: this.#folder.path, TMPDIR: tmpdir(), ...env }
    this.#child = spawn(program, args, {
      cwd: options.cwd ?? this.#folder.path,
      env: clean,
      stdio: ['ignore', options.stdout ?? 'pipe', 'pipe'],
    })
    alive.add(this.#child)
    for (const stream of ['stdout', 'stderr'] as const)
      this.#child[stream]?.setEncoding('utf8').on('data', (text: string) => {
        this.#printed[stream] += text
        this.#wake()
      })
    const closed = new Promise<Exit>((resolve, reject) => {
      this.#child.once('error', reject)
      this.#child.once('close', (code, signal) => resolve({ code, signal }))
    })
    void closed.then(() => {
      this.#ended = true
      alive.delete(this.#child)
      this.#wake()
    })
    const lifetimeMs = options.lifetimeMs ?? WAIT_MS + 25_000
    this.exit = within(closed, () => `no exit within ${lifetimeMs} ms; printed: ${this.printed}`, lifetimeMs)
    this.exit.catch(() => {}) // reported where it is awaited
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }
  get stdout(): string {
    return this.#printed.stdout
  }
  get stderr(): string {
    return this.#printed.stderr
  }
  get printed(): string {
    return `${this.stdout}${this.stderr}`
  }

  /** The log lines so far, or those of one event. */
  lines(event?: string): readonly Line[] {
    return this.printed.split('\n').flatMap((text) => {
      const line = parse(text)
      return typeof line?.event !== 'string' || (event ?? line.event) !== line.event ? [] : [line as Line]
    })
  }

  waitFor(event: string, predicate: (line: Line) => boolean = () => true): Promise<Line> {
    return this.until(event, () => this.lines(event).find(predicate))
  }

  /** Looks again after everything that is printed. */
  async until<T>(what: string, look: () => T | undefined): Promise<T> {
    let watcher = () => {}
    const found = new Promise<T>((resolve, reject) => {
      watcher = () => {
        const seen = look()
        if (seen !== undefined) resolve(seen)
        else if (this.#ended) reject(new Error(`ended before "${what}"; printed: ${this.printed}`))
      }
      this.#watchers.add(watcher)
      watcher()
    })
    return within(found, () => `no "${what}" within ${WAIT_MS} ms; printed: ${this.printed}`).finally(() =>
      this.#watchers.delete(watcher),
    )
  }

  async port(): Promise<number> {
    return (await this.waitFor('server.listening'))['port']
  }

  async ask(path: string, init: RequestInit = {}): Promise<Answer> {
    const url = `http://127.0.0.1:${await this.port()}${path}`
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(WAIT_MS), ...init })
    const text = await response.text()
    this.#answers.push(JSON.stringify([...response.headers]), text)
    return { status: response.status, headers: response.headers, text, json: parse(text) }
  }

  /** Asks until the answer is the expected one: for what no log line shows. */
  async askUntil(path: string, isExpected: (answer: Answer) => boolean): Promise<Answer> {
    const endMs = Date.now() + WAIT_MS
    for (;;) {
      const answer = await this.ask(path)
      if (isExpected(answer)) return answer
      if (Date.now() > endMs) throw new Error(`${path} stays ${answer.status} ${answer.text}; ${this.printed}`)
      await Bun.sleep(75)
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) this.#child.kill('SIGKILL')
    await this.exit
    this.#folder[Symbol.dispose]()
    expectNoSecret([this.printed, ...this.#answers].join('\n'), this.#secrets)
  }

  #wake(): void {
    for (const watcher of this.#watchers) watcher()
  }
}

function parse(text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function within<T>(promise: Promise<T>, message: () => string, ms = WAIT_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(message())), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
