import { assemble, type Assembly } from '../../src/assembly/assemble.ts'
import type { Config } from '../../src/config/config.ts'
import { Secret } from '../../src/config/secret.ts'
import type { GuardedToken } from '../../src/guard/knowledge.ts'
import { fakeClock } from '../../src/platform/clock.fake.ts'
import { Reference } from './reference.ts'
import type { Demands } from './judge.ts'
import { Announcements } from './announcements.ts'
import { DAY_MS, expected, HOUR_MS, Unsure } from './times.ts'
import { configFor, onBehalf, routesOf, tokenText } from './configuration.ts'
import { LATENCY_MS, ScriptedGraph } from './graph.ts'
import type { Plan } from './pace.ts'
import type { Asked, Reply } from './words.ts'

/** The real guard behind its real routes, and the reference, with one clock and one Graph for both. */

/** Within a minute the guard notices that a clock was set. */
const NOTICED_MS = 60_000
/** Graph answers within this time, unless it is slow. */
const AT_ONCE_MS = 4 * LATENCY_MS
/** Two throttled intervals and a wait that Graph asks for. */
const LONGEST_WAIT_MS = 3 * HOUR_MS

export class Bench {
  readonly clock = fakeClock()
  readonly graph: ScriptedGraph
  readonly reference: Reference
  readonly guard: Assembly['guard']
  readonly #assembly: Assembly
  readonly #app: ReturnType<typeof routesOf>
  readonly #config: Config
  readonly #announcements: Announcements
  readonly #faults: string[] = []
  readonly #underWay = new Set<Promise<unknown>>()
  /** The run came too near to an edge: the reference cannot say any more what is expected. */
  isLost = false
  #tokens = 0
  #aheadMs = 0
  #candidate: GuardedToken | null = null

  constructor(demands: Demands) {
    this.#config = configFor(demands)
    const now = () => ({
      wall: this.clock.nowMs(),
      mono: this.clock.monotonicMs(),
      graph: this.graph.datedMs(),
      ahead: this.#aheadMs,
    })
    this.reference = new Reference(tokenText(0), demands, this.#config.bootTimeoutMs, now)
    this.#announcements = new Announcements(this.reference, (text) => this.#fault(text))
    this.graph = new ScriptedGraph(this.clock, tokenText(0), {
      asked: (token, asked) => this.#listen(() => this.reference.asked(token, asked)),
      answered: (token, asked, reply) => this.#listen(() => this.reference.answered(token, asked, reply)),
    })
    this.#assembly = assemble(this.#config, {
      fetch: this.graph.fetch,
      viaProxy: false,
      mask: (text) => text,
      clock: this.clock,
      random: () => 0.5,
      onEvent: (event) => this.#listen(() => this.#announcements.hear(event)),
    })
    this.guard = this.#assembly.guard
    this.#app = routesOf(this.guard, this.clock)
  }

  /** Boots to the end. Afterwards the guard is in service, unless the boot refused. */
  async boot(): Promise<void> {
    let ending: string | null = null
    void this.guard.boot().then((result) => (ending = result))
    for (let waits = 0; ending === null && waits < 600; waits++) await this.clock.advance(100)
    const due = this.#read(() => this.reference.ending())
    if (ending === null || (due !== null && due !== ending)) this.#fault(`the boot ends ${ending}, not ${due}`)
    this.#announcements.verdict = this.#read(() => this.reference.verdict()) ?? 'unverified'
    if (ending === 'refused' || ending === 'asker_refused') this.stop()
    else {
      this.reference.serve()
      this.#keep(this.guard.run())
    }
    await this.clock.advance(0)
    await this.verify()
  }

  get isStopped(): boolean {
    return this.reference.isStopped
  }

  /** `next`: the next candidate; `candidate`: the current one, if there is one. */
  say(about: 'service' | 'next' | 'candidate', asked: readonly Asked[], reply: Reply, once: boolean): void {
    const { service, candidate } = this.reference
    const token = { service, next: tokenText(this.#tokens + 1), candidate: candidate?.token }[about]
    if (token !== undefined) for (const each of asked) this.graph.say(token, each, reply, once)
  }

  async pass(ms: number): Promise<void> {
    const before = this.reference.requests
    await this.clock.advance(ms)
    const isIdle = !this.isLost && !this.isStopped && this.reference.requests === before
    if (ms > LONGEST_WAIT_MS && isIdle) this.#fault('no check for hours')
    await this.verify(ms >= NOTICED_MS)
  }

  async jump(ms: number): Promise<void> {
    this.#aheadMs += Math.max(0, ms)
    this.clock.jumpWall(ms)
    await this.verify()
  }

  async sleep(ms: number): Promise<void> {
    this.graph.machineSleeps(ms)
    await this.jump(ms)
  }

  async check(): Promise<void> {
    this.reference.wantCheck()
    this.#keep(this.guard.check())
    await this.clock.advance(AT_ONCE_MS)
    await this.verify()
  }

  /** Proposes a new token. */
  async reload(): Promise<void> {
    this.#tokens += 1
    const token = tokenText(this.#tokens)
    const guarded = this.#assembly.guardedToken({ token: new Secret(token), appSecret: this.#config.appSecret })
    this.#candidate = onBehalf(this.graph, token, guarded)
    this.reference.propose(token)
    await this.#propose(this.#candidate)
  }

  async reloadAgain(): Promise<void> {
    if (this.reference.candidate !== null && this.#candidate !== null) await this.#propose(this.#candidate)
  }

  async withdraw(): Promise<void> {
    this.reference.withdraw()
    this.guard.withdraw()
    await this.verify()
  }

  stop(): void {
    this.reference.stop()
    this.guard.stop()
  }

  /** Once Graph is well again, the guard must be too. After a stop, nothing may be under way. */
  async end(): Promise<void> {
    if (!this.isStopped) {
      this.graph.allIsWell()
      await this.jump(this.graph.nowMs() - this.clock.nowMs())
      await this.clock.advance(LONGEST_WAIT_MS)
      await this.withdraw()
      const { status, verdict } = this.guard.health()
      if (!this.isLost && (status !== 'pass' || verdict !== 'verified'))
        this.#fault(`after all is well again it is ${status}`)
      this.stop()
    }
    await this.clock.advance(DAY_MS)
    if (this.#underWay.size > 0) this.#fault('something is under way after the stop')
    if (this.clock.sleepers() > 0) this.#fault('something waits after the stop')
    this.#throwFaults()
  }

  /** Compares a probe's answer, and all that the guard shows, with the reference. */
  async verify(isNoticed = false): Promise<void> {
    this.reference.tick()
    const requests = this.reference.requests
    const [probe, ready] = [await this.#app.request('/health/token'), await this.#app.request('/health/ready')]
    if (this.reference.requests !== requests) this.#fault('a probe caused a request')
    if (!this.isLost) {
      const health = this.guard.health()
      const { status } = (await probe.json()) as { status: string }
      this.#compareWith('status', status, () => this.reference.status())
      this.#compareWith('code', probe.status, () => (this.reference.status() === 'fail' ? 503 : 200))
      if (ready.status !== probe.status) this.#fault('readiness does not follow the token')
      const verdict = this.#read(() => this.reference.verdict())
      this.#compare('verdict', health.verdict, verdict)
      this.#compareWith('isStale', health.isStale, () => this.reference.isStale())
      this.#comparePlan(health.plan)
      this.#compareRefusals(health.findings.filter(({ severity }) => severity === 'fail').map(({ code }) => code))
      if (isNoticed && !this.isStopped) {
        this.#compare('announced verdict', this.#announcements.verdict, verdict)
        this.#compareWith('announced age', this.#announcements.isStale, () => this.reference.isLongStale())
      }
      if (this.reference.owed.length > 0) this.#fault(`never reported: ${this.reference.owed.join(', ')}`)
    }
    this.#throwFaults()
  }

  /** Compares the time of the next check, and the reason for a delay. */
  #comparePlan(shown: Plan | null): void {
    const due = this.reference.isChecking || this.isStopped ? null : this.reference.pace.plan()
    if (this.reference.isOverdue && !this.isStopped) this.#fault('a check is overdue')
    if (due === null) return
    this.#compare('the reason of the plan', shown?.reason ?? 'none', due.reason ?? 'none')
    this.#compare('the next check', shown?.nextCheckAtMs, due.nextCheckAtMs)
  }

  #compareRefusals(shown: readonly string[]): void {
    const due = this.#read(() => this.reference.refusals())
    const codes = shown.filter((code) => code !== 'graph.stale')
    if (due === null) return
    const isSame = codes.every((code) => due.includes(code)) && codes.length > 0 === due.length > 0
    if (!isSame) this.#fault(`the refusals shown are [${codes}], not [${due}]`)
  }

  async #propose(token: GuardedToken): Promise<void> {
    this.#keep(this.guard.reload(token))
    await this.clock.advance(AT_ONCE_MS)
    await this.verify()
  }

  #keep(work: Promise<unknown>): void {
    this.#underWay.add(work)
    void work.finally(() => this.#underWay.delete(work))
  }

  #listen(work: () => void): void {
    try {
      if (this.isLost) return
      this.reference.tick()
      work()
    } catch (error) {
      if (error instanceof Unsure) this.isLost = true
      else this.#fault(String(error))
    }
  }

  #read<T>(read: () => T): T | null {
    return this.isLost ? null : expected(read)
  }

  #compareWith(what: string, observed: unknown, due: () => unknown): void {
    this.#compare(what, observed, this.#read(due))
  }

  #compare(what: string, observed: unknown, due: unknown): void {
    if (due !== null && observed !== due) this.#fault(`${what} is ${String(observed)}, not ${String(due)}`)
  }

  #fault(text: string): void {
    this.#faults.push(text)
  }

  #throwFaults(): void {
    if (this.#faults.length > 0) throw new Error(this.#faults.join('\n'))
  }
}
