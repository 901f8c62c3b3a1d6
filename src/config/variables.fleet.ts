import * as value from './values.ts'
import { MINUTES_LONG, PLAIN, SECRET, type Variable } from './variable.ts'

/** A query: it may hold nothing secret, and may be long enough for a file. */
const QUERY = { file: true, secret: false, default: null } as const
const POSTGRES = 'a URL such as postgres://user:password@host/database'

/** Many tokens: where they come from, and how often they are asked about. */
export const FLEET_VARIABLES = {
  TOKEN_GUARD_FLEET_DATABASE: {
    ...SECRET,
    meaning: 'The PostgreSQL database of a fleet; required by the commands of `fleet`.',
    more: 'The fleet keeps its tables in it, in the schema token_guard. No token is in them.',
    expected: POSTGRES,
    read: value.postgres,
  },
  TOKEN_GUARD_FLEET_LIST_SQL: {
    ...QUERY,
    meaning: 'A query over your own tables: the tokens of the fleet, without the tokens themselves.',
    more: '$1 is the last id that was seen (null at first), $2 how many rows are wanted; ordered by id. Columns: id, and where known tenant, app_id, business_account_id, phone_number_id (several between commas), version (another one says that the token is another one).',
    expected:
      'a query with $1 and $2 in it, such as: select id::text as id, … from … where $1::text is null or id::text > $1 order by id::text limit $2',
    read: value.query('$1', '$2'),
  },
  TOKEN_GUARD_FLEET_TOKEN_SQL: {
    ...QUERY,
    meaning: 'A query over your own tables: the tokens themselves, at the moment of a check.',
    more: '$1 is an array of ids. Columns: id, token. A token is in memory for the length of its check, and nowhere else.',
    expected: 'a query with $1 in it, such as: select id::text as id, token from … where id::text = any($1)',
    read: value.query('$1'),
  },
  TOKEN_GUARD_FLEET_SOURCE: {
    ...SECRET,
    shownDefault: 'TOKEN_GUARD_FLEET_DATABASE',
    meaning: 'The PostgreSQL database that these two queries ask, where it is another one.',
    more: 'Each query runs in a read-only transaction, for 10 s at most.',
    expected: POSTGRES,
    read: value.postgres,
  },
  TOKEN_GUARD_FLEET_SYNC_INTERVAL: {
    ...PLAIN,
    default: '5m',
    meaning: 'How often the list of tokens is read.',
    more: 'A token whose id is gone is forgotten. A list that lost more than a fifth of its tokens at once is not believed for an hour, and an empty one never.',
    expected: MINUTES_LONG,
    read: value.duration(1_000),
  },
  TOKEN_GUARD_FLEET_INTERVAL: {
    ...PLAIN,
    default: '1h',
    meaning: 'How often each token of a fleet is verified; at least 1m.',
    more: 'TOKEN_GUARD_ASSET_INTERVAL, whose default is 1h here, says the same for accounts and numbers. docs/fleet.md helps to choose: Meta counts the calls of an app by its users. Less than 1m is for a Graph on loopback.',
    expected: 'a duration of at least 1m, such as 1h',
    read: value.duration(1_000),
  },
  TOKEN_GUARD_FLEET_RATE: {
    ...PLAIN,
    default: '10',
    meaning: 'Requests a second for each Meta app at the most, also when much is to be caught up.',
    expected: 'a number from 0.1 to 1000',
    read: value.rate,
  },
  TOKEN_GUARD_FLEET_INCIDENT: {
    ...PLAIN,
    shownDefault: '8/200 (20/100 from an interval of 6h on)',
    meaning: "From how many refusals among an app's last answers on they are held as one incident; off: never.",
    more: 'Only refusals of tokens that were verified before count, and each tenant once. Apps with fewer than 8 tenants have no rule.',
    expected: 'two numbers such as 8/200 (refusals/answers), or off',
    read: value.incident,
  },
  TOKEN_GUARD_FLEET_HOLD: {
    ...PLAIN,
    default: '15m',
    meaning: 'How long the refusals of an incident are held before they are believed.',
    expected: MINUTES_LONG,
    read: value.duration(1),
  },
} as const satisfies Record<string, Variable>
