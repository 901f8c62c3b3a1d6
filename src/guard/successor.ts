import { identityOf, refuses, type Finding } from '../verification/finding.ts'
import type { Policy } from '../verification/policy.ts'
import type { Instant } from './instant.ts'
import { judgementAt, type State } from './state.ts'

/** PURE. A token that is to take another's place is not refused for what holds of that one too. */

/** A dead one is no successor, whatever holds of the other. */
const DEAD: readonly string[] = ['token.expired', 'token.revoked', 'token.invalid']

/** What refuses the successor and does not hold of the token before it, even where it was not shown there. */
export function refusedAnew(successor: State, before: State, policy: Policy, now: Instant): readonly Finding[] {
  const refusals = (state: State) => judgementAt(state, policy, now).judged.filter(({ finding }) => refuses(finding))
  const old = refusals(before).map(({ finding }) => identityOf(finding))
  return refusals(successor)
    .filter(({ hidden }) => !hidden)
    .map(({ finding }) => finding)
    .filter((finding) => DEAD.includes(finding.code) || !old.includes(identityOf(finding)))
}
