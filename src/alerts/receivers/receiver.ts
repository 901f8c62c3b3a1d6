import type { Alert } from '../alert.ts'

/** What a receiver of alerts wants to get. */
export type Receiver = {
  readonly name: string
  /** Whether an address is one of its own. */
  readonly knows: (url: URL) => boolean
  /** The body of the request, as JSON. */
  readonly render: (alert: Alert) => string
  /** Whether it gets the headers of the Standard Webhooks specification. */
  readonly isSigned: boolean
}
