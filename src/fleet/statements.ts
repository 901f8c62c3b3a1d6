/** All that is asked of the tables in service. Each statement is whole: what one says is true or did not happen. */

/** How long a claimed token is ours. Then another worker may claim it, and our answer comes too late. */
export const CLAIM_SECONDS = 20
/** A turn that comes sooner is as good as now. */
const SOON = `interval '50 milliseconds'`
/** A turn that was missed by more is lost: after a break, all that were given out would be taken at once. */
const LATE = `interval '1 second'`

/** What a check needs of a row. */
export const ROW = `id, tenant, app_id, business_account_id, phone_number_id, claim::text as claim, app, fingerprint, status, outcome,
  codes, has_passed, known, held, by_incident, is_planned, extract(epoch from clock_timestamp()) * 1000 as now_ms`

/**
 * Claims the tokens that are longest due; before them, as most of its rows, those whose turn has come: behind many that wait for
 * a turn they would be late, and then all at once. Each gets a turn of its app, one after the other at the app's rate, for as many
 * requests as it makes. Whose turn has come is ours for a while; for the others the turn is their new time, given out for
 * good, so that they block nobody.
 * $1: how many tokens; $2: requests a second and app; $3: seconds between two reads of the assets.
 */
export const CLAIM = `
with appointed as materialized (
  select id, app, due_at > now() - ${LATE} as is_booked, calls, due_at from token_guard.token
  where booked and due_at <= now() order by due_at limit $1::int * 4 / 5 for no key update skip locked
), longest as materialized (
  select id, app, booked and due_at > now() - ${LATE} as is_booked, calls, due_at from token_guard.token
  where due_at <= now() and id <> all(array(select id from appointed))
  order by due_at limit $1::int for no key update skip locked
), due as materialized (
  select * from appointed union all select * from longest limit $1::int
), app as materialized (
  select app, greatest(free_at, paused_until, now()) as free_at, paused_until > now() as is_paused, busy_until > now() as is_busy, incident is not null as has_incident
  from token_guard.app where app in (select app from due) order by app for no key update
), turn as materialized (
  select due.id, due.app, due.calls, app.is_busy, app.has_incident, due.is_booked and not app.is_paused as is_paid,
    case when due.is_booked and not app.is_paused then now()
    else app.free_at + make_interval(secs => (
      sum(due.calls) over (partition by due.app, due.is_booked and not app.is_paused order by due.due_at, due.id) - due.calls
    ) / $2::double precision) end as at
  from due join app using (app)
), spent as (
  update token_guard.app as a set free_at = app.free_at + make_interval(secs => sums.calls / $2::double precision)
  from app, (select app, sum(calls) as calls from turn where not is_paid group by app) as sums
  where a.app = sums.app and app.app = sums.app
), claimed as (
  update token_guard.token as t set
    booked = turn.at > now() + ${SOON},
    claim = t.claim + 1,
    due_at = case when turn.at > now() + ${SOON} then turn.at else now() + make_interval(secs => ${CLAIM_SECONDS}) end
  from turn where t.id = turn.id
  returning t.*, turn.is_busy, turn.has_incident
)
select ${ROW}, is_busy, has_incident,
  coalesce(assets_at <= now() - make_interval(secs => $3::double precision), true) or held is not null
    -- Canaries, and others that are asked now for an incident's sake.
    or (has_incident and not is_planned) as are_assets_due
from claimed where not booked`

/** Claims one token, due or not: somebody wants to know now. $1: its id. */
export const CLAIM_ONE = `
update token_guard.token set claim = claim + 1, booked = false, is_planned = false, due_at = now() + make_interval(secs => ${CLAIM_SECONDS})
where id = $1 returning ${ROW}, true as are_assets_due, false as is_busy,
  (select incident is not null from token_guard.app where app.app = token.app) as has_incident`

/** The database's clock, and when the next token is due. */
export const NEXT_DUE = `
select extract(epoch from clock_timestamp()) * 1000 as now_ms,
  (select extract(epoch from min(due_at) - now()) * 1000 from token_guard.token) as due_in_ms`

/**
 * What Graph last said of tokens that other rows hold too. $1: fingerprints; $2: the rows that ask; $3: how old it may
 * be, in seconds.
 */
export const SHARED = `
select distinct on (fingerprint) fingerprint, known from token_guard.token
where fingerprint = any($1::text[]) and id <> all($2::text[]) and heard_at > now() - make_interval(secs => $3::double precision)
order by fingerprint, heard_at desc`

/**
 * Writes what checks gave: verdict, next time and change together, and only for claims that still hold. Where one row
 * learns that a token has ended or lives again, the other rows that hold it are due at once.
 * What an incident decided is written only where nobody else has decided meanwhile.
 * $1: a JSON array of Written (check.ts); $2: requests a second and app; $3: seconds for which an app counts as busy;
 * $4: a JSON array of apps with the version that was read, what becomes of their incidents, and what is told of that.
 */
export const WRITE = `
with answer as materialized (
  select * from jsonb_to_recordset($1::jsonb) as a(
    id text, claim bigint, due_at_ms double precision, calls int, extra_calls int, fingerprint text, app text,
    status text, outcome text, codes text[], has_passed boolean, known jsonb, held jsonb, by_incident boolean,
    has_heard boolean, has_read_assets boolean, has_changed boolean, is_turned boolean, is_busy boolean,
    pause_seconds double precision, change jsonb, is_quiet boolean, settled_app text)
), settled as materialized (
  select app.app, i.incident, i.event, i.status, i.count from token_guard.app
  join jsonb_to_recordset($4::jsonb) as i(
    app text, version bigint, incident jsonb, event text, status text, count int) on i.app = app.app
  where app.incident_version = i.version for no key update of app
), learnt as (
  insert into token_guard.app (app) select distinct app from answer where app is not null
  on conflict (app) do nothing
), done as (
  update token_guard.token as t set
    due_at = to_timestamp(a.due_at_ms / 1000), is_planned = true, calls = a.calls, fingerprint = a.fingerprint,
    app = coalesce((select app.app from token_guard.app where app.app = a.app), t.app),
    status = a.status, outcome = a.outcome, codes = a.codes, has_passed = a.has_passed, known = a.known,
    held = a.held, held_since = case when a.held is not null then coalesce(t.held_since, now()) end,
    by_incident = a.by_incident,
    heard_at = case when a.has_heard then now() else t.heard_at end,
    assets_at = case when a.has_read_assets then now() else t.assets_at end,
    checked_at = now(),
    changed_at = case when a.has_changed then now() else t.changed_at end
  from answer a
  where t.id = a.id and t.claim = a.claim and (a.settled_app is null or a.settled_app in (select app from settled))
  returning t.id, t.tenant, t.app_id, t.app, t.fingerprint, a.is_turned, a.change, a.is_quiet, a.extra_calls, a.is_busy, a.pause_seconds
), others as (
  update token_guard.token as t set due_at = now(), booked = false, is_planned = false
  from done where done.is_turned and t.fingerprint = done.fingerprint and t.id not in (select id from done)
), touched as (
  select app, coalesce(sum(extra_calls), 0) as extra_calls, coalesce(bool_or(is_busy), false) as is_busy,
    max(pause_seconds) as pause_seconds, bool_or(is_done) as is_done
  from (
    select app, extra_calls, is_busy, pause_seconds, true as is_done from done
    union all select app, 0, false, null, false from settled
  ) as each group by app
), spent as (
  update token_guard.app as app set
    free_at = greatest(app.free_at, now()) + make_interval(secs => touched.extra_calls / $2::double precision),
    busy_until = case when touched.is_busy then now() + make_interval(secs => $3::double precision) else app.busy_until end,
    pauses = case when not touched.is_done then app.pauses when touched.pause_seconds is null then 0 else app.pauses + 1 end,
    paused_until = case when touched.pause_seconds is null then app.paused_until
      else now() + make_interval(secs => greatest(touched.pause_seconds, least(3600, 60 * 2 ^ least(app.pauses, 6)))) end,
    incident = case when settled.app is null then app.incident else settled.incident end,
    incident_version = app.incident_version + (settled.app is not null)::int
  from touched left join settled using (app)
  where app.app = touched.app and (settled.app is not null or touched.extra_calls > 0 or touched.is_busy
    or touched.pause_seconds is not null or app.pauses > 0)
), told as (
  insert into token_guard.change (token_id, tenant, app_id, event, previous_status, status, findings, drifts, sent_at)
  select done.id, done.tenant, coalesce(done.app_id, nullif(done.app, '')), c.event, c.previous_status, c.status, c.findings, c.drifts,
    case when done.is_quiet then now() end
  from done, jsonb_to_record(done.change) as c(event text, previous_status text, status text, findings jsonb, drifts jsonb)
  where jsonb_typeof(done.change) = 'object'
), told_of_app as (
  insert into token_guard.change (app_id, event, status, count)
  select nullif(app, ''), event, status, count from settled where event is not null
)
select id, null as settled_app from done union all select null, app from settled`

/** Takes the reading of the list on, for so long: one worker does it. $1: seconds. */
export const CLAIM_LIST = `
update token_guard.meta set list_due_at = now() + make_interval(secs => $1::double precision), list = list + 1
where list_due_at <= now()
returning list, (select count(*)::int from token_guard.token) as count, suspect_since < now() - interval '1 hour' as is_believed`

/** $1: a JSON array of the list's rows; $2: the number of the list. */
export const PUT_ROWS = `
with row as materialized (
  select id, tenant, app_id, business_account_id, phone_number_id, version, coalesce(app_id, $3::text) as app
  from jsonb_to_recordset($1::jsonb) as r(
    id text, tenant text, app_id text, business_account_id text, phone_number_id text, version text)
), apps as (
  insert into token_guard.app (app) select distinct app from row on conflict (app) do nothing
)
insert into token_guard.token (id, tenant, app_id, business_account_id, phone_number_id, version, list, app)
select id, tenant, app_id, business_account_id, phone_number_id, version, $2::bigint, app from row
on conflict (id) do update set
  tenant = excluded.tenant, app_id = excluded.app_id, business_account_id = excluded.business_account_id,
  phone_number_id = excluded.phone_number_id, version = excluded.version, list = greatest(token.list, excluded.list),
  due_at = case when (token.version, token.app_id, token.business_account_id, token.phone_number_id)
    is distinct from (excluded.version, excluded.app_id, excluded.business_account_id, excluded.phone_number_id)
    then least(token.due_at, now()) else token.due_at end`

/** $1: the number of the list. */
export const COUNT_GONE = 'select count(*)::int as count from token_guard.token where list < $1::bigint'
/** Not where a newer list is being read: its rows are not all there yet. */
export const REMOVE_GONE = `
delete from token_guard.token where list < $1::bigint and (select list from token_guard.meta) = $1::bigint`
/** $1: whether a list is not believed. */
export const LISTED = `
update token_guard.meta set listed_at = now(),
  suspect_since = case when $1::boolean then coalesce(suspect_since, now()) end`
