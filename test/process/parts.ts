import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { graphError, startGraph, variables, type Graph } from './graph.ts'

/** A Graph whose questions a test answers one by one. The sandbox answers the questions that a test does not name. */

const { META_APP_ID, WHATSAPP_BUSINESS_ACCOUNT_ID, WHATSAPP_PHONE_NUMBER_ID } = variables('')

const PATHS = {
  debug_token: '/debug_token',
  account: `/${WHATSAPP_BUSINESS_ACCOUNT_ID}`,
  phone: `/${WHATSAPP_PHONE_NUMBER_ID}`,
  phone_numbers: `/${WHATSAPP_BUSINESS_ACCOUNT_ID}/phone_numbers`,
  subscribed_apps: `/${WHATSAPP_BUSINESS_ACCOUNT_ID}/subscribed_apps`,
  app: `/${META_APP_ID}/subscriptions`,
  me: '/me',
} as const

export type Part = keyof typeof PATHS
export type Speak = (request: Request) => Response | Promise<Response>
/** `all`: whatever is not named. */
export type Words = Readonly<Partial<Record<Part | 'all', Speak>>>

export type PartedGraph = Graph & {
  /** Answers from now on. Questions that are not named get a good answer. */
  readonly say: (words: Words) => void
  /** What was asked since the n-th request, by its part. */
  readonly partsSince: (start: number) => readonly (Part | 'other')[]
}

const partOf = (path: string) => (Object.keys(PATHS) as Part[]).find((part) => PATHS[part] === path)

export function startParted(first: Words = {}): PartedGraph {
  let words = first
  const graph = startGraph('permanent', {
    answer: (request, path) => {
      const part = partOf(path)
      return (part === undefined ? undefined : words[part])?.(request) ?? words.all?.(request)
    },
  })
  return {
    ...graph,
    say: (next) => (words = next),
    partsSince: (start) => graph.asked.slice(start).map((path) => partOf(path) ?? 'other'),
    [Symbol.asyncDispose]: () => graph[Symbol.asyncDispose](),
  }
}

/** An error of Graph's, each time anew. */
export const says = (
  code: number,
  message: string,
  { status = 400, ...more }: { status?: number; [name: string]: unknown } = {},
): Speak => {
  return () => graphError(status, { code, message, ...more })
}

const sandbox = createSandbox()

/** The sandbox's answer with its JSON changed and further headers. */
export const rewritten = (
  change: (json: any, request: Request) => unknown = (json) => json,
  headers: () => Readonly<Record<string, string>> = () => ({}),
): Speak => {
  return async (request) => {
    const answer = await sandbox.fetch(request)
    const { 'content-length': _length, ...own } = Object.fromEntries(answer.headers)
    const json = change(await answer.json(), request)
    const body = typeof json === 'string' ? json : JSON.stringify(json)
    return new Response(body, { status: answer.status, headers: { ...own, ...headers() } })
  }
}

export const headed = (headers: () => Readonly<Record<string, string>>): Speak => rewritten(undefined, headers)

export const withData = (change: object | (() => object), headers?: () => Readonly<Record<string, string>>): Speak =>
  rewritten(({ data }) => ({ data: { ...data, ...(typeof change === 'function' ? change() : change) } }), headers)

export const WELL: Speak = (request) => sandbox.fetch(request)

/** What the token reads itself, whichever ids are set. */
export const everyRead = (speak: Speak): Words => ({
  account: speak,
  phone: speak,
  phone_numbers: speak,
  subscribed_apps: speak,
  me: speak,
})

export const EXPIRED = says(190, 'Error validating access token: Session has expired on Thursday.', {
  status: 401,
  error_subcode: 463,
})
export const REVOKED = says(190, 'Error validating access token: The session was invalidated explicitly.', {
  status: 401,
  error_subcode: 466,
})
export const WRONG_SECRET = says(190, 'Invalid OAuth access token signature.')
export const NOT_VISIBLE = says(
  100,
  "Unsupported get request. Object with ID '1' does not exist, cannot be loaded due to missing permissions, or does not support this operation.",
  { type: 'GraphMethodException', error_subcode: 33 },
)
export const BROKEN: Speak = () => new Response('<html></html>', { status: 500 })
export const UNKNOWN = says(424_242, 'Something new')
export const THROTTLED = says(4, '(#4) Application request limit reached', { status: 429 })
export const SILENT: Speak = () => new Promise<Response>(() => {})
