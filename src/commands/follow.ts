import type { Fault } from '../config/config.ts'
import type { Secret } from '../config/secret.ts'
import { OWN_SECRET_NAMES, type OwnSecretName, type OwnSecrets, type SecretsNow } from '../config/secrets-again.ts'
import type { GuardedToken } from '../guard/knowledge.ts'
import type { Reloading } from '../guard/reload.ts'
import type { Clock } from '../platform/clock.ts'
import type { Credentials } from '../assembly/assemble.ts'
import type { Setup } from './setup.ts'

/** How often the sources are read. Watching files misses what Kubernetes swaps; reading some small ones costs nothing. */
const LOOK_MS = 1_000
/** What was just found different is read once more before it counts: it may be half written. */
const SETTLE_MS = 250

type Proposal = { readonly credentials: Credentials; readonly token: GuardedToken }

/** What of the setup is followed, and what is called back. */
export type Followed = Pick<
  Setup,
  'config' | 'guard' | 'guardedToken' | 'log' | 'ownSecrets' | 'readSecretsAgain' | 'readPipesAgain'
>

/** Follows the sources of the secrets while the program runs. */
export class Follower {
  readonly #setup: Followed
  readonly #clock: Clock
  #inService: Proposal
  #candidate: Proposal | null = null
  /** Different credentials, seen once. */
  #unsettled: Credentials | null = null
  #trials = 0
  #own: OwnSecrets
  #faulty: ReadonlySet<string> = new Set()
  #warned: ReadonlySet<string> = new Set()

  constructor(setup: Followed, clock: Clock) {
    const { token, appSecret } = setup.config
    this.#setup = setup
    this.#clock = clock
    this.#inService = { credentials: { token, appSecret }, token: setup.guard.token }
    this.#own = setup.ownSecrets
  }

  /** One that takes effect as soon as it is read. */
  secret(name: OwnSecretName): Secret | null {
    return this.#own[name]
  }

  /** Looks again and again until the signal aborts. */
  async run(stop: AbortSignal): Promise<void> {
    let isCalm = true
    while (await this.#clock.sleep(isCalm ? LOOK_MS : SETTLE_MS, stop)) isCalm = this.#look()
  }

  /** Looks now, into FIFOs too, and verifies: a changed token, else the one in service. */
  async now(): Promise<void> {
    await this.#setup.readPipesAgain()
    const found = this.#different(this.#read())
    if (this.#setup.config.mode === 'off') return
    const isTaken = found !== null && (await this.#propose(found)) === 'passed'
    if (!isTaken) await this.#setup.guard.check()
  }

  /** Whether there is time until the next look. */
  #look(): boolean {
    const found = this.#different(this.#read())
    const isNews = found !== null && (this.#candidate === null || !isSame(found, this.#candidate.credentials))
    if (isNews && this.#candidate !== null) this.#withdraw()
    const isSettled = isNews && this.#unsettled !== null && isSame(found, this.#unsettled)
    this.#unsettled = isNews && !isSettled ? found : null
    if (isSettled) void this.#propose(found)
    return this.#unsettled === null && this.#trials === 0
  }

  #read(): SecretsNow {
    const now = this.#setup.readSecretsAgain()
    this.#warn(Object.values(now).flatMap(({ fault }) => fault ?? []))
    for (const name of OWN_SECRET_NAMES) {
      const { secret } = now[name]
      if (secret === null || secret.equals(this.#own[name])) continue
      this.#own = { ...this.#own, [name]: secret }
      this.#setup.log({ type: 'secret.reloaded', name })
    }
    return now
  }

  /** What the sources hold, where it is not what is in service; else `null`. */
  #different({ WHATSAPP_TOKEN: token, META_APP_SECRET: appSecret }: SecretsNow): Credentials | null {
    this.#adopt()
    if (this.#setup.config.mode === 'off' || token.secret === null) return null
    const { credentials } = this.#inService
    const found = {
      token: token.secret,
      appSecret: appSecret.fault === null ? appSecret.secret : credentials.appSecret,
    }
    if (!isSame(found, credentials)) return found
    if (this.#candidate !== null) this.#withdraw()
    return null
  }

  async #propose(credentials: Credentials): Promise<Reloading> {
    const { guard, guardedToken } = this.#setup
    if (this.#candidate === null || !isSame(credentials, this.#candidate.credentials))
      this.#candidate = { credentials, token: guardedToken(credentials) }
    this.#trials += 1
    const outcome = await guard.reload(this.#candidate.token)
    this.#trials -= 1
    this.#adopt()
    return outcome
  }

  #withdraw(): void {
    this.#candidate = null
    this.#setup.guard.withdraw()
  }

  /** A candidate may take over long after it was proposed. */
  #adopt(): void {
    if (this.#candidate?.token !== this.#setup.guard.token) return
    const before = this.#inService.credentials
    this.#inService = this.#candidate
    this.#candidate = null
    if (!isSameSecret(before.appSecret, this.#inService.credentials.appSecret))
      this.#setup.log({ type: 'secret.reloaded', name: 'META_APP_SECRET' })
  }

  /** Once, until it can be read again; and not for the moment in which it is written. */
  #warn(faults: readonly Fault[]): void {
    // What is wrong with a file is wrong for each secret that may be in it.
    const each = [...new Map(faults.map((fault) => [fault.name, fault])).values()]
    const lasting = each.filter(({ name }) => this.#faulty.has(name))
    for (const { name, problem, expected } of lasting.filter((fault) => !this.#warned.has(fault.name))) {
      const message = `${problem}: the value in use stays. Expected ${expected}.`
      this.#setup.log({ type: 'config.warning', name, message })
    }
    this.#warned = new Set(lasting.map(({ name }) => name))
    this.#faulty = new Set(faults.map(({ name }) => name))
  }
}

function isSame(a: Credentials, b: Credentials): boolean {
  return isSameSecret(a.token, b.token) && isSameSecret(a.appSecret, b.appSecret)
}

function isSameSecret(a: Secret | null, b: Secret | null): boolean {
  return a === null ? b === null : a.equals(b)
}
