import { receiversOf } from '../alerts/receivers.ts'
import type { Fault } from '../config/config.ts'
import type { Observations, Reached, VerifiedFacts } from '../doctor/observations.ts'
import { exitCodeOfItems, type Ending } from '../doctor/item.ts'
import { itemsOf } from '../doctor/items.ts'
import { reach } from '../doctor/reach.ts'
import { lookAtStorage } from '../doctor/storage.ts'
import { countText, doctorText } from '../doctor/doctor-text.ts'
import { systemClock } from '../platform/clock.ts'
import { styleOf } from '../report/paint.ts'
import type { ExitCode } from '../exit-codes.ts'
import { CONCLUSIONS, keepNow } from './boot-guard.ts'
import { rememberedNote } from './keeping.ts'
import { setUp, type CommonOptions, type Context, type Setup, type SetupResult } from './setup.ts'

export type DoctorOptions = CommonOptions & { readonly json?: boolean | undefined }

/** `doctor`: the guide, its checklist and the way to Graph, each item verified, failed, or left to a person. */
export async function doctor(options: DoctorOptions, context: Context): Promise<ExitCode> {
  const { stdout, stderr } = context
  // The items say all that the log would.
  const silent = { ...stderr, isTerminal: false, write: () => {} }
  const prepared = await setUp(context, { envFile: options.envFile ?? null }, silent, { remembers: true })
  const facts = await gather(prepared, options, context)
  const items = itemsOf(facts)
  const exitCode = exitCodeOfItems(facts.ending, items)
  const conclusion = `${sentence(facts.ending)} ${countText(items)} (exit ${exitCode})`
  stdout.write(
    options.json === true
      ? `${JSON.stringify({ version: 1, exitCode, items }, null, 2)}\n`
      : doctorText(items, conclusion, exitCode, styleOf(stdout)),
  )
  return exitCode
}

async function gather(
  prepared: SetupResult,
  { envFile }: DoctorOptions,
  { cwd, env, program }: Context,
): Promise<Observations> {
  const setup = prepared.ok ? prepared.setup : null
  const { notices, tokenPlaces: places, tokenSource: source } = prepared.ok ? prepared.setup : prepared
  const faults: readonly Fault[] = prepared.ok ? [] : prepared.faults
  const isOff = setup?.config.mode === 'off'
  const graphUrl = isOff ? null : prepared.ok ? prepared.setup.config.graphUrl : prepared.graphUrl
  const [reached, [ending, verification]] = await Promise.all([
    graphUrl === null ? null : reach(graphUrl, setup?.config.checkTimeoutMs ?? null),
    verify(setup),
  ] satisfies [Promise<Reached> | null, unknown])
  // Not meanwhile: reading a large tree would eat into the time that Graph is given to answer.
  const storage = await lookAtStorage({ cwd, env, places, source, clock: systemClock })
  const sources = ['the environment', ...(envFile === undefined ? ['.env.local', '.env'] : ['the file of --env-file'])]
  const receivers = setup === null ? [] : receiversOf(setup.config.alertUrl, setup.config.alertFormat)
  const remembered = setup === null ? null : (rememberedNote(setup)?.text ?? null)
  const shown = receivers.map(({ receiver, url }) => `${receiver.name} at ${url.host}`)
  return {
    ending,
    faults,
    notices,
    verification,
    storage,
    receivers: shown,
    remembered,
    sources,
    reached,
    nowMs: systemClock.nowMs(),
    program,
  }
}

async function verify(setup: Setup | null): Promise<readonly [Ending, VerifiedFacts | null]> {
  if (setup === null) return ['misconfigured', null]
  const { config, guard } = setup
  if (config.mode === 'off') return ['off', null]
  const [ending, { me, answeredMs }] = await Promise.all([guard.boot({ once: true }), whoIs(setup)])
  if (ending === 'refused') keepNow(setup)
  return [ending, { config, health: guard.health(), state: guard.state, me, answeredMs }]
}

async function whoIs({ client, bearer, clean }: Setup): Promise<Pick<VerifiedFacts, 'me' | 'answeredMs'>> {
  const startedMs = systemClock.monotonicMs()
  const reply = await client.get('me', { fields: 'id,name' }, bearer, new AbortController().signal)
  const answeredMs = reply.kind === 'unreachable' ? null : systemClock.monotonicMs() - startedMs
  if (reply.kind !== 'json') return { me: null, answeredMs }
  const { id, name } = (reply.json ?? {}) as { readonly id?: unknown; readonly name?: unknown }
  if (!['string', 'number'].includes(typeof id)) return { me: null, answeredMs }
  return { me: { id: clean(String(id)), name: typeof name === 'string' ? clean(name) : null }, answeredMs }
}

function sentence(ending: Ending): string {
  if (ending === 'off') return 'TOKEN_GUARD_MODE=off: Graph was not asked.'
  if (ending === 'misconfigured') return 'The configuration is wrong: Graph was not asked about the token.'
  return CONCLUSIONS[ending === 'stopped' ? 'unverified' : ending]
}
