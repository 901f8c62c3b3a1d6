/** What listening is about, whatever the runtime. */

/** Where a server answers. */
export type Listening = {
  /** One that can be opened on this machine: `http://localhost:3000`. */
  readonly url: string
  readonly port: number
  /** Sends what the quick answers are now: to be called whenever one may have changed. */
  readonly refresh: () => void
  /** Takes no more connections, lets requests under way finish for `graceMs`, then cuts them. */
  readonly close: (graceMs: number) => Promise<void>
}

/** An answer as it is sent. */
export type Plain = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Answers by path that are the same whoever asks by GET or HEAD. The server sends them by itself, in half the time of a
 * handler; `null` leaves a path to the handler for now.
 */
export type Quick = ReadonlyMap<string, () => Plain | null>

export type Answering = { readonly handler: Handler; readonly quick: Quick }

export type Handler = (request: Request, peer: Peer) => Response | Promise<Response>

/** What a request does not show by itself. */
export type Peer = {
  /** The other side's IP address; `null` where it has gone already. */
  readonly address: () => string | null
  /** The `Host` header as it came. */
  readonly host: string | null
  /** This answer may take longer than an idle connection may. */
  readonly keepOpen: () => void
}

/** A connection on which nothing moves for so long is closed: Bun's own default, and Node's from now on. */
export const IDLE_SECONDS = 10

/** One bound socket. */
export type Bound = Pick<Listening, 'port' | 'refresh' | 'close'>

/** `null`: every address of this machine. `loopback`: 127.0.0.1, and ::1 where there is one. */
export type Host = string | null
