#!/usr/bin/env node
import { EXIT } from './exit-codes.ts'
import type { Context } from './commands/setup.ts'
import { invocation } from './platform/invocation.ts'
import { output } from './platform/output.ts'
import { verifyCertificates } from './platform/side-doors.ts'
import { ignoreUserSignals } from './platform/signals.ts'

const context: Context = {
  // A copy: what changes for this process alone is not handed down.
  env: { ...process.env },
  cwd: process.cwd(),
  stdout: output(1),
  stderr: output(2),
  program: invocation(process.argv, process.env),
}
ignoreUserSignals()
verifyCertificates()

/** What most starts ask for, word for word: nothing is to be parsed, and on Bun the parser costs a start 9 ms. */
const PLAIN: ReadonlyMap<string, () => Promise<number>> = new Map([
  ['serve', async () => (await import('./commands/serve.ts')).serve({}, context)],
  ['check', async () => (await import('./commands/check.ts')).check({}, context)],
])

async function main([name = '', ...rest]: readonly string[]): Promise<number> {
  const plain = rest.length === 0 ? PLAIN.get(name) : undefined
  if (plain !== undefined) return plain()
  const { runCommandLine } = await import('./commands/command-line.ts')
  return asAsked(await runCommandLine(process.argv, context))
}

/** A probe knows one way to fail. */
function asAsked(exitCode: number): number {
  return exitCode !== EXIT.ok && process.argv[2] === 'probe' ? EXIT.unwell : exitCode
}

/** The last resort: never a bare stack trace. */
async function defect(error: unknown): Promise<never> {
  try {
    await reportDefect(error)
  } finally {
    // Where reporting fails too, the process ends all the same: else it would be a defect once more, for ever.
    process.exit(asAsked(EXIT.software))
  }
}

async function reportDefect(error: unknown): Promise<void> {
  const [{ createLog }, { maskTokenLike, masker }, { variable, VARIABLE_NAMES }] = await Promise.all([
    import('./report/log.ts'),
    import('./config/mask.ts'),
    import('./config/variables.ts'),
  ])
  const log = await createLog('info', context.stderr, (line) => line)
  const secrets = VARIABLE_NAMES.flatMap((name) => (variable(name).secret ? (process.env[name] ?? []) : []))
  const trace = error instanceof Error ? traceOf(error) : String(error)
  log({ type: 'defect', error: maskTokenLike(masker(secrets)(trace)) })
}

/** Bun before 1.4.3 leaves the message out of some stacks. */
function traceOf({ message, stack = message }: Error): string {
  return stack.includes(message) ? stack : `${message}\n${stack}`
}

process.on('uncaughtException', defect)
process.on('unhandledRejection', defect)
process.exit(await main(process.argv.slice(2)))
