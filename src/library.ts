import { assemble, textsOf, type Assembly } from './assembly/assemble.ts'
import { askPermission } from './assembly/permission.ts'
import { appDepsOf, knownOf } from './assembly/served.ts'
import { wayTo } from './assembly/way-out.ts'
import { Reports } from './backend/reports.ts'
import { secretsIn, type Config } from './config/config.ts'
import { SecretMask } from './config/mask.ts'
import { createApp, createMountable } from './http/app.ts'
import { lateMetrics } from './http/late.ts'
import { createNodeHandler, type NodeHandler } from './http/node-handler.ts'
import type { Known } from './http/operator.ts'
import { ConfigurationError, errorFor } from './library/errors.ts'
import { eventPublisher, type TokenGuardEvent } from './library/subscribers.ts'
import { judgeOptions, type TokenGuardOptions } from './library/options.ts'
import { stateOf, type Reloaded, type TokenGuardState } from './library/state.ts'
import { backgroundClock } from './platform/clock.ts'
/** @ts-ignore Where hono is not installed its type is `any`: Express, Fastify and Nest do without it. */
import type { Hono } from 'hono'
import type { Fetch, Transport } from './net/fetch.ts'
import { RUNTIME } from './platform/runtime.ts'
import { sideDoors } from './platform/side-doors.ts'
import { VERSION } from './platform/version.ts'
import { random } from './platform/random.ts'
import { findingFields } from './report/finding-fields.ts'
import type { LogEvent } from './report/log-event.ts'

export type { NodeHandler }

/**
 * A guard for the token of a WhatsApp Cloud API backend: it verifies with Graph at the start and at each interval,
 * answers probes from memory, and reports every change. Reads no environment, installs no signal handler, never exits.
 *
 * @throws ConfigurationError with every fault of the options.
 * @example
 * const guard = createTokenGuard({ token: process.env.WHATSAPP_TOKEN })
 * await guard.boot()
 * app.route('/', guard.app)
 */
export function createTokenGuard(options: TokenGuardOptions = {}): TokenGuard {
  const judged = judgeOptions(options)
  if (!judged.ok) throw new ConfigurationError(judged.faults)
  return new TokenGuard(options, judged.config)
}

/** Made by `createTokenGuard`. */
export class TokenGuard implements AsyncDisposable {
  /** `/health`, `/health/token`, `/health/ready`, `/health/live`; with an operator token `POST /health/token/check` too. */
  readonly app: Hono
  /** The status page at `/`, and with an operator token `/operator`. */
  readonly page: Hono
  /** `/metrics` in Prometheus' text format. */
  readonly metrics: Hono
  /**
   * The routes of `app` for `node:http`, Express, Fastify and Nest: `app.use(guard.node)`. What it does not know goes to
   * `next`; where there is none it is a 404. A body parser before it does no harm, and it may be mounted below a path.
   */
  readonly node: NodeHandler
  readonly #options: TokenGuardOptions
  readonly #clock = backgroundClock(() => this.#attended > 0)
  readonly #mask = new SecretMask()
  readonly #metrics = lateMetrics({ version: VERSION, runtime: RUNTIME })
  readonly #events: ReturnType<typeof eventPublisher>
  readonly #whole: ReturnType<typeof createApp>
  readonly #stopping = new AbortController()
  readonly #known: () => Known
  #config: Config
  #assembly: Assembly | null = null
  #boot: Promise<TokenGuardState> | null = null
  #mayBeReady = false
  /** How many calls a caller waits for: their timers keep the process alive. */
  #attended = 0
  #reports: Reports | null = null
  #shown: { readonly of: unknown; readonly in: unknown; readonly state: TokenGuardState } | null = null

  /** @internal */
  constructor(options: TokenGuardOptions, config: Config) {
    this.#options = options
    this.#config = config
    this.#events = eventPublisher(options.logger)
    this.#mask.learn(textsOf(secretsIn(config)))
    const guard = () => this.#assembly?.guard ?? null
    this.#known = knownOf(config, guard)
    const deps = appDepsOf({
      config,
      offText: 'The guard is off (mode): the token is not verified.',
      guard,
      isHeard: () => this.#mayBeReady,
      metrics: this.#metrics,
      report: (met) => this.report(met),
      operatorToken: () => this.#config.operatorToken,
      stopping: this.#stopping.signal,
    })
    this.app = createMountable(deps, 'health')
    this.page = createMountable(deps, 'page')
    this.metrics = createMountable(deps, 'metrics')
    this.#whole = createApp(deps, ['health'])
    this.node = createNodeHandler(deps)
  }

  /** What is known now: the same frozen object until something changes. Before `boot()` it is `fail` and `unverified`. */
  get state(): TokenGuardState {
    const { health, state } = this.#known()
    if (this.#shown?.of !== health || this.#shown.in !== state)
      this.#shown = { of: health, in: state, state: stateOf(health, state) }
    return this.#shown.state
  }

  /**
   * Asks Graph until there is a definite answer or the boot time is over, then checks at each interval until `stop()`.
   * A second call returns the first one's promise.
   *
   * @throws TokenRefusedError, TokenUnverifiedError, or ConfigurationError where Graph refuses the one who asks.
   */
  boot(): Promise<TokenGuardState> {
    this.#boot ??= this.#attend(() => this.#start())
    return this.#boot
  }

  /** Calls back for each event, with the fields of its log line and `type`. Returns the function that ends it. */
  subscribe(listener: (event: TokenGuardEvent) => void): () => void {
    return this.#events.subscribe(listener)
  }

  /** Answers the routes of `app` for any framework: what it does not know is a 404. */
  async fetch(request: Request): Promise<Response> {
    const host = request.headers.get('host') ?? new URL(request.url).host
    return this.#whole.fetch(request, { address: () => null, host, keepOpen: () => {} })
  }

  /** Verifies now, assets included. Calls at the same time share one verification. */
  async check(): Promise<TokenGuardState> {
    const { guard } = this.#booted()
    if (this.#config.mode !== 'off') await this.#attend(() => guard.check())
    return this.state
  }

  /** Gets the token again; another one is verified while the old one stays in service, and takes over if it passes. */
  async reload(): Promise<Reloaded> {
    const assembly = this.#booted()
    if (this.#config.mode === 'off') return 'unchanged'
    return this.#attend(async () => {
      const { token, appSecret } = await this.#judgeAgain()
      const candidate = assembly.guardedToken({ token, appSecret })
      if (candidate.fingerprint !== assembly.guard.token.fingerprint) return assembly.guard.reload(candidate)
      assembly.guard.withdraw()
      await assembly.guard.check()
      return 'unchanged'
    })
  }

  /**
   * Reports what the backend met: a Graph error (Graph's body, its `error` object, or an Error that carries one), or a
   * webhook body of Meta's. What may concern the token, the account or a number has them verified soon: at most once in
   * 10 seconds, and less often while reports change nothing. Takes anything, and never throws.
   */
  report(met: unknown): void {
    this.#reports?.take(met)
  }

  /** Ends every wait and request. `/health/ready` and `/health/token` are 503 from then on. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#assembly?.guard.stop()
    await this.#boot?.catch(() => {})
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  toJSON(): TokenGuardState {
    return this.state
  }

  async #start(): Promise<TokenGuardState> {
    this.#config = await this.#judgeAgain()
    if (this.#config.mode !== 'off') for (const door of sideDoors()) this.#publish({ type: 'config.warning', ...door })
    const transport = await transportOf(this.#options.fetch, this.#config.graphUrl)
    const assembly = assemble(this.#config, {
      ...transport,
      mask: this.#mask.apply,
      clock: this.#clock,
      random,
      onEvent: (event) => this.#publish(event),
      onChecked: this.#metrics.countCheck,
      onRequest: this.#metrics.countRequest,
    })
    this.#assembly = assembly
    if (this.#stopping.signal.aborted) assembly.guard.stop()
    const { permission, event } = await askPermission({ config: this.#config, guard: assembly.guard })
    const tokenSource = { from: 'library', fingerprint: assembly.guard.token.fingerprint, others: [] }
    if (event !== null) this.#publish({ ...event, tokenSource })
    const { findings } = assembly.guard.health()
    if (!permission.start) throw errorFor(permission.exitCode, findings.map(findingFields))
    this.#mayBeReady = !permission.isUnheard
    if (this.#config.mode !== 'off') this.#watch(assembly)
    return this.state
  }

  #watch({ guard }: Assembly): void {
    this.#reports = new Reports({
      guard,
      config: this.#config,
      clock: this.#clock,
      onReport: (event) => this.#publish(event),
      stopping: this.#stopping.signal,
    })
    void guard.run()
  }

  /** With the token that a function gives now. */
  async #judgeAgain(): Promise<Config> {
    const { token } = this.#options
    if (typeof token !== 'function') return this.#config
    const judged = judgeOptions({ ...this.#options, token: await token() })
    if (!judged.ok) throw new ConfigurationError(judged.faults)
    this.#mask.learn(textsOf([...secretsIn(judged.config), ...secretsIn(this.#config)]))
    return judged.config
  }

  #publish(event: LogEvent): void {
    if (event.type === 'token.drift') this.#metrics.countDrift(event.severity)
    this.#events.publish(event)
  }

  #booted(): Assembly {
    if (this.#assembly === null) throw new Error('Nothing is verified yet: call boot() first, and wait for it.')
    return this.#assembly
  }

  async #attend<T>(work: () => Promise<T>): Promise<T> {
    this.#attended += 1
    try {
      return await work()
    } finally {
      this.#attended -= 1
    }
  }
}

async function transportOf(fetch: Fetch | undefined, graphUrl: string): Promise<Transport> {
  if (fetch !== undefined) return { fetch, viaProxy: false }
  const transport = await wayTo(graphUrl)
  if (!transport.ok) throw new ConfigurationError([transport.fault])
  return transport
}
