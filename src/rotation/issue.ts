import { EXIT, type ExitCode } from '../exit-codes.ts'
import { judgeTokenText } from '../config/token-text.ts'
import type { Clean } from '../graph/clean.ts'
import type { Bearer, GraphClient, Reply } from '../graph/client.ts'
import { classify } from '../graph/errors.ts'
import type { ErrorClass } from '../verification/causes.ts'
import { codeText } from '../verification/words.ts'
import type { Plan } from './plan.ts'

/** What Graph made of the demand for another token. */
export type Issued =
  | { readonly ok: true; readonly token: string }
  | { readonly ok: false; readonly exitCode: ExitCode; readonly problem: string }

type App = { readonly id: string; readonly bearer: Bearer & { readonly appSecret: string } }

/** Asks for the successor. Never throws. The old one's life is left as it is. */
export async function issue(
  plan: Exclude<Plan, { kind: 'impossible' }>,
  app: App,
  client: GraphClient,
  clean: Clean,
): Promise<Issued> {
  const never = new AbortController().signal
  const reply =
    plan.kind === 'refresh'
      ? await client.get('oauth/access_token', refreshQuery(app), app.bearer, never)
      : await client.post(
          `${plan.systemUserId}/access_tokens`,
          { form: { business_app: app.id, scope: plan.scopes.join(',') } },
          app.bearer,
          never,
        )
  return read(reply, clean)
}

/** Meta documents this one as a GET, with all of it in the query: it leaves over TLS, and is written nowhere. */
function refreshQuery({ id, bearer }: App): Readonly<Record<string, string>> {
  return {
    grant_type: 'fb_exchange_token',
    client_id: id,
    client_secret: bearer.appSecret,
    set_token_expires_in_60_days: 'true',
    fb_exchange_token: bearer.token,
  }
}

const CONFIGURATION: readonly ErrorClass[] = [
  'app_secret_wrong',
  'proof_required',
  'asker_not_allowed',
  'address_denied',
  'path_unknown',
]
const LATER: readonly ErrorClass[] = ['throttled', 'transient', 'too_much_asked']

function read(reply: Reply, clean: Clean): Issued {
  if (reply.kind === 'json') {
    const token = (reply.json as { readonly access_token?: unknown } | null)?.access_token
    if (typeof token === 'string' && judgeTokenText(token) === null) return { ok: true, token }
    return { ok: false, exitCode: EXIT.temporary, problem: 'Graph answered without a token.' }
  }
  if (reply.kind !== 'error') return { ok: false, exitCode: EXIT.temporary, problem: `No answer: ${reply.what}.` }
  const errorClass = classify(reply.error)
  const exitCode = LATER.includes(errorClass)
    ? EXIT.temporary
    : CONFIGURATION.includes(errorClass)
      ? EXIT.config
      : EXIT.refused
  const said = `error ${codeText(reply.error)} "${clean(reply.error.message)}"`
  return { ok: false, exitCode, problem: `Graph refuses to make one: ${said}.` }
}
