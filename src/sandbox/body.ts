/** Query and body as one set of parameters, without taking more into memory than a file may have. */

export type Parameters = Readonly<Record<string, unknown>>

/** A video's limit at Graph, and what comes around it. Documents may have 100 MB there, but not here. */
export const BODY_BYTES_MAX = 17 * 1024 * 1024

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

type Entries = Iterable<readonly [string, unknown]>

/** A name that comes again makes a list, if it is written as one: `scope[]`. */
function gather(entries: Entries): Record<string, unknown> {
  const all: Record<string, unknown> = {}
  for (const [name, value] of entries) {
    const before = all[name]
    all[name] = name.endsWith('[]') ? [...(Array.isArray(before) ? before : []), value] : value
  }
  return all
}

/** `null` beyond the limit. */
async function readBytes(request: Request): Promise<Uint8Array<ArrayBuffer> | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > BODY_BYTES_MAX) return null
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

function parsedJson(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text)
    return isObject(body) ? body : {}
  } catch {
    return {}
  }
}

async function parsed(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<Record<string, unknown>> {
  if (contentType.startsWith('multipart/')) {
    const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData()
    return gather(form.entries())
  }
  const text = new TextDecoder().decode(bytes)
  return contentType.includes('json') ? parsedJson(text) : gather(new URLSearchParams(text))
}

/** `too large` instead of what is not read to its end. What cannot be read at all has no parameters. */
export async function readParameters(request: Request, url: URL): Promise<Parameters | 'too large'> {
  const query = gather(url.searchParams)
  if (request.method === 'GET' || request.method === 'HEAD') return query
  try {
    const bytes = await readBytes(request)
    if (bytes === null) return 'too large'
    return { ...query, ...(await parsed(bytes, request.headers.get('content-type') ?? '')) }
  } catch {
    return query // the client went while sending, or its form is none
  }
}
