import { ROW } from './statements.ts'

/** What is asked of the tables without changing them. */

/** $1: an id. */
export const ONE = `select ${ROW}, changed_at, true as are_assets_due, false as is_busy, false as has_incident from token_guard.token where id = $1`

/** $1: an id; $2: how many. The newest first. */
export const CHANGES_OF = `
select seq::text as seq, extract(epoch from at) * 1000 as at_ms, event, previous_status, status, drifts
from token_guard.change where token_id = $1 order by seq desc limit $2`

/** Counts by status, how late the latest is, what is wrong, and when the list was read. */
export const COUNTS = `
select
  coalesce((select json_object_agg(status, count) from (select status, count(*) from token_guard.token group by status) s), '{}') as statuses,
  coalesce((select json_object_agg(code, count) from (
    select code, count(*) from token_guard.token, unnest(codes) as code group by code) c), '{}') as findings,
  greatest(0, (select extract(epoch from now() - min(due_at)) from token_guard.token))::float8 as lag_seconds,
  (select count(*) from token_guard.app where paused_until > now())::int as paused_apps,
  coalesce((select json_agg(json_build_object('appId', app, 'kind', incident->'state'->>'kind',
    'held', (select count(*) from token_guard.token t where t.app = app.app and held is not null)) order by app)
    from token_guard.app where incident->'state'->>'kind' <> 'calm'), '[]') as incidents,
  (select count(*) from token_guard.change where sent_at is null)::int as unsent_changes,
  (select extract(epoch from listed_at) * 1000 from token_guard.meta)::float8 as listed_at_ms`

/** $1: the id before the first one, or null; $2: how many; $3 to $6: status, code, app and tenant, each or null. */
export const TOKENS = `
select id, tenant, coalesce(app_id, nullif(app, '')) as app_id, business_account_id, phone_number_id, status, outcome, codes,
  left(fingerprint, 12) as fingerprint, checked_at, changed_at, due_at
from token_guard.token
where ($1::text is null or id > $1) and ($3::text is null or status = $3) and ($4::text is null or $4 = any(codes))
  and ($5::text is null or coalesce(app_id, app) = $5) and ($6::text is null or tenant = $6)
order by id limit $2`

/** Changes after a number, in its order. One that may still come with a smaller number holds back those behind it. $1; $2: how many. */
export const CHANGES = `
select seq::text as seq, token_id, tenant, app_id, at, event, previous_status, status, findings, drifts
from token_guard.change where seq > $1 and written_by < pg_snapshot_xmin(pg_current_snapshot()) order by seq limit $2`
