import type { Secret } from '../config/secret.ts'
import type { Health } from '../guard/health.ts'
import type { Quick } from '../platform/listening.ts'
import { healthJson, toPlain, type HttpAnswer } from './answer.ts'
import { PROBE_PATHS } from './probe-paths.ts'
import { healthAnswer, type Overriding, type Release } from './health.ts'

/** What probes are answered. Each answer is the same object until the state changes. */

export type ProbeDeps = {
  readonly known: () => { readonly health: Health }
  readonly release: Release
  readonly readiness: 'process' | 'token'
  /** Whether the token may be ready at all: false until it has passed once after an unverified start. */
  readonly hasBooted: () => boolean
  readonly isStopping: () => boolean
  /** Said instead of the guard's own state: nothing is verified under mode `off`. */
  readonly overriding: Overriding
  /** `null`: there is no operator's view. */
  readonly operatorToken: () => Secret | null
}

export type Probes = Readonly<Record<'token' | 'ready' | 'live', () => HttpAnswer>>

export const VARY = { vary: 'Authorization' }
const STOPS = 'The service is stopping.'
export const STOPPING: Overriding = { output: STOPS }

const LIVE = healthJson(200, { status: 'pass' })
const [STOPS_NOW, NOT_VERIFIED, TOKEN_FAILS] = [
  STOPS,
  'The token has not been verified yet.',
  'The token fails: see /health/token.',
].map((output) => healthJson(503, { status: 'fail', output })) as [HttpAnswer, HttpAnswer, HttpAnswer]

export function createProbes(deps: ProbeDeps): Probes {
  const token = tokenAnswer(deps)
  return { token, ready: () => readyAnswer(deps, token()), live: () => LIVE }
}

/**
 * The same for a server that sends them by itself. Not during a stop, when connections are asked to close; the token's
 * not where a credential is to be looked at.
 */
export function createQuick(deps: ProbeDeps): Quick {
  const { token, ready, live } = createProbes(deps)
  const unlessStopping = (answer: () => HttpAnswer) => {
    let sent: { readonly of: HttpAnswer; readonly plain: ReturnType<typeof toPlain> } | null = null
    return () => {
      if (deps.isStopping()) return null
      const of = answer()
      if (sent?.of !== of) sent = { of, plain: toPlain(of) }
      return sent.plain
    }
  }
  const openly = unlessStopping(token)
  const rows = [
    ['token', () => (deps.operatorToken() === null ? openly() : null)],
    ['ready', unlessStopping(ready)],
    ['live', unlessStopping(live)],
  ] as const
  return new Map(
    rows.flatMap(([name, answer]) => {
      const { path, aliases } = PROBE_PATHS[name]
      return [path, ...aliases].map((each) => [each, answer] as const)
    }),
  )
}

/** The body is written when the state changes: the guard hands out the same object until then. */
function tokenAnswer({ known, release, overriding, isStopping }: ProbeDeps): () => HttpAnswer {
  let written: { readonly of: Health; readonly stopping: boolean; readonly answer: HttpAnswer } | null = null
  return () => {
    const of = known().health
    const stopping = isStopping()
    if (written?.of !== of || written.stopping !== stopping) {
      const answer = { ...healthAnswer(of, release, stopping ? STOPPING : overriding), headers: VARY }
      written = { of, stopping, answer }
    }
    return written.answer
  }
}

function readyAnswer({ readiness, hasBooted, isStopping }: ProbeDeps, token: HttpAnswer): HttpAnswer {
  if (isStopping()) return STOPS_NOW
  if (!hasBooted()) return NOT_VERIFIED
  if (readiness === 'token' && token.status !== 200) return TOKEN_FAILS
  return LIVE
}
