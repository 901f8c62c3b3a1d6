/** What mass failures ask of the tables (incident.ts decides). */

/** All that is needed to judge an app. $1: the app. */
export const INCIDENT = `
select app, incident, incident_version::text as version, extract(epoch from clock_timestamp()) * 1000 as now_ms,
  busy_until > now() as is_busy,
  (select count(*) from token_guard.token t where t.app = app.app)::int as tokens,
  (select count(distinct coalesce('t' || tenant, 'i' || id)) from token_guard.token t where t.app = app.app)::int as tenants,
  (select count(*) from token_guard.token t where t.app = app.app and held is not null)::int as held
from token_guard.app where app = $1`

/** The apps of which something is counted, suspected or confirmed. */
export const OPEN_INCIDENTS = `select app from token_guard.app where incident is not null`

/**
 * $1: the app; $2: the version that was read; $3: what becomes of its incident; $4 to $6: event, status and count of what is
 * told of it, or null.
 */
export const SETTLE = `
with settled as (
  update token_guard.app set incident = $3::jsonb, incident_version = incident_version + 1
  where app = $1 and incident_version = $2::bigint returning app
), told as (
  insert into token_guard.change (app_id, event, status, count)
  select nullif(app, ''), $4::text, $5::text, $6::int from settled where $4::text is not null
)
select app from settled`

/**
 * Rows to draw canaries from, in random order, one of each tenant. $1: the app; $2: how many of each kind; $3: canaries that
 * are known; $4: whether the incident is confirmed.
 */
export const CANARIES = `
with row as (
  select distinct on (kind, coalesce('t' || tenant, 'i' || id)) id, kind from (
    select id, tenant, case
      when held is not null or ($4::boolean and by_incident) then 'refused'
      when outcome = 'verified' then 'calm' end as kind
    from token_guard.token where app = $1
  ) as each where kind is not null order by kind, coalesce('t' || tenant, 'i' || id), random()
)
select
  array(select id from row where kind = 'refused' order by random() limit $2) as refused,
  array(select id from row where kind = 'calm' order by random() limit $2) as calm,
  array(select id from unnest($3::text[]) as id where id not in (select t.id from token_guard.token t where t.app = $1)) as gone`

/** Canaries are asked so often. $1: their ids; $2: seconds. */
export const ASK_CANARIES = `
update token_guard.token set due_at = now(), booked = false, is_planned = false
where id = any($1::text[]) and due_at > now() + interval '1 second'
  and coalesce(checked_at, '-infinity') < now() - make_interval(secs => $2::double precision)`

/** What is held is asked again. $1: the app; $2: what an incident has refused too. */
export const ASK_HELD = `
update token_guard.token set due_at = now(), booked = false, is_planned = false
where app = $1 and (held is not null or ($2::boolean and by_incident and outcome = 'refused')) and due_at > now()`

/**
 * What is held takes effect: its rows are refused, and the history says so. The webhook gets one message for all.
 * $1: the app.
 */
export const BELIEVE_HELD = `
with held as materialized (
  select id, held->'findings' as findings from token_guard.token where app = $1 and held is not null for no key update
), believed as (
  update token_guard.token t set known = t.held->'known', status = 'fail', outcome = 'refused',
    codes = array(select jsonb_array_elements_text(t.held->'codes')), held = null, held_since = null, by_incident = true,
    changed_at = now(), claim = claim + 1
  from held where t.id = held.id
  returning t.id, t.tenant, t.app_id, t.app, held.findings
)
insert into token_guard.change (token_id, tenant, app_id, event, previous_status, status, findings, sent_at)
select id, tenant, coalesce(app_id, nullif(app, '')), 'status.changed', 'pass', 'fail', coalesce(findings, '[]'), now() from believed`

/** The other apps' incidents. $1: this app. */
export const OTHER_INCIDENTS = `
select coalesce(incident->>'scope', 'app') as scope, incident->'state'->>'kind' as kind
from token_guard.app where app <> $1 and incident is not null`
