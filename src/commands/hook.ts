import { fingerprintOf, textsOf } from '../assembly/assemble.ts'
import { secretsIn } from '../config/config.ts'
import { variable, VARIABLE_NAMES } from '../config/variables.ts'
import { EXIT } from '../exit-codes.ts'
import { systemClock } from '../platform/clock.ts'
import { startShell, type ShellEnd } from '../platform/shell.ts'
import { dieBy, onStopSignal } from '../platform/signals.ts'
import { hookEnvironment } from '../rotation/hook-environment.ts'
import { EndedEarly } from './succession.ts'
import type { Context, Setup } from './setup.ts'

const TIMEOUT_MS = 60_000

/** The variables that hold secrets, or name their files. */
const SECRET_NAMES = VARIABLE_NAMES.filter((name) => variable(name).secret).flatMap((name) => [name, `${name}_FILE`])

/** Hands a token that is in its place to the hook. Throws EndedEarly where that fails: the hook stays owed. */
export async function runHook(command: string, token: string, setup: Setup, context: Context): Promise<void> {
  const { config, tokenPlaces, clean } = setup
  const secrets = textsOf([...secretsIn(config), ...tokenPlaces.map(({ secret }) => secret)])
  const env = hookEnvironment(context.env, SECRET_NAMES, [...secrets, token])
  // With no secret in it.
  const onLine = (line: string) => context.stderr.write(`hook: ${clean(line)}\n`)
  const shell = startShell({ command, input: token, env, onLine, timeoutMs: TIMEOUT_MS }, systemClock)
  // It has a process group of its own: what ends this process does not reach it.
  const forget = onStopSignal((signal) => {
    shell.end()
    dieBy(signal)
  })
  const ended = await shell.ended.finally(forget)
  if (ended.kind === 'code' && ended.code === 0) return
  throw new EndedEarly(
    EXIT.unwell,
    `The hook failed: ${whyOf(ended)}. The new token (fingerprint ${fingerprintOf(token)}) stays in its place, and the hook is still owed: mend it, and run rotate --if-due --hook again, which runs the hook first and makes no other token.`,
  )
}

function whyOf(ended: ShellEnd): string {
  if (ended.kind === 'late')
    return `it had not ended after ${TIMEOUT_MS / 1_000} s, and was ended with all that it had started`
  return ended.kind === 'code' ? `it ended with code ${ended.code}` : `it was ended by ${ended.signal}`
}
