import type { Database } from './database.ts'
import type { ListedToken } from './row.ts'
import type { FleetSource } from './source.ts'
import { PRUNE } from './statements.telling.ts'
import { CLAIM_LIST, COUNT_GONE, LISTED, PUT_ROWS, REMOVE_GONE } from './statements.ts'

/** Takes the list of tokens over into the rows. */

export type ListTaken =
  | { readonly kind: 'synced'; readonly listed: number; readonly removed: number }
  /** The list lost too much at once: nothing is removed for an hour, and where it is empty, never. */
  | { readonly kind: 'suspect'; readonly listed: number; readonly missing: number }

const PAGE = 1_000
/** A list that lost more than this part of its tokens at once is not believed. */
const LOSS_MAX = 1 / 5

/** Reads the whole list where that is due; `null` where another worker does it, or it is not due yet. */
export async function takeList(
  database: Database,
  source: Pick<FleetSource, 'list'>,
  { intervalMs, appId }: { readonly intervalMs: number; readonly appId: string | null },
): Promise<ListTaken | null> {
  const claimed = await database.query(CLAIM_LIST, [intervalMs / 1000])
  const [turn] = claimed.rows as readonly { list: string; count: number; is_believed: boolean | null }[]
  if (turn === undefined) return null
  let listed = 0
  for (let after: string | null = null; ;) {
    const page = await source.list(after, PAGE)
    const last: string | null = page.at(-1)?.id ?? null
    if (last !== null && last === after)
      throw new Error('the list gives the same page again: it does not begin after $1')
    if (page.length > 0) await database.query(PUT_ROWS, [JSON.stringify(page.map(toRow)), turn.list, appId ?? ''])
    listed += page.length
    if (page.length < PAGE) break
    after = last
  }
  const counted = await database.query(COUNT_GONE, [turn.list])
  const { count: missing } = (counted.rows as readonly { readonly count: number }[])[0] ?? { count: 0 }
  const isSuspect = missing > turn.count * LOSS_MAX && (listed === 0 || turn.is_believed !== true)
  if (!isSuspect && missing > 0) await database.query(REMOVE_GONE, [turn.list])
  await database.query(LISTED, [isSuspect])
  await database.query(PRUNE)
  return isSuspect ? { kind: 'suspect', listed, missing } : { kind: 'synced', listed, removed: missing }
}

function toRow({ id, tenant, appId, businessAccountId, phoneNumberId, version }: ListedToken) {
  return {
    id,
    tenant,
    app_id: appId,
    business_account_id: businessAccountId,
    phone_number_id: phoneNumberId,
    version,
  }
}
