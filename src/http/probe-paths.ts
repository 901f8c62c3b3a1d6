/** Where probes ask: the path of each, and its aliases. */
export const PROBE_PATHS = {
  token: { path: '/health/token', aliases: ['/health'] },
  ready: { path: '/health/ready', aliases: ['/readyz'] },
  live: { path: '/health/live', aliases: ['/livez', '/healthz'] },
} as const
