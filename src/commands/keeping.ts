import type { Alerts } from '../alerts/alerts.ts'
import type { Keeper } from '../memory/keeper.ts'
import type { Note } from '../verification/notes.ts'
import { isoTime } from '../verification/words.ts'
import type { Setup } from './setup.ts'

/** What the state file holds about the token, for people; `null` where there is nothing. */
export function rememberedNote({ memory }: Pick<Setup, 'memory'>): Note | null {
  const token = memory?.recollection.state?.answers.get('token')
  if (token === undefined || token.facts.about !== 'token') return null
  const verdict = token.facts.kind === 'live' ? 'valid' : 'no longer valid'
  return {
    code: 'remembered',
    text: `The state file says: at ${isoTime(token.at.wallMs)} Graph called this token ${verdict}.`,
  }
}

/** What writes the state file; `null` where none is configured. */
export function keeperFor(
  { memory, guard, textsInService, config, log }: Setup,
  alerts?: Pick<Alerts, 'ledger'>,
): Keeper | null {
  if (memory === null) return null
  return memory.keeperOf({
    guard,
    tokenInService: () => textsInService()[0] ?? '',
    onFailure: (problem) => log({ type: 'state.failed', path: config.statePath ?? '', problem }),
    ...(alerts && { ledger: () => alerts.ledger }),
  })
}
