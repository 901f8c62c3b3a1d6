/**
 * The preload: `node --import whatsapp-token-guard/boot app.js`, or bunfig.toml's `preload`. The backend's own first line
 * runs only after the token has passed; else the process ends with the exit code that `serve` would have.
 *
 * It guards the start alone. Worker threads start at once, and so do children of a living process that has passed with the
 * same token, no longer ago than its check interval. A mark that proves nothing counts for nothing: Graph is asked.
 */
import { readJudged } from './assembly/judged.ts'
import { provesPassing, writeMark } from './assembly/mark.ts'
import { ancestors, thisProcess } from './platform/ancestors.ts'
import { systemClock } from './platform/clock.ts'
import { ENV_FILES, isMainThread } from './platform/runtime.ts'

/** What a process that has passed leaves for its children. Managers keep it beyond that process's life. */
const MARK = '__WHATSAPP_TOKEN_GUARD_PASSED'

const judgedNow = () => readJudged({ env: process.env, cwd: process.cwd(), ...ENV_FILES })

function isOfGuardedProcess(): boolean {
  if (!isMainThread()) return true
  const mark = process.env[MARK] ?? ''
  if (mark === '') return false
  const judged = judgedNow()
  return judged !== null && provesPassing(mark, { ancestors: ancestors(), nowMs: systemClock.nowMs(), judged })
}

async function guardStart(): Promise<void> {
  // Here, since a child has no need of it.
  const [{ bootGuard }, { setUp }, { EXIT }, { output }, { onStopSignal, dieBy }] = await Promise.all([
    import('./commands/boot-guard.ts'),
    import('./commands/setup.ts'),
    import('./exit-codes.ts'),
    import('./platform/output.ts'),
    import('./platform/signals.ts'),
  ])
  const leave = onStopSignal(dieBy)
  const [stdout, stderr] = [output(1), output(2)]
  const context = { env: process.env, cwd: process.cwd(), stdout, stderr, program: 'token-guard' }
  const judged = judgedNow()
  const prepared = await setUp(context, {}, stderr, { remembers: true, asksUpstream: true })
  if (!prepared.ok) return process.exit(EXIT.config)
  const permission = await bootGuard(prepared.setup, stderr)
  if (!permission.start) return process.exit(permission.exitCode ?? EXIT.software)
  prepared.setup.guard.stop()
  leave()
  leaveMark(judged, prepared.setup.config.checkIntervalMs)
}

/** None where this process cannot be distinguished from others, or where something changed while it was judged. */
function leaveMark(judged: string | null, intervalMs: number): void {
  delete process.env[MARK]
  const self = thisProcess()
  if (self === null || judged === null || judged !== judgedNow()) return
  process.env[MARK] = writeMark({ ...self, passedAtMs: systemClock.nowMs(), intervalMs }, judged)
}

if (!isOfGuardedProcess()) await guardStart()
