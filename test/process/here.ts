import { runCommandLine } from '../../src/commands/command-line.ts'
import { ONLY, run, temporaryFolder, type Environment, type Runtime } from './harness.ts'
import { expectNoSecret, SANDBOX_SECRETS } from './secrets.ts'

/** The command line within this process, from its source: a verdict is the same there, without a start. */

/** Whether each test starts the program: where one runtime is named, it is to show all. */
export const isByProcess = process.env[ONLY] !== undefined

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** Runs to the end, as `run` does: within this process, or by the runtime that is named. */
export function runHere(runtime: Runtime, args: readonly string[], env: Environment): Promise<Ended> {
  return isByProcess ? run(runtime, args, env) : runWithin(args, env)
}

async function runWithin(args: readonly string[], env: Environment): Promise<Ended> {
  using folder = temporaryFolder()
  const printed = { stdout: '', stderr: '' }
  const into = (stream: keyof typeof printed) => ({
    write: (text: string) => void (printed[stream] += text),
    isTerminal: false,
    hasColours: false,
    columns: null,
  })
  const context = { env, cwd: folder.path, stdout: into('stdout'), stderr: into('stderr'), program: 'token-guard' }
  const code = await runCommandLine(['bun', 'token-guard', ...args], context)
  expectNoSecret(`${printed.stdout}${printed.stderr}`, SANDBOX_SECRETS)
  return { code, ...printed }
}
