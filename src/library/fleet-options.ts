import type { Fault } from '../config/config.ts'
import type { VariableName } from '../config/variables.ts'
import type { Alert } from '../alerts/alert.ts'
import type { Database } from '../fleet/database.ts'
import type { ListedToken } from '../fleet/row.ts'
import { judgeNamed, type JudgedOptions } from './judging.ts'
import type { Duration, TokenGuardOptions } from './options.ts'

/** What every token of the fleet has in common: as for one token. */
type InCommon = Pick<
  TokenGuardOptions,
  | 'appId'
  | 'appSecret'
  | 'webhookUrl'
  | 'graphUrl'
  | 'graphVersion'
  | 'requiredScopes'
  | 'expiry'
  | 'rotateBefore'
  | 'assetInterval'
  | 'checkTimeout'
  | 'staleAfter'
  | 'staleStatus'
  | 'failOn'
  | 'operatorToken'
  | 'logger'
  | 'fetch'
>

/** What `createTokenFleet` takes. Every option means what its variable means (docs/reference.md, Variables). */
export type TokenFleetOptions = InCommon & {
  /** PostgreSQL, by whatever has `query(text, values)`: a pool of `pg` is one. The fleet's tables are in it. */
  readonly database: Database
  /** The tokens after this id (`null`: from the first one on), in the order of their ids; fewer than `limit` are the last. */
  readonly list: (after: string | null, limit: number) => Promise<readonly ListedToken[]>
  /** The text of a token, at the moment of its check; `null`: it is not there now. */
  readonly token: (id: string) => Promise<string | null> | string | null
  /** Gets each change at least once, and those of one token in order. What it throws is tried again, with pauses that grow. */
  readonly onChange?: ((change: FleetChanged) => Promise<unknown> | unknown) | undefined
  /** How often each token is verified. Default: 1 hour, at least 1 minute. */
  readonly interval?: Duration | undefined
  /** How often the list is read. Default: 5 minutes. */
  readonly syncInterval?: Duration | undefined
  /** Requests a second for each Meta app. Default: 10. */
  readonly rate?: number | undefined
  /** From how many refusals among an app's last answers on they are held: `8/200`, or `off`. */
  readonly incident?: string | undefined
  /** How long they are held. Default: 15 minutes. */
  readonly hold?: Duration | undefined
}

/** A change, as the webhook would get it (docs/schemas/alert.json). `id` is the same at each try. */
export type FleetChanged = Alert

const VARIABLE_OF = {
  appId: 'META_APP_ID',
  appSecret: 'META_APP_SECRET',
  webhookUrl: 'WHATSAPP_WEBHOOK_URL',
  graphUrl: 'GRAPH_API_URL',
  graphVersion: 'GRAPH_API_VERSION',
  requiredScopes: 'TOKEN_GUARD_REQUIRED_SCOPES',
  expiry: 'TOKEN_GUARD_EXPIRY',
  rotateBefore: 'TOKEN_GUARD_ROTATE_BEFORE',
  assetInterval: 'TOKEN_GUARD_ASSET_INTERVAL',
  checkTimeout: 'TOKEN_GUARD_CHECK_TIMEOUT',
  staleAfter: 'TOKEN_GUARD_STALE_AFTER',
  staleStatus: 'TOKEN_GUARD_STALE_STATUS',
  failOn: 'TOKEN_GUARD_FAIL_ON',
  operatorToken: 'TOKEN_GUARD_OPERATOR_TOKEN',
  interval: 'TOKEN_GUARD_FLEET_INTERVAL',
  syncInterval: 'TOKEN_GUARD_FLEET_SYNC_INTERVAL',
  rate: 'TOKEN_GUARD_FLEET_RATE',
  incident: 'TOKEN_GUARD_FLEET_INCIDENT',
  hold: 'TOKEN_GUARD_FLEET_HOLD',
} as const satisfies Partial<Record<keyof TokenFleetOptions, VariableName>>

/** The database is a value here: no address of one is asked for. */
const NO_ADDRESS = { TOKEN_GUARD_FLEET_DATABASE: 'postgres://given' }

export function judgeFleetOptions(options: TokenFleetOptions): JudgedOptions {
  const judged = judgeNamed(options, {
    variables: VARIABLE_OF,
    others: ['database', 'list', 'token', 'onChange', 'logger', 'fetch'],
    request: { fleet: 'tables' },
    env: NO_ADDRESS,
  })
  const missing = lacking(options)
  if (missing.length === 0) return judged
  return { ok: false, faults: [...missing, ...(judged.ok ? [] : judged.faults)] }
}

function lacking({ database, list, token, onChange }: Partial<TokenFleetOptions>): readonly Fault[] {
  const rows = [
    ['database', typeof database?.query === 'function', 'PostgreSQL, by what has query(text, values): a pool of pg'],
    ['list', typeof list === 'function', 'a function (after, limit) that gives tokens without their texts'],
    ['token', typeof token === 'function', 'a function (id) that gives the text of a token, or null'],
    ['onChange', onChange === undefined || typeof onChange === 'function', 'a function that gets a change'],
  ] as const
  return rows.flatMap(([name, isThere, expected]) => (isThere ? [] : [{ name, problem: 'is not given', expected }]))
}
