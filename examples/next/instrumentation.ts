// Next calls register() before it serves the first request, and not during a build.
export async function register(): Promise<void> {
  // In one condition: what is in it is then left out of the bundle for the edge, which has no Node modules.
  if (process.env.NEXT_RUNTIME === 'nodejs' && process.env.NEXT_PHASE !== 'phase-production-build') {
    const { startGuarded } = await import('./start')
    await startGuarded()
  }
}
