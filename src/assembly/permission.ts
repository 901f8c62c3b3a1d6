import type { Config } from '../config/config.ts'
import type { BootEnding } from '../guard/boot.ts'
import type { Guard } from '../guard/guard.ts'
import type { LogEvent } from '../report/log-event.ts'
import type { ExitCode } from '../exit-codes.ts'
import { exitCodeOf } from './endings.ts'

/** Whether the backend may start. */
export type Permission =
  /**
   * `isUnheard`: allowed to start although nothing definite was heard. `isPardoned`: by the mode alone, although Graph
   * refuses the token or the one who asks.
   */
  | { readonly start: true; readonly isUnheard: boolean; readonly isPardoned?: boolean }
  | { readonly start: false; readonly exitCode: ExitCode; readonly ending: Refusal }
  /** A stop came first. */
  | { readonly start: false; readonly exitCode: null }

type Refusal = Exclude<BootEnding, 'verified' | 'stopped'>

/** The permission, and what there is to report of it. */
export type Decision = { readonly permission: Permission; readonly event: BootEvent | null }

type BootEvent = Extract<LogEvent, { type: `boot.${string}` }>

type PermissionRequest = {
  readonly config: Pick<Config, 'mode' | 'bootUnverified' | 'stateMaxAgeMs'>
  readonly guard: Guard
}

/** The boot guard: asks until there is a definite answer, and decides what follows from it by mode and policy. */
export async function askPermission({ config, guard }: PermissionRequest): Promise<Decision> {
  if (config.mode === 'off') return { permission: { start: true, isUnheard: false }, event: null }
  const ending = await guard.boot()
  const { findings } = guard.health()
  if (ending === 'stopped') return { permission: { start: false, exitCode: null }, event: null }
  if (ending === 'verified')
    return { permission: { start: true, isUnheard: false }, event: { type: 'boot.verified', findings } }

  if (ending === 'unverified' && guard.recall(config.stateMaxAgeMs)) {
    const health = guard.health()
    return {
      permission: { start: true, isUnheard: false },
      event: { type: 'boot.remembered', findings: health.findings, ageMs: health.ageMs ?? 0 },
    }
  }
  const exitCode = exitCodeOf(ending)
  if (ending === 'unverified' && config.bootUnverified === 'start')
    return {
      permission: { start: true, isUnheard: true },
      event: { type: 'boot.unverified', findings, exitCode: null },
    }
  if (config.mode === 'report')
    return {
      permission: { start: true, isUnheard: false, isPardoned: ending !== 'unverified' },
      event: { type: 'boot.would_refuse', findings, exitCode },
    }
  const type = ending === 'unverified' ? 'boot.unverified' : 'boot.refused'
  return { permission: { start: false, exitCode, ending }, event: { type, findings, exitCode } }
}
