import { fingerprintOf, policyOf } from '../assembly/assemble.ts'
import { exitCodeOf } from '../assembly/endings.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { Secret } from '../config/secret.ts'
import { instantOf } from '../guard/instant.ts'
import { refusedAnew } from '../guard/successor.ts'
import { systemClock } from '../platform/clock.ts'
import { styleOf } from '../report/paint.ts'
import { verificationText } from '../report/text.ts'
import { quietly } from '../platform/quietly.ts'
import { TargetError } from '../rotation/attempt.ts'
import type { Step, Target } from '../rotation/target.ts'
import { CONCLUSIONS } from './boot-guard.ts'
import type { Context, Setup } from './setup.ts'

/** How a rotation ends early: what to say, and the exit code. */
export class EndedEarly extends Error {
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode, text: string) {
    super(text)
    this.exitCode = exitCode
  }
}

export type Succession = {
  readonly setup: Setup
  readonly context: Context
  readonly say: (text: string) => void
  readonly onStep: (step: Step) => void
  /** A hook is owed from the moment at which the new token is in its place. */
  readonly isHooked: boolean
}

/** From the lock to the new token in its place, which it returns. What a former run made comes first. */
export async function succeed(target: Target, ask: () => Promise<string>, succession: Succession): Promise<string> {
  const { setup, context, say, onStep } = succession
  if (!target.isHeld) target.hold(systemClock.nowMs())
  onStep('held')
  const leftover = target.leftover()
  await target.reserve()
  if (leftover !== null) {
    const { how } = await judged(setup, leftover)
    if (how === 'verified') {
      await put(target, leftover, succession)
      say(done(target, leftover, 'A former run had made it, and was cut off before it took its place.'))
      return leftover
    }
    if (how !== 'refused') throw undecided(how, 'A former run left a token behind', target)
    say('A former run left a token behind that does not pass. It was removed; a new one is made.')
  }
  target.claim()
  onStep('reserved')
  const token = await ask()
  onStep('issued')
  keep(target, token)
  onStep('staged')
  await verified(setup, token, context, target)
  onStep('verified')
  await put(target, token, succession)
  say(done(target, token, ''))
  return token
}

/** There is room for it. Where it cannot be written all the same, it is not lost. */
function keep(target: Target, token: string): void {
  try {
    target.keep(token)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const path = target.rescue(token)
    throw new EndedEarly(
      EXIT.os,
      path === null
        ? `Graph made a new token, and it could be written nowhere: it is lost, and it is not revoked. ${why} The old one stays.`
        : `Graph made a new token, and it could not be put into the room that was made for it. It is kept in ${path}, which this user alone may read; it is not verified, and the old one stays. ${why} ${wayOn(target, path)}`,
    )
  }
}

function wayOn(target: Target, path: string): string {
  return target.isHeld
    ? `Then: mv ${path} ${target.staged}, and rotate again, which goes on with that token.`
    : `Another run may work on the file now: wait for its end. If its token passes, remove ${path}: that token is not needed.`
}

/** What holds of the old token too refuses no successor: it counts as verified. */
async function judged({ guardBeside, guard: old, config }: Setup, token: string) {
  const guard = guardBeside({ token: new Secret(token), appSecret: config.appSecret })
  const how = await guard.boot()
  const isNoWorse = () => refusedAnew(guard.state, old.state, policyOf(config), instantOf(systemClock)).length === 0
  return { guard, how: how === 'refused' && isNoWorse() ? 'verified' : how } as const
}

/** Graph has not refused it: it is kept. */
function undecided(how: 'unverified' | 'stopped' | 'asker_refused', what: string, target: Target | null): EndedEarly {
  const kept =
    target === null
      ? 'It is lost: another run makes another.'
      : `It is kept in ${target.staged}: the next run goes on with it.`
  const ending = how === 'stopped' ? 'unverified' : how
  return new EndedEarly(
    exitCodeOf(ending),
    `${what}, and it is not verified: ${CONCLUSIONS[ending]} The old one stays. ${kept}`,
  )
}

export async function verified(setup: Setup, token: string, { stderr }: Context, target: Target | null): Promise<void> {
  const { guard, how } = await judged(setup, token)
  if (how === 'verified') return
  if (how !== 'refused') throw undecided(how, 'A new token was made', target)
  const conclusion = `${CONCLUSIONS[how]} The old token stays; the new one was thrown away, and is not revoked.`
  const { graphName } = setup
  const exitCode = exitCodeOf(how)
  stderr.write(
    verificationText(
      { graphName, health: guard.health(), state: guard.state, exitCode, tokenSource: null, conclusion },
      styleOf(stderr),
    ),
  )
  quietly(() => target?.discard())
  throw new EndedEarly(exitCode, `The new token does not pass (exit ${exitCode}).`)
}

async function put(target: Target, token: string, { isHooked, onStep }: Succession): Promise<void> {
  try {
    if (isHooked) {
      target.owed.owe(fingerprintOf(token))
      onStep('owed')
    }
    await target.takePlace(token, onStep)
  } catch (error) {
    if (!(error instanceof TargetError)) throw error
    throw new EndedEarly(
      EXIT.os,
      `The new token passes, and could not take its place. ${error.message} It is kept in ${target.staged}: the next run goes on with it. The old one stays.`,
    )
  }
  onStep('done')
}

function done({ path }: Target, token: string, how: string): string {
  return `The new token passes, and is in ${path} (fingerprint ${fingerprintOf(token)}). ${how} A running guard takes it over by itself. The old one is not revoked: it lives on to its own end.`.replace(
    '  ',
    ' ',
  )
}
