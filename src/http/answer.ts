/** What a route answers, before anything of HTTP. */
export type Answer = {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A health body (draft-inadarei-api-health-check). */
export function healthJson(status: number, body: object, headers: Answer['headers'] = {}): Answer {
  return { status, type: 'application/health+json', body: JSON.stringify(body), headers }
}

/** What is wrong with a request, in one sentence. */
export function problem(status: number, error: string, headers: Answer['headers'] = {}): Answer {
  return { status, type: 'application/json', body: JSON.stringify({ error }), headers }
}

export function toResponse({ status, type, body, headers }: Answer, stopping: boolean): Response {
  return new Response(body, {
    status,
    headers: {
      'content-type': type,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
      ...(stopping ? { connection: 'close' } : {}),
    },
  })
}
