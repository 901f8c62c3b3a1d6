import { withinTime } from '../platform/abort.ts'
import type { Facts, Question, Unread } from '../verification/facts.ts'
import { answered, asked, meant, nonsense, silent, type Asked } from './asked.ts'
import type { Clean } from './clean.ts'
import type { Bearer, GraphClient, Reply } from './client.ts'
import type { GraphError } from './errors.ts'
import { NO_SIGNALS, type Signals } from './headers.ts'
import type { Parsed } from './json.ts'
import { assetError, invalidToken, tokenError, type Meaning, type Subject } from './meaning.ts'
import { outcomeOf, type RequestOutcome } from './outcome.ts'
import {
  ACCOUNT_FIELDS,
  PHONE_FIELDS,
  readAccount,
  readApp,
  readMe,
  readNumbers,
  readPhone,
  readSubscriptions,
  type NodeField,
  type NumbersPage,
} from './wire.assets.ts'
import { readToken } from './wire.ts'

/** Asks Graph one question. Never throws; takes one request, but for further pages and refused fields. */
export type Ask = (question: Question, signal: AbortSignal) => Promise<Asked>

export type AskOptions = {
  readonly client: Pick<GraphClient, 'get'>
  readonly clean: Clean
  /** The token that is guarded. It makes every call but debug_token's and the app's where an app secret is set. */
  readonly token: string
  readonly appId: string | null
  readonly appSecret: string | null
  readonly businessAccountId: string | null
  /** All pages of a list together. */
  readonly listTimeoutMs: number
  /** Fields that Graph no longer has, by the kind of node: shared by all that ask until a restart. */
  readonly gone?: GoneFields
  /** Called with what each request came to. */
  readonly onRequest?: (outcome: RequestOutcome) => void
}

export type GoneFields = Map<string, ReadonlySet<string>>

type Asker = {
  readonly options: AskOptions
  /** Reads accounts and numbers: the guarded token. */
  readonly caller: Bearer
  /** Inspects the token: the app's own one where there is a secret, else the token itself. */
  readonly inspector: Bearer
  readonly gone: GoneFields
}

/** A node that is read, and how. */
type Node = {
  readonly question: Question
  readonly id: string
  readonly subject: Subject
  /** In Graph's words. */
  readonly nodeType: string
  readonly fields: readonly NodeField[]
  readonly read: (json: unknown, unread: Unread) => Parsed<Facts>
}

/** A hundred numbers a page: accounts have some tens. More pages than this is no answer. */
const PAGES_MAX = 50

export function createAsk(options: AskOptions): Ask {
  const { token, appId, appSecret, clean } = options
  const caller: Bearer = { token, appSecret }
  const inspector: Bearer =
    appId === null || appSecret === null ? caller : { token: `${appId}|${appSecret}`, appSecret }
  const asker: Asker = { options, caller, inspector, gone: options.gone ?? new Map() }
  const account = options.businessAccountId ?? ''
  const askOne: Ask = (question, signal) => {
    if (question === 'token') return askToken(asker, signal)
    if (question === 'numbers') return askNumbers(asker, account, signal)
    if (question === 'subscriptions') return askSubscriptions(asker, account, signal)
    if (question === 'app') return askApp(asker, appId ?? '', signal)
    if (question === 'me') return askMe(asker, signal)
    return askNode(asker, question === 'account' ? accountNode(account, clean) : phoneNode(question, clean), signal)
  }
  return async (question, signal) => {
    const given = await askOne(question, signal)
    options.onRequest?.(outcomeOf(given.result))
    return given
  }
}

function accountNode(id: string, clean: Clean): Node {
  return {
    question: 'account',
    id,
    subject: { about: 'account', businessAccountId: id },
    nodeType: 'WhatsAppBusinessAccount',
    fields: ACCOUNT_FIELDS,
    read: (json, unread) => readAccount(json, id, unread, clean),
  }
}

function phoneNode(question: Question, clean: Clean): Node {
  const id = question.slice('phone:'.length)
  return {
    question,
    id,
    subject: { about: 'phone', phoneNumberId: id },
    nodeType: 'WhatsAppBusinessPhoneNumber',
    fields: PHONE_FIELDS,
    read: (json, unread) => readPhone(json, id, unread, clean),
  }
}

async function askToken({ options, caller, inspector }: Asker, signal: AbortSignal): Promise<Asked> {
  const { client, clean, token, appId, appSecret } = options
  const reply = await client.get('debug_token', { input_token: token }, inspector, signal)
  if (reply.kind === 'json') {
    const parsed = readToken(reply.json)
    if (!parsed.ok) return nonsense('token', parsed.problem, reply.signals)
    const { value } = parsed
    if (value.kind === 'live') return answered('token', value, reply.signals, clean)
    return meant('token', invalidToken(value, clean), reply, clean)
  }
  const context = { byApp: inspector !== caller, appId, hasSecret: appSecret !== null, clean }
  return meant('token', reply.kind === 'error' ? tokenError(reply.error, context) : null, reply, clean)
}

/** One request; one more for each field that Graph does not have, once, and one for less where it was too much. */
async function askNode(asker: Asker, node: Node, signal: AbortSignal, isLess = false): Promise<Asked> {
  const { client, clean, onRequest } = asker.options
  const { question, id } = node
  const gone = asker.gone.get(node.nodeType) ?? new Set()
  const left = node.fields.filter(({ name }) => !gone.has(name))
  const fields = isLess ? left.filter(({ isOptional }) => !isOptional) : left
  const unread = node.fields.flatMap((field) => (fields.includes(field) ? [] : (field.fact ?? [])))
  const reply = await client.get(
    id,
    { fields: ['id', ...fields.map(({ name }) => name)].join(',') },
    asker.caller,
    signal,
  )
  const meaning = reply.kind === 'error' ? errorAt(asker, node, reply.error) : null
  if (meaning?.kind === 'too_much' && !isLess) {
    onRequest?.('denied')
    return askNode(asker, node, signal, true)
  }
  const lost = meaning?.kind === 'field_gone' ? lostFields(fields, meaning.field) : []
  if (lost.length > 0) {
    asker.gone.set(node.nodeType, new Set([...gone, ...lost]))
    onRequest?.('denied')
    return askNode(asker, node, signal, isLess)
  }
  return asked(
    question,
    reply,
    clean,
    (json) => node.read(json, { unread, isShortened: isLess }),
    () => meaning,
  )
}

/** The one that is named, where it was asked for; else all optional ones. */
function lostFields(asked: readonly NodeField[], named: string | null): readonly string[] {
  if (asked.some(({ name }) => name === named)) return [named ?? '']
  return asked.filter(({ isOptional }) => isOptional).map(({ name }) => name)
}

/** All pages under one deadline, by the cursor. */
function askNumbers(asker: Asker, account: string, signal: AbortSignal): Promise<Asked> {
  const { listTimeoutMs } = asker.options
  return withinTime(listTimeoutMs, signal, (ended) => askPages(asker, account, ended))
}

async function askPages(asker: Asker, account: string, signal: AbortSignal): Promise<Asked> {
  const { client, clean } = asker.options
  const numbers: NumbersPage['numbers'][number][] = []
  const cursors = new Set<string>()
  for (let after: string | null = null; cursors.size < PAGES_MAX;) {
    // The page before this one.
    if (after !== null) asker.options.onRequest?.('ok')
    const query = { fields: 'id,display_phone_number', limit: '100', ...(after === null ? {} : { after }) }
    const reply: Reply = await client.get(`${account}/phone_numbers`, query, asker.caller, signal)
    const page = reply.kind === 'json' ? readNumbers(reply.json) : null
    if (page?.ok !== true)
      return asked(
        'numbers',
        reply,
        clean,
        () => page ?? NOT_A_LIST,
        (error) => errorAt(asker, null, error),
      )
    numbers.push(...page.value.numbers)
    if (page.value.after === 'last') return answered('numbers', listOf(numbers), reply.signals, clean)
    after = page.value.after.cursor
    if (after === null) return cut('a list of numbers that is cut off', reply.signals)
    if (cursors.has(after)) return cut('a list of numbers that repeats itself', reply.signals)
    cursors.add(after)
  }
  return cut(`a list of numbers of more than ${PAGES_MAX} pages`, NO_SIGNALS)
}

function cut(problem: string, signals: Signals): Asked {
  return nonsense('numbers', problem, signals, 'list_cut')
}

function listOf(numbers: NumbersPage['numbers']): Facts {
  const digits = numbers.flatMap(({ id, digits }) => (digits === null ? [] : [[id, digits] as const]))
  return { about: 'numbers', phoneNumberIds: numbers.map(({ id }) => id), digitsOf: Object.fromEntries(digits) }
}

const NOT_A_LIST: Parsed<never> = { ok: false, problem: 'not a list of numbers' }

async function askSubscriptions(asker: Asker, account: string, signal: AbortSignal): Promise<Asked> {
  const { client, clean } = asker.options
  const reply = await client.get(`${account}/subscribed_apps`, {}, asker.caller, signal)
  return asked('subscriptions', reply, clean, readSubscriptions, (error) => errorAt(asker, null, error))
}

/** What the app itself has subscribed to; only its own token may ask. */
async function askApp(asker: Asker, appId: string, signal: AbortSignal): Promise<Asked> {
  const { client, clean } = asker.options
  const reply = await client.get(`${appId}/subscriptions`, {}, asker.inspector, signal)
  const given = asked(
    'app',
    reply,
    clean,
    (json) => readApp(json, appId),
    (error) => errorAt(asker, null, error),
  )
  if (given.result.kind === 'answered') return given
  // Another one made the call: it says nothing of the guarded token.
  return silent('app', { ...given.result.silence, witness: null }, given.signals)
}

async function askMe(asker: Asker, signal: AbortSignal): Promise<Asked> {
  const { client, clean } = asker.options
  const reply = await client.get('me', { fields: 'id' }, asker.caller, signal)
  return asked('me', reply, clean, readMe, (error) => errorAt(asker, null, error))
}

/** `node` is `null` for an edge, whose refusal decides nothing. */
function errorAt({ options }: Asker, node: Node | null, error: GraphError): Meaning {
  const { clean, appSecret } = options
  return assetError(error, {
    clean,
    hasSecret: appSecret !== null,
    subject: node?.subject ?? null,
    nodeType: node?.nodeType ?? '',
  })
}
