import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { freePort } from '../process/graph.ts'

/** Debian's PostgreSQL, in a folder of the test's own. */

const DEBIAN = '/usr/lib/postgresql'
const newest = existsSync(DEBIAN)
  ? readdirSync(DEBIAN)
      .toSorted((a, b) => Number(a) - Number(b))
      .at(-1)
  : undefined
const BIN = newest === undefined ? null : join(DEBIAN, newest, 'bin')

const isRoot = userInfo().uid === 0

export const hasPostgres = BIN !== null && existsSync(join(BIN, 'initdb'))

export class Postgres implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'token-guard-postgres-'))
  readonly #port = freePort()
  readonly #log = join(this.#folder, 'log')
  readonly #pools: pg.Pool[] = []
  readonly #settings: readonly string[]

  /** `settings`: more of its configuration, as `log_statement=all`. */
  constructor(settings: readonly string[] = []) {
    chmodSync(this.#folder, 0o777)
    const data = this.#data
    mkdirSync(data)
    if (isRoot) spawnSync('chown', ['postgres', data])
    this.#run('initdb', '-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync', '--no-locale', '-E', 'UTF8')
    this.#settings = [
      'fsync=off',
      `port=${this.#port}`,
      'listen_addresses=127.0.0.1',
      `unix_socket_directories=${data}`,
      ...settings,
    ]
    this.start()
  }

  start(): void {
    const options = this.#settings.map((setting) => `-c ${setting}`).join(' ')
    this.#run('pg_ctl', '-D', this.#data, '-w', '-l', this.#log, '-o', options, 'start')
  }

  /** As a machine that loses its power. */
  kill(): void {
    this.#run('pg_ctl', '-D', this.#data, '-w', '-m', 'immediate', 'stop')
  }

  /** All that it has logged. */
  get log(): string {
    return readFileSync(this.#log, 'utf8')
  }

  /** Another, empty database. */
  async database(name: string): Promise<string> {
    await this.pool('postgres').query(`create database ${name}`)
    return this.urlOf(name)
  }

  urlOf(name: string): string {
    return `postgres://postgres@127.0.0.1:${this.#port}/${name}`
  }

  pool(name: string): pg.Pool {
    const pool = new pg.Pool({ connectionString: this.urlOf(name), max: 4 })
    pool.on('error', () => {})
    this.#pools.push(pool)
    return pool
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.end()))
    this.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get #data(): string {
    return join(this.#folder, 'data')
  }

  /** PostgreSQL does not run as root. */
  #run(program: string, ...args: readonly string[]): void {
    const command = [join(BIN ?? '', program), ...args]
    const [file = '', ...rest] = isRoot
      ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', ...command]
      : command
    const { status, stdout, stderr } = spawnSync(file, rest, { cwd: this.#folder, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${program}: ${stdout}${stderr}`)
  }
}
