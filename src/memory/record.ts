import * as z from 'zod/mini'
import type { DriftRecord, Past } from '../guard/history.ts'
import { rememberedSchema, type Remembered } from '../guard/remembered.ts'
import { ledgerSchema, type RememberedLedger } from '../alerts/remembered-ledger.ts'
import { sha256 } from '../platform/digest.ts'
import { parseJson } from '../platform/parse-json.ts'

/** PURE. What is kept over a restart, as the text of a file. No secret is in it. */

const FORMAT = 'whatsapp-token-guard/state'
/** Another version's file counts as none, and is written over. */
const VERSION = 1

/** What one process leaves to the next. */
export type Memory = Past & {
  /** Graph's answers about the token with this fingerprint. */
  readonly fingerprint: string
  /** What was asked, and whom: a digest. Answers about other objects do not count. */
  readonly about: string
  readonly state: Remembered
  readonly alerts: RememberedLedger
}

const drift = z.object({
  field: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  severity: z.enum(['error', 'warn', 'info']),
  phoneNumberId: z.optional(z.string()),
  atMs: z.int(),
  checkId: z.string(),
})
const status = z.enum(['pass', 'warn', 'fail'])
const statusRecord = z.object({ atMs: z.int(), before: z.nullable(status), after: status })

const file = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  fingerprint: z.string(),
  about: z.string(),
  hmac: z.string(),
  state: rememberedSchema,
  drifts: z.array(drift),
  statuses: z.array(statusRecord),
  alerts: ledgerSchema,
})

/** `token`: the one that the answers are about. It keys the HMAC. */
export function writeMemory(memory: Memory, token: string): string {
  const { fingerprint, about, state, drifts, statuses, alerts } = memory
  const hmac = hmacOf(memory, token)
  // The format stands first: by it a file is known as ours.
  const text = JSON.stringify({
    format: FORMAT,
    version: VERSION,
    fingerprint,
    about,
    hmac,
    state,
    drifts,
    statuses,
    alerts,
  })
  return `${text}\n`
}

export type ReadMemory = {
  /** About the token in use; `null`: none that counts. */
  readonly state: Remembered | null
  readonly rest: Pick<Memory, 'drifts' | 'statuses' | 'alerts'> | null
  /** Why nothing counts, as the end of a sentence; `null` where there is nothing to say. */
  readonly problem: string | null
}

const NONE: ReadMemory = { state: null, rest: null, problem: null }

/** What a text proves about this token. Anything is taken, and nothing is thrown. */
export function readMemory(
  text: string,
  { fingerprint, about }: Pick<Memory, 'fingerprint' | 'about'>,
  token: string,
): ReadMemory {
  const json = parseJson(text)
  if (json === undefined) return isBlank(text) ? NONE : { ...NONE, problem: 'is damaged' }
  if (typeof json === 'object' && json !== null && 'version' in json && json.version !== VERSION) return NONE
  const read = file.safeParse(json)
  if (!read.success) return { ...NONE, problem: 'is damaged' }
  const { state, drifts, statuses, alerts } = read.data
  const rest = { drifts: drifts as readonly DriftRecord[], statuses, alerts }
  // What is kept about another token still says what people were told.
  if (read.data.fingerprint !== fingerprint) return { state: null, rest, problem: null }
  if (read.data.hmac !== hmacOf(json as Proven, token))
    return { ...NONE, problem: 'was changed by another program than this one (its HMAC is wrong)' }
  return { state: read.data.about === about ? state : null, rest, problem: null }
}

/** Whether a file's content may be written over: what this program wrote, all of it or its beginning, or nothing. */
export function isOurs(text: string): boolean {
  const head = `{"format":"${FORMAT}"`
  return isBlank(text) || text.startsWith(head) || head.startsWith(text)
}

/** Empty, or zeros: what a machine leaves that lost its power. */
function isBlank(text: string): boolean {
  return /^\0*$/.test(text)
}

/** What the HMAC is over, in the order in which it was written: what a reader makes of it may have another one. */
type Proven = Pick<Memory, 'fingerprint' | 'about' | 'state'>

function hmacOf({ fingerprint, about, state }: Proven, token: string): string {
  return sha256(JSON.stringify([fingerprint, about, state]), token)
}
