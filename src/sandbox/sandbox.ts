/** An embedded imitation of Graph: one app, account, number and token, and a scenario that says what is wrong. */
import { setTimeout as delay } from 'node:timers/promises'
import { createApp } from './app.ts'
import { IDS } from './ids.ts'
import { createMediaStore } from './media-store.ts'
import { createRequestLog } from './request-log.ts'
import { isScenarioName, type ScenarioName } from './scenarios.ts'
import { type Scene, startScene } from './scene.ts'
import { APP_SECRET, type IssuedTokens, OWN_TOKEN, firstToken } from './tokens.ts'

export { SCENARIO_NAMES, type ScenarioName } from './scenarios.ts'

export type Sandbox = {
  readonly token: string
  readonly businessAccountId: string
  readonly phoneNumberId: string
  readonly appId: string
  readonly appSecret: string
  readonly fetch: (request: Request) => Response | Promise<Response>
  /** The same for a server whose requests do not show in their URL at which host the client found it. */
  readonly fetchAt: (host: string | null, request: Request) => Response | Promise<Response>
  readonly scenario: () => string
  /** false for an unknown name */
  readonly play: (name: string) => boolean
  /** Ends hanging answers. */
  readonly close: () => void
}

export type SandboxOptions = {
  readonly scenario?: ScenarioName
  /** Milliseconds since the Unix epoch. */
  readonly now?: () => number
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<unknown>
}

const realSleep = (ms: number, signal?: AbortSignal) => delay(ms, undefined, signal === undefined ? {} : { signal })

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const { scenario = 'permanent', now = Date.now, sleep = realSleep } = options
  const tokens: IssuedTokens = new Map([[OWN_TOKEN, firstToken(now())]])
  let scene = startScene(scenario, now())
  let closed = false

  const play = (name: string) => {
    if (!isScenarioName(name)) return false
    const before = scene
    scene = startScene(name, now())
    before.ended.abort()
    return true
  }

  /** A hanging answer goes on waiting when the next scenario hangs too; a slow one waits once. */
  const wait = async (client: AbortSignal) => {
    await pause(scene, client, sleep)
    while (scene.world.answers.hang && !closed && !client.aborted) await pause(scene, client, sleep)
    if (client.aborted) return 'client gone'
    return closed && scene.world.answers.hang ? 'closed' : 'answer'
  }

  const app = createApp({
    scenario: () => scene.name,
    play,
    log: createRequestLog(),
    tokens,
    media: createMediaStore(),
    now,
    scene: () => scene,
    wait,
  })

  return {
    token: OWN_TOKEN,
    businessAccountId: IDS.businessAccount,
    phoneNumberId: IDS.phoneNumber,
    appId: IDS.app,
    appSecret: APP_SECRET,
    fetch: (request) => app.fetch(request),
    fetchAt: (host, request) => app.fetch(request, { host }),
    scenario: () => scene.name,
    play,
    close: () => {
      closed = true
      scene.ended.abort()
    },
  }
}

async function pause(scene: Scene, client: AbortSignal, sleep: Required<SandboxOptions>['sleep']): Promise<void> {
  const { hang, delayMs } = scene.world.answers
  if (!hang && delayMs === 0) return
  const cut = AbortSignal.any([client, scene.ended.signal])
  if (hang) await aborted(cut)
  else await sleep(delayMs, cut).catch(() => undefined)
}
