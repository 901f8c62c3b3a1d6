import type { EventMeaning } from './event-row.ts'
import type { FLEET_ROWS } from './events.fleet.ts'

/** What docs/reference.md says of the events of a fleet. */
export const FLEET_MEANINGS: Readonly<Record<keyof typeof FLEET_ROWS, EventMeaning>> = {
  'fleet.listening': {
    when: '`fleet serve` listens. Its worker begins.',
    level: '`info`',
    fields: { url: 'one that can be opened on this machine', port: 'the port' },
  },
  'fleet.synced': {
    when: 'A worker has read the list of tokens.',
    level: '`debug`; `info` where tokens are gone',
    fields: { listed: 'how many it holds', removed: 'how many were forgotten' },
  },
  'fleet.list_suspect': {
    when: 'The list of tokens lost more than a fifth at once, or is empty: nothing is removed.',
    level: '`warn`',
    fields: { listed: 'how many it holds', missing: 'how many it lost' },
  },
  'fleet.source_failed': {
    when: 'The list, or the tokens themselves, could not be had. It is logged once until they can be had again.',
    level: '`error`',
    fields: { what: '`list` or `tokens`', problem: "the database's words, or those of the callback" },
  },
  'fleet.database_away': {
    when: "The fleet's database gives no answer. A worker waits for it, and logs this once until it answers again; a start ends with 75 after TOKEN_GUARD_BOOT_TIMEOUT.",
    level: '`error`',
    fields: { problem: 'why' },
  },
  'fleet.database_back': { when: "The fleet's database answers again.", level: '`info`', fields: {} },
  'fleet.changed': {
    when: 'A check of one token of a fleet changed something. A first pass is nothing new.',
    level: '`error` where the status is `fail`; `info` for another status; else `warn`',
    fields: {
      tokenId: 'its id',
      tenant: 'whose it is, or null',
      appId: 'its Meta app, or null',
      happened: '`status.changed`, `token.drift`, `findings.changed` or `token.expires_soon`',
      previousStatus: 'the status before; null: nothing was known',
      status: '`pass`, `warn` or `fail`',
      findings: 'what is wrong now, as `check --json` shows it',
      drifts: "what changed in Graph's answers",
    },
  },
  'fleet.blind': {
    when: 'Half of the checks of a worker and more have got no answer for two minutes. It is logged once an hour, by one worker.',
    level: '`error`',
    fields: { count: 'how many checks got none' },
  },
  'fleet.suspect': {
    when: 'So many tokens of one app were refused that one cause is behind it (`TOKEN_GUARD_FLEET_INCIDENT`). Their refusals are held.',
    level: '`error`',
    fields: { appId: 'the Meta app', count: 'null' },
  },
  'fleet.cleared': {
    when: 'The tokens of a suspected incident have verified again, for five minutes.',
    level: '`info`',
    fields: { appId: 'the Meta app', count: 'null' },
  },
  'fleet.confirmed': {
    when: 'The tokens were still refused after `TOKEN_GUARD_FLEET_HOLD`. What was held takes effect.',
    level: '`error`',
    fields: { appId: 'the Meta app', count: 'how many tokens were held' },
  },
}
