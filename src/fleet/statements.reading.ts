import { ROW } from './statements.ts'

/** What is asked of the tables without changing them. */

/** $1: an id. */
export const ONE = `
select ${ROW}, changed_at, extract(epoch from due_at) * 1000 as due_at_ms,
  (select extract(epoch from paused_until) * 1000 from token_guard.app where app.app = token.app and paused_until > now()) as paused_until_ms,
  true as are_assets_due, false as is_busy, false as has_incident from token_guard.token where id = $1`

/** $1: an id; $2: how many. The newest first. */
export const CHANGES_OF = `
select seq::text as seq, extract(epoch from at) * 1000 as at_ms, event, previous_status, status, drifts
from token_guard.change where token_id = $1 order by seq desc limit $2`

/** Counts by status, how late the latest is, what is wrong, and when the list was read. $1: the interval in seconds. */
export const COUNTS = `
select
  coalesce((select json_object_agg(status, count) from (select status, count(*) from token_guard.token group by status) s), '{}') as statuses,
  coalesce((select json_object_agg(code, count) from (
    select code, count(*) from token_guard.token, unnest(codes) as code where codes <> '{}' group by code) c), '{}') as findings,
  greatest(0, (select extract(epoch from greatest(now() - min(due_at),
    now() - min(checked_at) - make_interval(secs => $1::double precision))) from token_guard.token))::float8 as lag_seconds,
  (select count(*) from token_guard.app where paused_until > now())::int as paused_apps,
  coalesce((select json_agg(json_build_object('appId', app, 'kind', incident->'state'->>'kind',
    'held', (select count(*) from token_guard.token t where t.app = app.app and held is not null)) order by app)
    from token_guard.app where incident->'state'->>'kind' <> 'calm'), '[]') as incidents,
  (select count(*) from token_guard.change where sent_at is null)::int as unsent_changes,
  (select extract(epoch from listed_at) * 1000 from token_guard.meta)::float8 as listed_at_ms`

const LISTED_ROW = `id, tenant, coalesce(app_id, nullif(app, '')) as app_id, business_account_id, phone_number_id, status, outcome, codes,
  left(fingerprint, 12) as fingerprint, checked_at, changed_at, due_at`

/** $1: the id before the first one, or null; $2: how many; $3 to $6: status, code, app and tenant, each or null. */
export const TOKENS = `
select ${LISTED_ROW} from token_guard.token
where ($1::text is null or id > $1) and ($3::text is null or status = $3) and ($4::text is null or $4 = any(codes))
  and ($5::text is null or coalesce(app_id, app) = $5) and ($6::text is null or tenant = $6)
order by id limit $2`

/** Changes after a number, in its order. One that may still come with a smaller number holds back those behind it. $1; $2: how many. */
export const CHANGES = `
select seq::text as seq, token_id, tenant, app_id, at, event, previous_status, status, findings, drifts, count
from token_guard.change where seq > $1 and written_by < pg_snapshot_xmin(pg_current_snapshot()) order by seq limit $2`

/**
 * $1 to $4: status, code, app and tenant; $5: how an id or a tenant begins, in capitals or not; each or null. A token
 * that passes has no finding, and most tokens pass.
 */
const MATCHES = `($1::text is null or status = $1) and ($2::text is null or status <> 'pass' and $2 = any(codes))
  and ($3::text is null or coalesce(app_id, app) = $3) and ($4::text is null or tenant = $4)
  and ($5::text is null or lower(id) ^@ lower($5) or lower(tenant) ^@ lower($5))`

/**
 * The worst first, each status in the order of its ids: read by the index of both, from a place in it.
 * $6: how many; $7 and $8: the place of a status, counted from 1, and the id there, not among them. Backwards from there,
 * or onwards.
 */
const byWorst = (order: 'asc' | 'desc', beyond: '>' | '<') => `
select token.* from (values ('fail', 1), ('warn', 2), ('unknown', 3), ('pass', 4)) as rank(of, nth)
cross join lateral (
  select ${LISTED_ROW} from token_guard.token
  where status = rank.of and ${MATCHES} and (rank.nth <> $7::int or id ${beyond} $8)
  order by id ${order} limit $6
) as token
where rank.nth ${beyond}= $7::int order by rank.nth ${order}, token.id ${order} limit $6`

export const WORST_ONWARDS = byWorst('asc', '>')
export const WORST_BACKWARDS = byWorst('desc', '<')

/** The one whose id this is, where it matches. $1 to $5: what is searched for; $5 is the id. */
export const WITH_THIS_ID = `select ${LISTED_ROW} from token_guard.token where id = $5 and ${MATCHES}`

/** What is wrong, with how many tokens, and how many of them fail by it or by something else. */
export const WRONG = `
select code, count(*)::int as tokens, (count(*) filter (where status = 'fail'))::int as failing
from token_guard.token, unnest(codes) as code where codes <> '{}' group by code`

/** The newest changes, those of apps among them. $1: how many. */
export const LAST_CHANGES = `
select seq::text as seq, token_id, tenant, app_id, at, event, previous_status, status, findings, count
from token_guard.change order by change.seq desc limit $1`

export const NOW = 'select extract(epoch from clock_timestamp()) * 1000 as now_ms'
