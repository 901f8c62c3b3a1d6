import { spawn } from 'node:child_process'

/** How a program of the machine ended that was run for its output. */
export type Ended =
  | { readonly kind: 'ended'; readonly code: number; readonly stdout: string; readonly stderr: string }
  /** Its time or its output was over the bound: what it said until then is there. */
  | { readonly kind: 'cut'; readonly why: 'time' | 'size'; readonly stdout: string }
  /** There is no such program, or it cannot be started. */
  | { readonly kind: 'absent' }

export type Run = {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly timeoutMs: number
  readonly maxBytes: number
  /** Gets the output as it comes, one character a byte; then nothing is kept. */
  readonly onBytes?: (text: string) => void
}

const STDERR_MAX = 4096

/** Runs a program without a shell and without input. Never throws, and ends with it within the bounds. */
export function runProgram(program: string, args: readonly string[], run: Run): Promise<Ended> {
  return new Promise((resolve) => {
    const isOver = AbortSignal.timeout(run.timeoutMs)
    const child = spawnQuietly(program, args, run)
    if (child === null) return resolve({ kind: 'absent' })
    let [bytes, isTooMuch, stderr] = [0, false, '']
    const chunks: string[] = []
    const kill = () => child.kill('SIGKILL')
    isOver.addEventListener('abort', kill)
    const encoding = run.onBytes === undefined ? 'utf8' : 'latin1'
    child.stdout.setEncoding(encoding).on('data', (text: string) => {
      if (isTooMuch) return
      bytes += text.length
      if (run.onBytes === undefined) chunks.push(text)
      else run.onBytes(text)
      isTooMuch = bytes > run.maxBytes
      if (isTooMuch) kill()
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(0, STDERR_MAX)
    })
    child.once('error', () => resolve({ kind: 'absent' }))
    child.once('close', (code) => {
      isOver.removeEventListener('abort', kill)
      const stdout = chunks.join('')
      if (isTooMuch || isOver.aborted) resolve({ kind: 'cut', why: isTooMuch ? 'size' : 'time', stdout })
      else resolve({ kind: 'ended', code: code ?? 1, stdout, stderr })
    })
  })
}

/** A folder or a program that is not there is thrown by one runtime and returned by the other. */
function spawnQuietly(program: string, args: readonly string[], { cwd, env }: Run) {
  try {
    return spawn(program, args, { cwd, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  } catch {
    return null
  }
}
