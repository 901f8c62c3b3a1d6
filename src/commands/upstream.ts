import type { AssemblyDeps } from '../assembly/assemble.ts'
import type { Config } from '../config/config.ts'
import { elapsedMs, instantOf } from '../guard/instant.ts'
import { systemClock } from '../platform/clock.ts'
import type { Log } from '../report/log.ts'
import { askUpstream } from '../upstream/client.ts'
import { policyDigest } from '../upstream/policy-digest.ts'
import { WAY_OUT } from './alerting.ts'

/** Distinguishes this process from every other guard. */
export const INSTANCE = crypto.randomUUID()

/** Asks the configured guard, and logs what became of it. */
export function upstreamOf(config: Config, url: string, log: Log): AssemblyDeps['askUpstream'] & {} {
  const policy = policyDigest(config)
  const deps = { ...WAY_OUT, url, instance: INSTANCE, clock: systemClock }
  let isUsable = true
  return async ({ fingerprint, token }, signal) => {
    const reply = await askUpstream({ fingerprint, policy }, token, deps, signal)
    if (signal.aborted) return null
    if ('problem' in reply) {
      if (isUsable) log({ type: 'upstream.unusable', problem: reply.problem })
      isUsable = false
      return null
    }
    isUsable = true
    const at = reply.answers.find(({ facts }) => facts.about === 'token')?.at
    if (at !== undefined) log({ type: 'upstream.used', ageMs: elapsedMs(at, instantOf(systemClock)) })
    return reply.answers
  }
}
