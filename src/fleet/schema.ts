import { sqlState, type Database } from './database.ts'

/**
 * The tables of a fleet, in a schema of their own. Their names are public: people join them. All times are the database's
 * own. No token is in them.
 */

export const SCHEMA_VERSION = 1

const TABLES = `
create schema if not exists token_guard;

create table if not exists token_guard.meta (
  is_only boolean primary key default true check (is_only),
  version int not null,
  -- The lists of tokens that were read, counted.
  list bigint not null default 0,
  list_due_at timestamptz not null default '-infinity',
  listed_at timestamptz,
  -- Since when a list is not believed that lost too much.
  suspect_since timestamptz,
  -- When it was told last that most checks get no answer.
  blind_at timestamptz
);

-- A Meta app, and the turns that it has given out.
create table if not exists token_guard.app (
  app text primary key,
  free_at timestamptz not null default '-infinity',
  paused_until timestamptz not null default '-infinity',
  pauses int not null default 0,
  busy_until timestamptz not null default '-infinity',
  -- What incident.ts keeps of it: for this program. Null: nothing is wrong.
  incident jsonb,
  incident_version bigint not null default 0
) with (fillfactor = 50);

create table if not exists token_guard.token (
  id text primary key,
  tenant text,
  app_id text,
  business_account_id text,
  phone_number_id text,
  version text,
  -- The list that it was on last.
  list bigint not null,
  app text not null references token_guard.app,
  due_at timestamptz not null default now(),
  -- Its turn is given out already.
  booked boolean not null default false,
  -- A late answer of an older claim does not count.
  claim bigint not null default 0,
  -- The requests that its next check makes.
  calls int not null default 1,
  fingerprint text,
  status text not null default 'unknown' check (status in ('unknown', 'pass', 'warn', 'fail')),
  outcome text not null default 'unverified' check (outcome in ('verified', 'refused', 'unverified')),
  codes text[] not null default '{}',
  has_passed boolean not null default false,
  -- What Graph said: for this program.
  known jsonb,
  -- What Graph says now, where a mass failure keeps it from taking effect.
  held jsonb,
  held_since timestamptz,
  -- An incident has refused it: its recovery is no news either.
  by_incident boolean not null default false,
  -- Due in its rhythm, not because somebody wants to know.
  is_planned boolean not null default true,
  heard_at timestamptz,
  assets_at timestamptz,
  checked_at timestamptz,
  changed_at timestamptz
) with (fillfactor = 70);
create index if not exists token_due on token_guard.token (due_at);
create index if not exists token_booked on token_guard.token (due_at) where booked;
create index if not exists token_fingerprint on token_guard.token (fingerprint, heard_at desc);
create index if not exists token_status on token_guard.token (status, id);
create index if not exists token_app on token_guard.token (app);

-- What changed: the history, and what is still to be sent.
create table if not exists token_guard.change (
  seq bigserial primary key,
  -- By it a reader knows what may still come with a smaller number.
  written_by xid8 not null default pg_current_xact_id(),
  -- Null: it is about an app, or about all.
  token_id text,
  tenant text,
  app_id text,
  at timestamptz not null default now(),
  event text not null,
  previous_status text,
  status text not null,
  findings jsonb not null default '[]',
  drifts jsonb not null default '[]',
  -- How many tokens an incident is about.
  count int,
  -- When a worker may try to send it, and when it was sent, or was not to be.
  send_at timestamptz not null default now(),
  tries int not null default 0,
  sent_at timestamptz
);
create index if not exists change_token on token_guard.change (token_id, seq);
create index if not exists change_unsent on token_guard.change (seq) where sent_at is null;
`

/** Makes the tables, or brings them up to this version. Harmless where they are there. One at a time. */
export const MIGRATION = `begin;
select pg_advisory_xact_lock(hashtext('token_guard'));
${TABLES.trim()}

insert into token_guard.meta (version) values (${SCHEMA_VERSION})
on conflict (is_only) do update set version = ${SCHEMA_VERSION} where meta.version < ${SCHEMA_VERSION};
commit;
`

/** The version of the tables; `null` where there are none. */
export async function schemaVersion(database: Database): Promise<number | null> {
  try {
    const { rows } = await database.query('select version from token_guard.meta')
    return (rows as readonly { readonly version: number }[])[0]?.version ?? null
  } catch (error) {
    // No such table, no such schema.
    if (['42P01', '3F000'].includes(sqlState(error) ?? '')) return null
    throw error
  }
}
