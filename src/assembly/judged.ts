import { find, readSources, type Found, type SourcesRequest } from '../config/sources.ts'
import type { VariableName } from '../config/variables.ts'

/** Every variable on which it depends whether a start is allowed. */
export const DECIDING = [
  'WHATSAPP_TOKEN',
  'WHATSAPP_BUSINESS_ACCOUNT_ID',
  'WHATSAPP_PHONE_NUMBER_ID',
  'META_APP_ID',
  'META_APP_SECRET',
  'WHATSAPP_WEBHOOK_URL',
  'GRAPH_API_URL',
  'GRAPH_API_VERSION',
  'TOKEN_GUARD_MODE',
  'TOKEN_GUARD_REQUIRED_SCOPES',
  'TOKEN_GUARD_EXPIRY',
  'TOKEN_GUARD_BOOT_UNVERIFIED',
  'TOKEN_GUARD_FAIL_ON',
] as const satisfies readonly VariableName[]

/** Those that have a `_FILE` form. Said again here: the table of variables would be loaded at each start of a child. */
export const DECIDING_IN_FILES: readonly string[] = ['WHATSAPP_TOKEN', 'META_APP_SECRET'] satisfies VariableName[]

/**
 * What a verdict is about, in one text that holds the secrets themselves: from the environment, the env files and the files
 * that they name. Of a FIFO, which gives its text once, it holds the path. `null` where something cannot be read. Judges no
 * value; never throws.
 */
export function readJudged(request: Pick<SourcesRequest, 'env' | 'cwd' | 'runtimeLoadsEnvFiles'>): string | null {
  const { sources, faults } = readSources({ options: {}, envFile: null, ...request })
  const pipes = sources.flatMap(({ unread }) => (unread === undefined ? [] : [unread]))
  if (faults.some((fault) => !pipes.some(({ name }) => name === fault.name))) return null
  const found = DECIDING.map((name) => standing(find(name, DECIDING_IN_FILES.includes(name), sources, request.cwd)))
  // In production some settings are faults.
  const stage = standing(find('NODE_ENV', false, sources, request.cwd))
  return found.includes('unreadable') ? null : JSON.stringify([found, stage, pipes.map(({ path }) => path)])
}

type JudgedValue = { readonly text: string } | { readonly pipe: string } | null | 'unreadable'

function standing(found: Found): JudgedValue {
  if (found.kind === 'text') return { text: found.text }
  if (found.kind === 'unset') return null
  return found.unread === undefined ? 'unreadable' : { pipe: found.unread.path }
}
