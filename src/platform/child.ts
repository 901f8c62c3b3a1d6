import { spawn } from 'node:child_process'
import { codeOf } from './system-error.ts'

/** How a command ended. */
export type ChildEnd = { readonly code: number } | { readonly signal: NodeJS.Signals }

export type Child = {
  readonly pid: number
  readonly ended: Promise<ChildEnd>
  /** Says nothing where it has ended already. */
  readonly kill: (signal: NodeJS.Signals) => void
}

export type Started =
  | { readonly ok: true; readonly child: Child }
  | { readonly ok: false; readonly exitCode: 126 | 127; readonly problem: string }

/** A command with this process's own streams, in its process group: what a terminal sends reaches both. No shell. */
export async function startChild(
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Started> {
  try {
    const child = spawn(program, args, { stdio: 'inherit', env })
    const ended = new Promise<ChildEnd>((resolve) =>
      child.once('exit', (code, signal) => resolve(signal === null ? { code: code ?? 0 } : { signal })),
    )
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject))
    // Whatever ends this process otherwise than by a signal that cannot be caught takes the command along.
    const end = () => child.kill('SIGTERM')
    process.once('exit', end)
    void ended.then(() => process.removeListener('exit', end))
    return { ok: true, child: { pid: child.pid ?? 0, ended, kill: (signal) => void child.kill(signal) } }
  } catch (error) {
    return whyNot(program, codeOf(error) ?? 'unknown error')
  }
}

/** As shells number it. */
function whyNot(program: string, code: string): Started {
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return {
      ok: false,
      exitCode: 127,
      problem: `${program} was not found (or the interpreter in its first line, or the working directory). Give its path, or correct PATH.`,
    }
  const why =
    code === 'EACCES' || code === 'EPERM'
      ? 'may not be executed: chmod +x it, and mind that its file system may be mounted noexec'
      : code === 'ENOEXEC'
        ? 'is no program: a script needs a first line such as #!/bin/sh'
        : code === 'E2BIG'
          ? 'got too many arguments, or too large an environment'
          : `could not be started (${code})`
  return { ok: false, exitCode: 126, problem: `${program} ${why}.` }
}
