/** What the history and its messages ask of the tables. */

/** How long a message that is being sent is ours. */
const SENDING_SECONDS = 60

/** The oldest that are to be sent: of each token one, so that its messages keep their order. $1: how many. */
export const CLAIM_CHANGES = `
with due as materialized (
  select c.seq from token_guard.change c
  where c.sent_at is null and c.send_at <= now() and not exists (
    select from token_guard.change b
    where b.sent_at is null and b.seq < c.seq and b.token_id is not distinct from c.token_id
      and (b.token_id is not null or b.app_id is not distinct from c.app_id)
  ) order by c.seq limit $1 for no key update skip locked
)
update token_guard.change as c set send_at = now() + interval '${SENDING_SECONDS} seconds', tries = tries + 1
from due where c.seq = due.seq
returning c.seq::text as seq, c.token_id, c.tenant, c.app_id, extract(epoch from c.at) * 1000 as at_ms, c.event, c.previous_status,
  c.status, c.findings, c.drifts, c.count, c.tries, extract(epoch from now() - c.at) * 1000 as age_ms`

/** $1: the number of a change. */
export const SENT = `update token_guard.change set sent_at = now() where seq = $1::bigint`
/** $1: the number of a change; $2: seconds until the next try. */
export const SEND_LATER = `
update token_guard.change set send_at = now() + make_interval(secs => $2::double precision) where seq = $1::bigint`
/** Where nobody gets messages, none waits. */
export const SENT_ALL = `update token_guard.change set sent_at = now() where sent_at is null`

/** The history goes back so far. */
export const PRUNE = `delete from token_guard.change where sent_at < now() - interval '90 days'`

/** Once an hour. $1: how many checks got no answer. */
export const TELL_BLIND = `
with told as (
  update token_guard.meta set blind_at = now() where blind_at is null or blind_at < now() - interval '1 hour' returning version
)
insert into token_guard.change (event, status, count) select 'fleet.blind', 'warn', $1 from told returning seq`
