import { EXIT, type ExitCode } from '../exit-codes.ts'
import type { Clean } from '../graph/clean.ts'
import type { Reply } from '../graph/client.ts'
import { codeText } from '../verification/words.ts'
import type { SendFailure } from './failure.ts'
import { explainFailure } from './failures.ts'

/** PURE. What became of a message. */
export type Sent = { readonly exitCode: ExitCode } & (
  | { readonly kind: 'accepted'; readonly messageId: string }
  /** `graph`: Graph's own words. */
  | { readonly kind: 'rejected'; readonly failure: SendFailure; readonly graph: string }
  | { readonly kind: 'unanswered'; readonly what: string }
)

export function readSent(reply: Reply, clean: Clean): Sent {
  if (reply.kind === 'json') {
    const id = messageIdOf(reply.json)
    return id === null
      ? { kind: 'unanswered', what: 'an answer without a message id', exitCode: EXIT.temporary }
      : { kind: 'accepted', messageId: id, exitCode: EXIT.ok }
  }
  if (reply.kind !== 'error') return { kind: 'unanswered', what: reply.what, exitCode: EXIT.temporary }
  const { message, details, httpStatus } = reply.error
  const failure = explainFailure(reply.error)
  const words = [message, ...(details === undefined || details === message ? [] : [details])].map(clean).join(' — ')
  return {
    kind: 'rejected',
    failure,
    graph: `HTTP ${httpStatus}, error ${codeText(reply.error)} "${words}"`,
    exitCode: failure.exitCode,
  }
}

function messageIdOf(json: unknown): string | null {
  const id = (json as { readonly messages?: readonly { readonly id?: unknown }[] } | null)?.messages?.[0]?.id
  return typeof id === 'string' && /^[\w.+/=:-]{1,300}$/.test(id) ? id : null
}
