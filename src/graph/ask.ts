import type { Facts, Question } from '../verification/facts.ts'
import type { Silence } from '../verification/silence.ts'
import type { Clean } from './clean.ts'
import type { Bearer, GraphClient, Reply } from './client.ts'
import type { GraphError } from './errors.ts'
import { NO_SIGNALS, type Signals } from './headers.ts'
import { assetError, silenceOf, tokenError, type Meaning, type Subject } from './meaning.ts'
import { outcomeOf, type RequestOutcome } from './outcome.ts'
import { readToken, type Parsed } from './wire.ts'
import { readAccount, readNumbers, readPhone, readSubscriptions } from './wire.assets.ts'

/** What asking one question gave: Graph's word, or none. */
export type Asked = {
  readonly question: Question
  readonly result:
    { readonly kind: 'answered'; readonly facts: Facts } | { readonly kind: 'silent'; readonly silence: Silence }
  readonly signals: Signals
}

/** Asks Graph one question. Never throws; takes one request, but for further pages and refused optional fields. */
export type Ask = (question: Question, signal: AbortSignal) => Promise<Asked>

export type AskOptions = {
  readonly client: Pick<GraphClient, 'get'>
  readonly clean: Clean
  /** The token that is guarded. It makes every call but debug_token's where an app secret is set. */
  readonly token: string
  readonly appId: string | null
  readonly appSecret: string | null
  readonly businessAccountId: string | null
  /** Told what each request came to. */
  readonly onRequest?: (outcome: RequestOutcome) => void
}

type Asker = {
  readonly options: AskOptions
  /** Reads accounts and numbers: the guarded token. */
  readonly caller: Bearer
  /** Inspects the token: the app's own one where there is a secret, else the token itself. */
  readonly inspector: Bearer
  /** Questions whose optional fields Graph refused: until restart they are asked without. */
  readonly coreOnly: Set<Question>
}

/** A node that is read, and how. */
type Node = {
  readonly question: Question
  readonly id: string
  readonly subject: Subject
  /** In Graph's words. */
  readonly nodeType: string
  readonly core: readonly string[]
  readonly optional: readonly string[]
  readonly read: (json: unknown) => Parsed<Facts>
}

/** A hundred numbers a page: accounts have some tens. More pages than this is no answer. */
const PAGES_MAX = 50

export function createAsk(options: AskOptions): Ask {
  const { token, appId, appSecret, clean } = options
  const caller: Bearer = { token, appSecret }
  const inspector: Bearer =
    appId === null || appSecret === null ? caller : { token: `${appId}|${appSecret}`, appSecret }
  const asker: Asker = { options, caller, inspector, coreOnly: new Set() }
  const account = options.businessAccountId ?? ''
  const askOne: Ask = (question, signal) => {
    if (question === 'token') return askToken(asker, signal)
    if (question === 'numbers') return askNumbers(asker, account, signal)
    if (question === 'subscriptions') return askSubscriptions(asker, account, signal)
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
    subject: { about: 'account' },
    nodeType: 'WhatsAppBusinessAccount',
    core: ['id', 'name', 'message_template_namespace'],
    optional: ['status', 'health_status'],
    read: (json) => readAccount(json, id, clean),
  }
}

function phoneNode(question: Question, clean: Clean): Node {
  const id = question.slice('phone:'.length)
  return {
    question,
    id,
    subject: { about: 'phone', phoneNumberId: id },
    nodeType: 'WhatsAppBusinessPhoneNumber',
    core: ['id', 'display_phone_number', 'verified_name', 'status'],
    optional: ['health_status'],
    read: (json) => readPhone(json, id, clean),
  }
}

async function askToken({ options, caller, inspector }: Asker, signal: AbortSignal): Promise<Asked> {
  const { client, clean, token, appId, appSecret } = options
  const reply = await client.get('debug_token', { input_token: token }, inspector, signal)
  const context = { byApp: inspector !== caller, appId, hasSecret: appSecret !== null, clean }
  return asked(
    'token',
    reply,
    clean,
    (json) => readToken(json, clean),
    (error) => tokenError(error, context),
  )
}

async function askNode(asker: Asker, node: Node, signal: AbortSignal): Promise<Asked> {
  const { client, clean } = asker.options
  const { question, id, core, optional } = node
  const fields = asker.coreOnly.has(question) ? core : [...core, ...optional]
  const reply = await client.get(id, { fields: fields.join(',') }, asker.caller, signal)
  const meaning = reply.kind === 'error' ? errorAt(asker, node, reply.error) : null
  if (meaning?.kind === 'optional_refused' && !asker.coreOnly.has(question)) {
    asker.coreOnly.add(question)
    asker.options.onRequest?.('denied')
    return askNode(asker, node, signal)
  }
  return asked(question, reply, clean, node.read, () => meaning)
}

async function askNumbers(asker: Asker, account: string, signal: AbortSignal): Promise<Asked> {
  const { client, clean } = asker.options
  const ids: string[] = []
  for (let page = 0, after: string | null = null; page < PAGES_MAX; page++) {
    // The page before this one.
    if (page > 0) asker.options.onRequest?.('ok')
    const query: Record<string, string> = { fields: 'id', limit: '100', ...(after === null ? {} : { after }) }
    const reply: Reply = await client.get(`${account}/phone_numbers`, query, asker.caller, signal)
    const list = reply.kind === 'json' ? readNumbers(reply.json) : null
    if (list?.ok !== true)
      return asked(
        'numbers',
        reply,
        clean,
        () => list ?? NOT_A_LIST,
        (error) => errorAt(asker, null, error),
      )
    ids.push(...list.value.ids)
    after = list.value.after
    if (after === null) return answered('numbers', { about: 'numbers', phoneNumberIds: ids }, reply.signals)
  }
  return silent('numbers', {
    code: 'graph.nonsense',
    what: 'a list without an end',
    observed: `over ${PAGES_MAX} pages`,
  })
}

const NOT_A_LIST: Parsed<never> = { ok: false, problem: 'not a list of numbers' }

async function askSubscriptions(asker: Asker, account: string, signal: AbortSignal): Promise<Asked> {
  const { client, clean } = asker.options
  const reply = await client.get(`${account}/subscribed_apps`, {}, asker.caller, signal)
  return asked('subscriptions', reply, clean, readSubscriptions, (error) => errorAt(asker, null, error))
}

/** `node` is `null` for an edge, whose refusal decides nothing. */
function errorAt({ options }: Asker, node: Node | null, error: GraphError): Meaning {
  const { clean, appSecret } = options
  return assetError(error, {
    clean,
    hasSecret: appSecret !== null,
    subject: node?.subject ?? null,
    nodeType: node?.nodeType ?? '',
    coreFields: node?.core ?? [],
  })
}

function asked(
  question: Question,
  reply: Reply,
  clean: Clean,
  read: (json: unknown) => Parsed<Facts>,
  meaningOf: (error: GraphError) => Meaning | null,
): Asked {
  if (reply.kind === 'json') {
    const parsed = read(reply.json)
    if (parsed.ok) return answered(question, parsed.value, reply.signals)
    const { problem } = parsed
    return silent(question, { code: 'graph.nonsense', what: problem, observed: problem }, reply.signals)
  }
  const meaning = reply.kind === 'error' ? meaningOf(reply.error) : null
  if (meaning?.kind === 'facts') return answered(question, meaning.facts, reply.signals)
  return silent(question, meaning?.kind === 'silence' ? meaning.silence : silenceOf(reply, clean), reply.signals)
}

function answered(question: Question, facts: Facts, signals: Signals): Asked {
  return { question, result: { kind: 'answered', facts }, signals }
}

function silent(question: Question, silence: Silence, signals: Signals = NO_SIGNALS): Asked {
  return { question, result: { kind: 'silent', silence }, signals }
}
