import { row, type FindingRow } from '../finding.ts'
import { CLOCK_SKEW_MAX_MS } from '../policy.ts'
import { hasEnded, isOlder } from '../versions.ts'

export const CONNECTION_FINDINGS: readonly FindingRow[] = [
  row({
    code: 'graph.version_forwarded',
    severity: 'warn',
    about: 'connection',
    cause: 'version_ended',
    detect: ({ askedVersion, servedVersion }, _policy, clocks) => {
      if (servedVersion === null || servedVersion === askedVersion) return []
      // A newer one in place of one that lives: Graph does that to apps that are younger than the version.
      if (!isOlder(servedVersion, askedVersion) && !hasEnded(askedVersion, clocks)) return []
      return [
        {
          summary: 'Graph answers with another version than the configured one.',
          expected: askedVersion,
          observed: servedVersion,
        },
      ]
    },
  }),
  row({
    code: 'clock.skewed',
    severity: 'warn',
    about: 'connection',
    cause: 'clock_wrong',
    detect: ({ clockOffsetMs }) =>
      clockOffsetMs === null || Math.abs(clockOffsetMs) <= CLOCK_SKEW_MAX_MS
        ? []
        : [
            {
              summary: `This machine's clock is ${Math.ceil(Math.abs(clockOffsetMs) / 1000)} s ${clockOffsetMs > 0 ? 'behind' : 'ahead of'} Graph's.`,
              expected: 'at most 60 s of difference',
              observed: `${(clockOffsetMs / 1000).toFixed(1)} s (Graph's clock minus ours)`,
            },
          ],
  }),
]
