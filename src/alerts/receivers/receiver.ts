import type { AlertFormat } from '../../config/alert-address.ts'
import type { Alert } from '../alert.ts'

/** What a receiver of alerts wants to get. Which address is one of its own: `config/alert-address.ts`. */
export type Receiver = {
  readonly name: AlertFormat
  /** Whether it gets the headers of the Standard Webhooks specification. */
  readonly isSigned: boolean
  /** Whether an incident stays open there until a `pass` comes, also the `pass` of a boot. */
  readonly keepsIncidents: boolean
  /** The requests that an alert makes, in this order. */
  readonly render: (alert: Alert, target: AlertTarget) => readonly Post[]
  /** What an answer means, where its HTTP status does not say it. */
  readonly reread?: (answer: AnswerRead) => AnswerMeaning
}

/** Whom an alert goes to. */
export type AlertTarget = {
  /** As it is configured. */
  readonly url: URL
  /** What is guarded, the same on every replica and after a rotation: `subjectOf`. */
  readonly subject: string
}

/** The body is JSON. */
export type Post = { readonly url: string; readonly body: string }

/** As HTTP has it: a status, and the text of `Retry-After`. */
export type AnswerMeaning = { readonly status: number; readonly retryAfter: string | null }

/** `text` is `null` where it was too large or could not be read. */
export type AnswerRead = AnswerMeaning & { readonly text: string | null }

/** The object in an answer; `{}` for everything else. */
export function objectIn({ text }: AnswerRead): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
  } catch {
    return {}
  }
}
