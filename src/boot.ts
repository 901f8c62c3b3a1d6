/**
 * The preload: `node --import whatsapp-token-guard/boot app.js`, or bunfig.toml's `preload`. The backend's own first line
 * runs only after the token has passed; else the process ends with the exit code that `serve` would have.
 *
 * It guards the start alone. Worker threads and child processes of a guarded process start at once.
 */
import { isMainThread } from './platform/runtime.ts'

/** Says which process has passed. A child inherits it; a process that executes itself anew keeps its own id. */
const MARK = '__WHATSAPP_TOKEN_GUARD_PID'

function isOfGuardedProcess(): boolean {
  const guarded = process.env[MARK] ?? ''
  return !isMainThread() || (guarded !== '' && guarded !== String(process.pid))
}

async function guardStart(): Promise<void> {
  // Here, since a child has no need of it.
  const [{ bootGuard }, { setUp }, { EXIT }, { output }, { onStopSignal, dieBy }] = await Promise.all([
    import('./commands/boot.ts'),
    import('./commands/setup.ts'),
    import('./assembly/exit-codes.ts'),
    import('./platform/output.ts'),
    import('./platform/signals.ts'),
  ])
  const leave = onStopSignal(dieBy)
  const [stdout, stderr] = [output(1), output(2)]
  const context = { env: process.env, cwd: process.cwd(), stdout, stderr, program: 'token-guard' }
  const prepared = await setUp(context, {}, stderr)
  if (!prepared.ok) return process.exit(EXIT.config)
  const permission = await bootGuard(prepared.setup, stderr)
  if (!permission.start) return process.exit(permission.exitCode ?? EXIT.software)
  prepared.setup.guard.stop()
  leave()
  process.env[MARK] = String(process.pid)
}

if (!isOfGuardedProcess()) await guardStart()
