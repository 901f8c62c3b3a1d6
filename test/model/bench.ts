import { assemble, type Assembly } from '../../src/assembly/assemble.ts'
import type { Config } from '../../src/config/config.ts'
import { Secret } from '../../src/config/secret.ts'
import type { GuardedToken } from '../../src/guard/knowledge.ts'
import { fakeClock } from '../../src/platform/clock.fake.ts'
import { Promised } from './promised.ts'
import type { Demands } from './judge.ts'
import { Telling } from './telling.ts'
import { DAY_MS, expected, HOUR_MS, Unsure } from './times.ts'
import { configFor, onBehalf, routesOf, tokenText } from './configuration.ts'
import { LATENCY_MS, ScriptedGraph } from './graph.ts'
import type { Plan } from './pace.ts'
import type { Asked, Saying } from './words.ts'

/** The real guard behind its real routes, the reference beside it, and one clock and one Graph for both. */

/** A minute is more than the ticks of the guard need to notice what a clock did. */
const NOTICED_MS = 60_000
/** Graph answers within it, unless it is slow. */
const AT_ONCE_MS = 4 * LATENCY_MS
/** Two throttled intervals and a demanded wait. */
const LONGEST_WAIT_MS = 3 * HOUR_MS

export class Bench {
  readonly clock = fakeClock()
  readonly graph: ScriptedGraph
  readonly promised: Promised
  readonly guard: Assembly['guard']
  readonly #assembly: Assembly
  readonly #app: ReturnType<typeof routesOf>
  readonly #config: Config
  readonly #telling: Telling
  readonly #faults: string[] = []
  readonly #underWay = new Set<Promise<unknown>>()
  /** Nothing is expected any more: too near to an edge to know. */
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
    this.promised = new Promised(tokenText(0), demands, this.#config.bootTimeoutMs, now)
    this.#telling = new Telling(this.promised, (text) => this.#fault(text))
    this.graph = new ScriptedGraph(this.clock, tokenText(0), {
      asked: (token, asked) => this.#listen(() => this.promised.asked(token, asked)),
      answered: (token, asked, saying) => this.#listen(() => this.promised.answered(token, asked, saying)),
    })
    this.#assembly = assemble(this.#config, {
      fetch: this.graph.fetch,
      viaProxy: false,
      mask: (text) => text,
      clock: this.clock,
      random: () => 0.5,
      onEvent: (event) => this.#listen(() => this.#telling.hear(event)),
    })
    this.guard = this.#assembly.guard
    this.#app = routesOf(this.guard, this.clock)
  }

  /** To its end; afterwards the guard is in service, where it is let. */
  async boot(): Promise<void> {
    let ending: string | null = null
    void this.guard.boot().then((told) => (ending = told))
    for (let waits = 0; ending === null && waits < 600; waits++) await this.clock.advance(100)
    const due = this.#read(() => this.promised.ending())
    if (ending === null || (due !== null && due !== ending)) this.#fault(`the boot ends ${ending}, not ${due}`)
    this.#telling.verdict = this.#read(() => this.promised.verdict()) ?? 'unverified'
    if (ending === 'refused' || ending === 'asker_refused') this.stop()
    else {
      this.promised.serve()
      this.#keep(this.guard.run())
    }
    await this.clock.advance(0)
    await this.verify()
  }

  get isStopped(): boolean {
    return this.promised.isStopped
  }

  /** `next`: of the candidate that comes next; `candidate`: of the one that there is, if there is one. */
  say(about: 'service' | 'next' | 'candidate', asked: readonly Asked[], saying: Saying, once: boolean): void {
    const { service, candidate } = this.promised
    const token = { service, next: tokenText(this.#tokens + 1), candidate: candidate?.token }[about]
    if (token !== undefined) for (const each of asked) this.graph.say(token, each, saying, once)
  }

  async pass(ms: number): Promise<void> {
    const before = this.promised.requests
    await this.clock.advance(ms)
    const isIdle = !this.isLost && !this.isStopped && this.promised.requests === before
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
    this.promised.wantCheck()
    this.#keep(this.guard.check())
    await this.clock.advance(AT_ONCE_MS)
    await this.verify()
  }

  /** A token that never was before. */
  async reload(): Promise<void> {
    this.#tokens += 1
    const token = tokenText(this.#tokens)
    const guarded = this.#assembly.guardedToken({ token: new Secret(token), appSecret: this.#config.appSecret })
    this.#candidate = onBehalf(this.graph, token, guarded)
    this.promised.propose(token)
    await this.#propose(this.#candidate)
  }

  async reloadAgain(): Promise<void> {
    if (this.promised.candidate !== null && this.#candidate !== null) await this.#propose(this.#candidate)
  }

  async withdraw(): Promise<void> {
    this.promised.withdraw()
    this.guard.withdraw()
    await this.verify()
  }

  stop(): void {
    this.promised.stop()
    this.guard.stop()
  }

  /** Whatever went before: once Graph is well again the guard is too, and nothing is left under way. */
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

  /** A probe's answer, and all that is shown, against the reference. */
  async verify(isNoticed = false): Promise<void> {
    const requests = this.promised.requests
    const [probe, ready] = [await this.#app.request('/health/token'), await this.#app.request('/health/ready')]
    if (this.promised.requests !== requests) this.#fault('a probe caused a request')
    if (!this.isLost) {
      const health = this.guard.health()
      const { status } = (await probe.json()) as { status: string }
      this.#compareWith('status', status, () => this.promised.status())
      this.#compareWith('code', probe.status, () => (this.promised.status() === 'fail' ? 503 : 200))
      if (ready.status !== probe.status) this.#fault('readiness does not follow the token')
      const verdict = this.#read(() => this.promised.verdict())
      this.#compare('verdict', health.verdict, verdict)
      this.#compareWith('isStale', health.isStale, () => this.promised.isStale())
      this.#comparePlan(health.plan)
      this.#compareRefusals(health.findings.filter(({ severity }) => severity === 'fail').map(({ code }) => code))
      if (isNoticed && !this.isStopped) {
        this.#compare('announced verdict', this.#telling.verdict, verdict)
        this.#compareWith('announced age', this.#telling.isStale, () => this.promised.isLongStale())
      }
      if (this.promised.owed.length > 0) this.#fault(`never told: ${this.promised.owed.join(', ')}`)
    }
    this.#throwFaults()
  }

  /** When the next check comes, and why so late. */
  #comparePlan(told: Plan | null): void {
    const due = this.promised.isChecking || this.isStopped ? null : this.promised.pace.plan()
    if (this.promised.isOverdue && !this.isStopped) this.#fault('a check is overdue')
    if (due === null) return
    this.#compare('the reason of the plan', told?.reason ?? 'none', due.reason ?? 'none')
    this.#compare('the next check', told?.nextCheckAtMs, due.nextCheckAtMs)
  }

  #compareRefusals(told: readonly string[]): void {
    const due = this.#read(() => this.promised.refusals())
    const codes = told.filter((code) => code !== 'graph.stale')
    if (due === null) return
    const isSame = codes.every((code) => due.includes(code)) && codes.length > 0 === due.length > 0
    if (!isSame) this.#fault(`refusals are told as [${codes}], not of [${due}]`)
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
      if (!this.isLost) work()
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
