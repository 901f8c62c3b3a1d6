import type { Plain } from '../platform/listening.ts'

/** What a route answers, before anything of HTTP. */
export type HttpAnswer = {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A health body (draft-inadarei-api-health-check). */
export function healthJson(status: number, body: object, headers: HttpAnswer['headers'] = {}): HttpAnswer {
  return { status, type: 'application/health+json', body: JSON.stringify(body), headers }
}

/** What is wrong with a request, in one sentence. */
export function problem(status: number, error: string, headers: HttpAnswer['headers'] = {}): HttpAnswer {
  return { status, type: 'application/json', body: JSON.stringify({ error }), headers }
}

export function toResponse(answer: HttpAnswer, stopping: boolean): Response {
  const { status, headers, body } = toPlain(answer)
  return new Response(body, { status, headers: stopping ? { ...headers, connection: 'close' } : headers })
}

/** With all its headers: what a server can send without asking anybody. */
export function toPlain({ status, type, body, headers }: HttpAnswer): Plain {
  return {
    status,
    body,
    headers: { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers },
  }
}
