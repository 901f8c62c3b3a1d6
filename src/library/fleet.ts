import { policyOf, textsOf } from '../assembly/assemble.ts'
import { wayTo } from '../assembly/way-out.ts'
import { judgeAttempt } from '../alerts/attempt.ts'
import { secretsIn, type Config } from '../config/config.ts'
import { SecretMask } from '../config/mask.ts'
import { assembleWorker } from '../fleet/assembling.ts'
import type { Send } from '../fleet/outbox.ts'
import { oneToken, tokensOf, type Filter, type ListedRow } from '../fleet/reading.ts'
import { FleetReports } from '../fleet/reporting.ts'
import { MIGRATION, SCHEMA_VERSION, schemaVersion } from '../fleet/schema.ts'
import type { FleetSource } from '../fleet/source.ts'
import type { Worker } from '../fleet/worker.ts'
import { cleaner } from '../graph/clean.ts'
import { createFleetApp } from '../http/fleet-app.ts'
import { createFleetMetrics } from '../http/fleet-metrics.ts'
import { backgroundClock, systemClock } from '../platform/clock.ts'
import { random } from '../platform/random.ts'
import { RUNTIME } from '../platform/runtime.ts'
import { NAME, VERSION } from '../platform/version.ts'
/** @ts-ignore Where hono is not installed its type is `any`. */
import type { Hono } from 'hono'
import { ConfigurationError } from './errors.ts'
import { judgeFleetOptions, type TokenFleetOptions } from './fleet-options.ts'
import { stateOf, type TokenGuardState } from './state.ts'
import { eventPublisher, type TokenGuardEvent } from './subscribers.ts'

export { ConfigurationError } from './errors.ts'
export type { FleetChanged, TokenFleetOptions } from './fleet-options.ts'
export type { TokenGuardEvent, TokenGuardState }

/** What is known of one token of a fleet. */
export type FleetTokenState = TokenGuardState & { readonly tokenId: string; readonly tenant: string | null }

/**
 * A fleet of tokens on PostgreSQL: each is verified in its rhythm, by any number of equal processes. Reads no environment,
 * installs no signal handler, never exits.
 *
 * @throws ConfigurationError with every fault of the options.
 * @example
 * const fleet = createTokenFleet({ database: pool, appId, appSecret, list, token, onChange })
 * await fleet.migrate()
 * await fleet.start()
 */
export function createTokenFleet(options: TokenFleetOptions): TokenFleet {
  const judged = judgeFleetOptions(options)
  if (!judged.ok) throw new ConfigurationError(judged.faults)
  return new TokenFleet(options, judged.config)
}

/** Made by `createTokenFleet`. */
export class TokenFleet implements AsyncDisposable {
  readonly #options: TokenFleetOptions
  readonly #config: Config
  readonly #policy: ReturnType<typeof policyOf>
  readonly #events: ReturnType<typeof eventPublisher>
  readonly #reports: FleetReports
  readonly #metrics = createFleetMetrics({ version: VERSION, runtime: RUNTIME })
  readonly #stopping = new AbortController()
  #worker: Worker | null = null
  #working: Promise<void> | null = null

  /** @internal */
  constructor(options: TokenFleetOptions, config: Config) {
    this.#options = options
    this.#config = config
    this.#policy = { ...policyOf(config), staleAfterMs: config.fleet.staleAfterMs }
    this.#events = eventPublisher(options.logger)
    const { database } = options
    this.#reports = new FleetReports({
      database,
      policy: this.#policy,
      clock: systemClock,
      check: (id) => this.check(id),
    })
  }

  /** Makes the fleet's tables, or brings them up to this version. It may run at any time. */
  async migrate(): Promise<void> {
    await this.#options.database.query(MIGRATION)
  }

  /**
   * Begins to verify. A second call does nothing.
   *
   * @throws ConfigurationError where the tables are not of this version; and what the database throws.
   */
  async start(): Promise<void> {
    if (this.#worker !== null) return
    const version = await schemaVersion(this.#options.database)
    if (version !== SCHEMA_VERSION) throw new ConfigurationError([tablesFault(version)])
    this.#worker = await this.#assemble()
    if (this.#stopping.signal.aborted) return
    this.#working = this.#worker.run()
  }

  /** Verifies one token now, and resolves when that is written; `false` where the fleet has none with this id. */
  async check(id: string): Promise<boolean> {
    const check = await this.#started().checkNow(id)
    await check?.written
    return check !== null
  }

  /**
   * Reports what a backend met with a token: a Graph error, or a webhook body of Meta's. What may concern it has it verified, at
   * most once in 10 seconds. Resolves with whether it was. Takes anything.
   */
  report(id: string, met: unknown): Promise<boolean> {
    return this.#reports.take(id, met)
  }

  /** What is known of one token now; `null` where the fleet has none with this id. */
  async state(id: string): Promise<FleetTokenState | null> {
    const one = await oneToken(this.#options.database, id, this.#policy, systemClock)
    if (one === null) return null
    return Object.freeze({ ...stateOf(one.health, one.state), tokenId: id, tenant: one.row.tenant })
  }

  /** The tokens of the fleet in the order of their ids, read page by page. */
  async *rows(filter: Partial<Filter> = {}): AsyncGenerator<ListedRow> {
    const { status = null, code = null, app = null, tenant = null } = filter
    for (let after: string | null = null; ;) {
      const page: readonly ListedRow[] = await tokensOf(
        this.#options.database,
        { status, code, app, tenant },
        after,
        PAGE,
      )
      yield* page
      if (page.length < PAGE) return
      after = page.at(-1)?.id ?? null
    }
  }

  /** The routes of the fleet, to be mounted at the root. Without `operatorToken` there are the probes and `/metrics` alone. */
  get app(): Hono {
    return createFleetApp({
      database: this.#options.database,
      policy: this.#policy,
      intervalMs: this.#config.fleet.intervalMs,
      release: { serviceId: NAME, releaseId: VERSION },
      operatorToken: this.#config.operatorToken,
      clock: systemClock,
      answeredAtMs: () => this.#worker?.answeredAtMs ?? null,
      isStopping: () => this.#stopping.signal.aborted,
      metrics: this.#metrics.render,
      check: async (id) => ((await this.check(id)) ? 'checked' : 'unknown'),
    }) as unknown as Hono
  }

  /** Calls back for each event, with the fields of its log line and `type`. Returns the function that ends it. */
  subscribe(listener: (event: TokenGuardEvent) => void): () => void {
    return this.#events.subscribe(listener)
  }

  /** Ends every wait and request. What was claimed is claimed again by another process within 20 s. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#worker?.stop()
    await this.#working
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #assemble(): Promise<Worker> {
    const { fetch, list, token, onChange } = this.#options
    const mask = new SecretMask()
    mask.learn(textsOf(secretsIn(this.#config)))
    const transport =
      fetch === undefined ? await wayTo(this.#config.graphUrl) : { ok: true as const, fetch, viaProxy: false }
    if (!transport.ok) throw new ConfigurationError([transport.fault])
    return assembleWorker({
      config: this.#config,
      policy: this.#policy,
      database: this.#options.database,
      source: sourceOf(list, token),
      transport,
      clock: backgroundClock(() => false),
      random,
      clean: cleaner(mask.apply),
      log: (event) => this.#events.publish(event),
      telling: {
        send: onChange === undefined ? null : byCallback(onChange),
        sender: { service: NAME, instance: 'library' },
        onSent: this.#metrics.countAlert,
        onFailure: (failure) => this.#events.publish({ type: 'alert.failed', ...failure }),
      },
      onChecked: this.#metrics.countCheck,
      onRequest: this.#metrics.countRequest,
    })
  }

  #started(): Worker {
    if (this.#worker === null) throw new Error('The fleet has not been started: call start() first, and wait for it.')
    return this.#worker
  }
}

const PAGE = 500

function tablesFault(version: number | null) {
  const problem =
    version === null ? 'has no tables of a fleet yet' : `has tables of version ${version}, not of ${SCHEMA_VERSION}`
  return { name: 'database', problem, expected: 'the tables of this version: call migrate() once' }
}

function sourceOf(list: TokenFleetOptions['list'], token: TokenFleetOptions['token']): FleetSource {
  return {
    list,
    tokens: async (ids) => {
      const texts = await Promise.all(ids.map(async (id) => [id, await token(id)] as const))
      return new Map(texts.flatMap(([id, text]) => (text === null ? [] : [[id, text] as const])))
    },
  }
}

function byCallback(onChange: TokenFleetOptions['onChange'] & {}): Send {
  return async (change, tries) => {
    try {
      await onChange(change)
      return [{ kind: 'delivered' }]
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error)
      return [judgeAttempt({ kind: 'none', what }, tries, random(), systemClock.nowMs())]
    }
  }
}
