import type { FleetChange } from './log-event.ts'
import type { EventRows } from './event-row.ts'

/** The events of a fleet. */
export const FLEET_ROWS = {
  'fleet.listening': {
    level: 'info',
    say: ({ url }) => `Listening on ${url}: /health/ready, /health/fleet, /fleet`,
    fields: ({ url, port }) => ({ url, port }),
  },
  'fleet.synced': {
    level: ({ removed }) => (removed > 0 ? 'info' : 'debug'),
    say: ({ listed, removed }) =>
      `The list of tokens was read: it holds ${listed}${removed === 0 ? '' : `, and ${removed} are gone`}`,
    fields: ({ listed, removed }) => ({ listed, removed }),
  },
  'fleet.list_suspect': {
    level: 'warn',
    say: ({ listed, missing }) =>
      `The list of tokens lost ${missing} at once, so it is not believed: nothing is removed${listed === 0 ? '' : ' for an hour'}. Look at TOKEN_GUARD_FLEET_LIST_SQL`,
    fields: ({ listed, missing }) => ({ listed, missing }),
  },
  'fleet.source_failed': {
    level: 'error',
    say: ({ what, problem }) =>
      `The ${what === 'list' ? 'list of tokens' : 'tokens'} could not be had: ${problem}. See TOKEN_GUARD_FLEET_${what === 'list' ? 'LIST' : 'TOKEN'}_SQL`,
    fields: ({ what, problem }) => ({ what, problem }),
  },
  'fleet.database_away': {
    level: 'error',
    say: ({ problem }) => `The database gives no answer: ${problem}. No verdict changes`,
    fields: ({ problem }) => ({ problem }),
  },
  'fleet.database_back': { level: 'info', say: () => 'The database answers again' },
  'fleet.changed': {
    level: ({ status, happened }) => (status === 'fail' ? 'error' : happened === 'status.changed' ? 'info' : 'warn'),
    say: (event) =>
      `${headline(event)}${event.findings.length === 0 ? '' : `: ${event.findings.map(({ code }) => code).join(', ')}`}`,
    fields: (change) => ({
      tokenId: change.tokenId,
      tenant: change.tenant,
      appId: change.appId,
      happened: change.happened,
      previousStatus: change.previousStatus,
      status: change.status,
      findings: change.findings,
      drifts: change.drifts,
    }),
  },
  'fleet.blind': {
    level: 'error',
    say: ({ count }) =>
      `For two minutes half of the checks and more got no answer from Graph (${count}). No verdict changes`,
    fields: ({ count }) => ({ count }),
  },
  'fleet.suspect': {
    level: 'error',
    say: ({ appId }) =>
      `Graph refuses many tokens of the app ${appId} at once: their refusals are held, and looked at again`,
    fields: ({ appId, count }) => ({ appId, count }),
  },
  'fleet.cleared': {
    level: 'info',
    say: ({ appId }) => `The tokens of the app ${appId} work again: what was held is asked once more`,
    fields: ({ appId, count }) => ({ appId, count }),
  },
  'fleet.confirmed': {
    level: 'error',
    say: ({ appId, count }) => `The tokens of the app ${appId} stay refused: ${count ?? 'all'} that were held fail now`,
    fields: ({ appId, count }) => ({ appId, count }),
  },
} as const satisfies Partial<EventRows>

function headline({ tokenId, happened, previousStatus, status }: FleetChange): string {
  switch (happened) {
    case 'status.changed':
      return `The token of ${tokenId} is ${status}${previousStatus === null ? '' : `, and was ${previousStatus}`}`
    case 'token.expires_soon':
      return `The token of ${tokenId} expires soon`
    case 'token.drift':
      return `Graph's answer about the token of ${tokenId} has changed, and its status is ${status}`
    case 'findings.changed':
      return `The token of ${tokenId} is still ${status}, for other reasons`
  }
}
