import { spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import type { Clock } from './clock.ts'
import { quietly } from './quietly.ts'

/** A command of `sh`, with all that it starts. */

export type ShellEnd =
  | { readonly kind: 'code'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  /** It took too long, and was ended with all that it had started. */
  | { readonly kind: 'late' }

export type ShellCommand = {
  readonly command: string
  /** What it gets on its standard input. */
  readonly input: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** What it prints, on either stream, without the line ends; a flood is cut. */
  readonly onLine: (line: string) => void
  readonly timeoutMs: number
}

/** Between the request to end and the end by force. */
const GRACE_MS = 1_000
/** So much of each stream is shown, in characters. */
const SHOWN_MAX = 64 * 1024
/** What it printed last arrives within this time. */
const DRAINED_MS = 200
/** A longer line is cut: it may be a flood without an end. */
const LINE_MAX = 4_096
/** In the environment of all that it starts. A process that left the group is found by it, where there is a /proc. */
const MARK = 'ROTATE_HOOK_ID'

export function hasShell(env: ShellCommand['env']): boolean {
  return spawnSync('sh', ['-c', ':'], { env, stdio: 'ignore' }).status === 0
}

/** Begins it in a process group of its own. `end` ends it at once, with all that it has started. */
export function startShell({ command, input, env, onLine, timeoutMs }: ShellCommand, clock: Clock) {
  const mark = crypto.randomUUID()
  const child = spawn('sh', ['-c', command], { detached: true, env: { ...env, [MARK]: mark }, stdio: 'pipe' })
  // It may read nothing of it.
  child.stdin.on('error', () => {}).end(input)
  const printed = [child.stdout, child.stderr].map((stream) => {
    const lines = lineCutter(onLine, SHOWN_MAX)
    stream.setEncoding('utf8').on('data', lines.take)
    return lines
  })
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const exited = new Promise<ShellEnd>((resolve, reject) =>
    child
      .once('error', reject)
      .once('exit', (code, signal) =>
        resolve(signal === null ? { kind: 'code', code: code ?? 0 } : { kind: 'signal', signal }),
      ),
  )
  const { pid } = child
  const end = (signal: NodeJS.Signals) => {
    // Without one nothing was started; as -0 it would be this process's own group.
    if (pid === undefined) return
    quietly(() => process.kill(-pid, signal))
    for (const each of marked(mark)) quietly(() => process.kill(each, signal))
  }
  const ended = within(exited, timeoutMs, clock, end).then(async (how) => {
    // What it has left running may hold its streams open for as long as it likes.
    await Promise.race([closed, clock.sleep(DRAINED_MS)])
    for (const { finish } of printed) finish()
    return how
  })
  return { ended, end: () => end('SIGKILL') }
}

async function within(
  exited: Promise<ShellEnd>,
  timeoutMs: number,
  clock: Clock,
  end: (signal: NodeJS.Signals) => void,
): Promise<ShellEnd> {
  const over = new AbortController()
  void exited.then(
    () => over.abort(),
    () => over.abort(),
  )
  if (!(await clock.sleep(timeoutMs, over.signal))) return exited
  end('SIGTERM')
  await clock.sleep(GRACE_MS)
  end('SIGKILL')
  return { kind: 'late' }
}

/** Cuts what comes in pieces into lines, so far as it is shown; the rest is read and forgotten. */
function lineCutter(onLine: (line: string) => void, shownMax: number) {
  let begun = ''
  let left = shownMax
  const show = (whole: string) => {
    if (left <= 0) return
    const line = whole.slice(0, LINE_MAX)
    left -= line.length + 1
    onLine(left > 0 ? line : '… (the rest is not shown)')
  }
  return {
    take: (text: string) => {
      if (left <= 0) return
      const parts = `${begun}${text}`.split('\n')
      begun = (parts.pop() ?? '').slice(0, LINE_MAX)
      for (const part of parts) show(part)
    },
    finish: () => {
      if (begun !== '') show(begun)
      begun = ''
    },
  }
}

/** The processes that have it in their environment; none on a system that does not show it. */
function marked(mark: string): readonly number[] {
  let names: readonly string[] = []
  quietly(() => {
    names = readdirSync('/proc')
  })
  return names.filter((name) => /^\d+$/.test(name) && hasMark(name, mark)).map(Number)
}

function hasMark(pid: string, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${MARK}=${mark}`)
  } catch {
    return false
  }
}
