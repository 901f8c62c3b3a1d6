import { tokenGuard } from './guard'

/** Resolves when the token has passed; else the process ends. */
export async function startGuarded(): Promise<void> {
  try {
    const guard = tokenGuard()
    guard.subscribe(({ level, type, msg }) => {
      if (level !== 'debug') console.error(`${type}: ${msg}`)
    })
    await guard.boot()
    // Next ends the server itself.
    process.once('SIGTERM', () => void guard.stop())
  } catch (error) {
    const { message, exitCode = 1 } = error as Error & { exitCode?: number }
    console.error(message)
    // 77 for a refused token, 75 without an answer, 78 for a wrong configuration. But `next dev` starts again after 77.
    process.exit(process.env.NODE_ENV === 'development' ? 1 : exitCode)
  }
}
