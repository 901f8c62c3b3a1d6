import type { Facts, Question } from '../verification/facts.ts'
import type { Silence } from '../verification/silence.ts'
import type { Clean } from './clean.ts'
import type { Bearer, GraphClient, Reply } from './client.ts'
import { NO_SIGNALS, type Signals } from './headers.ts'
import { assetError, silenceOf, tokenError, type Meaning } from './meaning.ts'
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
  readonly client: GraphClient
  readonly clean: Clean
  /** The token that is guarded. It makes every call but debug_token's where an app secret is set. */
  readonly token: string
  readonly appId: string | null
  readonly appSecret: string | null
  readonly businessAccountId: string | null
}

type Wish = { readonly core: string; readonly optional: string }

const ACCOUNT_FIELDS: Wish = { core: 'id,name,message_template_namespace', optional: 'status,health_status' }
const PHONE_FIELDS: Wish = { core: 'id,display_phone_number,verified_name,status', optional: 'health_status' }

/** A hundred numbers a page: accounts have some tens. More pages than this is no answer. */
const PAGES_MAX = 50

export function createAsk(options: AskOptions): Ask {
  const { client, clean, appId, appSecret } = options
  const waba = options.businessAccountId ?? ''
  const caller: Bearer = { token: options.token, appSecret }
  const inspector: Bearer =
    appId === null || appSecret === null ? caller : { token: `${appId}|${appSecret}`, appSecret }
  const tokenContext = { byApp: inspector !== caller, appId, hasSecret: appSecret !== null, clean }
  const assetContext = { hasSecret: appSecret !== null, clean }
  /** Questions whose optional fields Graph refused: until restart they are asked without. */
  const coreOnly = new Set<Question>()

  async function askToken(signal: AbortSignal): Promise<Asked> {
    const reply = await client.get('debug_token', { input_token: options.token }, inspector, signal)
    return asked('token', reply, {
      json: (json) => readToken(json, clean),
      error: (error) => tokenError(error, tokenContext),
    })
  }

  async function askNode(
    question: Question,
    id: string,
    fields: Wish,
    nodeType: string,
    read: (json: unknown) => Parsed<Facts>,
    signal: AbortSignal,
  ): Promise<Asked> {
    const wish = coreOnly.has(question) ? fields.core : `${fields.core},${fields.optional}`
    const reply = await client.get(id, { fields: wish }, caller, signal)
    const subject =
      question === 'account' ? ({ about: 'account' } as const) : ({ about: 'phone', phoneNumberId: id } as const)
    const meaning: Meaning | null =
      reply.kind === 'error'
        ? assetError(reply.error, { ...assetContext, subject, nodeType, coreFields: fields.core.split(',') })
        : null
    if (meaning?.kind === 'optional_refused' && !coreOnly.has(question)) {
      coreOnly.add(question)
      return askNode(question, id, fields, nodeType, read, signal)
    }
    return asked(question, reply, { json: read, error: () => meaning })
  }

  async function askNumbers(signal: AbortSignal): Promise<Asked> {
    const ids: string[] = []
    let after: string | null = null
    for (let page = 0; page < PAGES_MAX; page++) {
      const query: Record<string, string> = { fields: 'id', limit: '100', ...(after === null ? {} : { after }) }
      const reply = await client.get(`${waba}/phone_numbers`, query, caller, signal)
      const list: Parsed<{ ids: readonly string[]; after: string | null }> | null =
        reply.kind === 'json' ? readNumbers(reply.json) : null
      if (list === null || !list.ok)
        return asked('numbers', reply, { json: () => list ?? { ok: false, problem: '' }, error: listError })
      ids.push(...list.value.ids)
      after = list.value.after
      if (after === null) return answered('numbers', { about: 'numbers', phoneNumberIds: ids }, reply.signals)
    }
    return silent('numbers', {
      code: 'graph.nonsense',
      what: 'a list of numbers without an end',
      observed: `more than ${PAGES_MAX} pages`,
    })
  }

  async function askSubscriptions(signal: AbortSignal): Promise<Asked> {
    const reply = await client.get(`${waba}/subscribed_apps`, {}, caller, signal)
    return asked('subscriptions', reply, {
      json: (json) => {
        const list = readSubscriptions(json)
        return list.ok ? { ok: true, value: { about: 'subscriptions', appIds: list.value } } : list
      },
      error: listError,
    })
  }

  function listError(error: Extract<Reply, { kind: 'error' }>['error']): Meaning {
    return assetError(error, { ...assetContext, subject: null, nodeType: 'WhatsAppBusinessAccount', coreFields: [] })
  }

  function asked(
    question: Question,
    reply: Reply,
    read: {
      readonly json: (json: unknown) => Parsed<Facts>
      readonly error: (error: Extract<Reply, { kind: 'error' }>['error']) => Meaning | null
    },
  ): Asked {
    if (reply.kind === 'json') {
      const parsed = read.json(reply.json)
      if (parsed.ok) return answered(question, parsed.value, reply.signals)
      return silent(question, { code: 'graph.nonsense', what: parsed.problem, observed: parsed.problem }, reply.signals)
    }
    const meaning = reply.kind === 'error' ? read.error(reply.error) : null
    if (meaning?.kind === 'facts') return answered(question, meaning.facts, reply.signals)
    return silent(question, meaning?.kind === 'silence' ? meaning.silence : silenceOf(reply, clean), reply.signals)
  }

  return (question, signal) => {
    if (question === 'token') return askToken(signal)
    if (question === 'numbers') return askNumbers(signal)
    if (question === 'subscriptions') return askSubscriptions(signal)
    if (question === 'account') {
      return askNode(
        question,
        waba,
        ACCOUNT_FIELDS,
        'WhatsAppBusinessAccount',
        (json) => readAccount(json, waba, clean),
        signal,
      )
    }
    const id = question.slice('phone:'.length)
    return askNode(
      question,
      id,
      PHONE_FIELDS,
      'WhatsAppBusinessPhoneNumber',
      (json) => readPhone(json, id, clean),
      signal,
    )
  }
}

function answered(question: Question, facts: Facts, signals: Signals): Asked {
  return { question, result: { kind: 'answered', facts }, signals }
}

function silent(question: Question, silence: Silence, signals: Signals = NO_SIGNALS): Asked {
  return { question, result: { kind: 'silent', silence }, signals }
}
