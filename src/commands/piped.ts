import type { NamedPipe } from '../config/named-pipes.ts'
import { readConfig } from '../config/read.ts'
import type { ReadRequest } from '../config/readings.ts'
import type { OwnSecrets, SecretsAgain, SecretsNow } from '../config/secrets-again.ts'
import type { Clock } from '../platform/clock.ts'
import type { Output } from '../platform/output.ts'
import { PIPE_WAIT_MS, readPipes, type Pipes, type Waiting } from '../platform/pipes.ts'
import { createLog, type Log } from '../report/log.ts'

/** FIFOs among the sources: they are waited for before all else is read, and again at SIGHUP. */

type Time = { readonly clock: Clock; readonly waitMs?: number }

export type ReadPiped = ReturnType<typeof readConfig> & { readonly secrets: PipedSecrets }

/** The configuration, after its FIFOs were read. `reportTo` gets the line that says what is waited for. */
export async function readConfigPiped(request: ReadRequest, reportTo: Output, time: Time): Promise<ReadPiped> {
  let read = readConfig(request)
  if (read.pipesToRead.length === 0) return { ...read, secrets: new PipedSecrets(read.again, new Map(), time) }
  const log = await createLog(read.ok ? read.config.logLevel : read.logLevel, reportTo, (line) => line)
  const pipes = await readPipes(
    (known) => {
      read = readConfig({ ...request, pipes: known })
      return read.pipesToRead
    },
    waiting(time, log),
  )
  return { ...read, secrets: new PipedSecrets(read.again, pipes, time) }
}

function waiting({ clock, waitMs = PIPE_WAIT_MS }: Time, log: Log): Waiting<NamedPipe> {
  const onWait = (pipes: readonly NamedPipe[]) =>
    log({
      type: 'config.waiting',
      names: pipes.map(({ name, named }) => (named === null ? name : `${name} (${named})`)),
      waitMs,
    })
  return { clock, waitMs, onWait }
}

/** The secrets' sources as they are now, their FIFOs as they were read last. */
export class PipedSecrets {
  readonly #again: SecretsAgain
  readonly #time: Time
  #pipes: Pipes

  constructor(again: SecretsAgain, pipes: Pipes, time: Time) {
    this.#again = again
    this.#pipes = pipes
    this.#time = time
  }

  /** The program's own, as the start read them. */
  get atStart(): OwnSecrets {
    return this.#again.atStart
  }

  now(): SecretsNow {
    return this.#again.read(this.#pipes)
  }

  /** Reads the FIFOs anew. Until then, and where one cannot be read, what it held before stays. */
  async readPipes(log: Log): Promise<void> {
    const wanted = new Map<string, NamedPipe>()
    const fresh = await readPipes(
      (known) => {
        const pipes = this.#again.pipesToRead(known)
        for (const pipe of pipes) wanted.set(pipe.path, pipe)
        return pipes
      },
      waiting(this.#time, log),
    )
    const before = this.#pipes
    this.#pipes = new Map([...fresh].map(([path, file]) => [path, file.ok ? file : (before.get(path) ?? file)]))
    for (const { path, name, named } of wanted.values()) {
      const file = fresh.get(path)
      if (file === undefined || file.ok) continue
      const problem = named === null ? file.problem : `names ${named}, which ${file.problem}`
      log({ type: 'config.warning', name, message: `${problem}: the value in use stays` })
    }
  }
}
