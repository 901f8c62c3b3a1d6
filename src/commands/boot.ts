import type { Output } from '../platform/output.ts'
import { styleOf } from '../report/paint.ts'
import { verificationText } from '../report/text.ts'
import type { BootEnding } from '../guard/boot.ts'
import { exitCodeOf, type ExitCode } from './exit-codes.ts'
import type { Setup } from './setup.ts'

/** Whether the backend may start. */
export type Permission =
  /** `isUnheard`: allowed to start although nothing definite was heard. */
  | { readonly start: true; readonly isUnheard: boolean }
  | { readonly start: false; readonly exitCode: ExitCode }
  /** A signal came first. */
  | { readonly start: false; readonly exitCode: null }

/**
 * The boot guard: asks until there is a definite answer, decides what follows from it by mode and policy, and tells it:
 * a report on a terminal, one log line elsewhere.
 */
export async function bootGuard(setup: Setup, tellTo: Output): Promise<Permission> {
  if (setup.config.mode === 'off') return { start: true, isUnheard: false }
  const ending = await setup.guard.boot()
  if (ending === 'verified') {
    setup.log({ type: 'boot.verified', findings: setup.guard.health().findings })
    return { start: true, isUnheard: false }
  }
  if (ending === 'stopped') return { start: false, exitCode: null }
  return refuse(setup, ending, tellTo)
}

function refuse(
  { config, guard, log, asked }: Setup,
  ending: Exclude<BootEnding, 'verified' | 'stopped'>,
  tellTo: Output,
): Permission {
  const health = guard.health()
  const exitCode = exitCodeOf(ending)
  const { findings } = health
  if (ending === 'unverified' && config.bootUnverified === 'start') {
    log({ type: 'boot.unverified', findings, exitCode: null })
    return { start: true, isUnheard: true }
  }
  if (config.mode === 'report') {
    log({ type: 'boot.would_refuse', findings, exitCode })
    return { start: true, isUnheard: false }
  }
  if (tellTo.isTerminal) {
    const conclusion = `${CONCLUSIONS[ending]} Nothing starts (exit ${exitCode}).`
    tellTo.write(verificationText({ asked, health, state: guard.state, exitCode, conclusion }, styleOf(tellTo)))
  } else {
    log({ type: ending === 'unverified' ? 'boot.unverified' : 'boot.refused', findings, exitCode })
  }
  return { start: false, exitCode }
}

/** How a verification ended, in a sentence. */
export const CONCLUSIONS: Readonly<Record<Exclude<BootEnding, 'stopped'>, string>> = {
  verified: 'The token is verified.',
  refused: 'The token is refused.',
  asker_refused: 'Graph refuses to tell us about the token.',
  unverified: 'The token could not be verified: Graph gave no definite answer.',
}
