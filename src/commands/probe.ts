import { readAddress } from '../config/address.ts'
import { parseDuration } from '../config/durations.ts'
import { escapeControls } from '../config/quoting.ts'
import { PROBE_PATHS } from '../http/probe-paths.ts'
import { getNearby, type Got } from '../platform/get.ts'
import { hostInUrl } from '../platform/host.ts'
import { ENV_FILES } from '../platform/runtime.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import type { CommonOptions, Context } from './setup.ts'

export type ProbeOptions = CommonOptions & {
  readonly ready?: boolean | undefined
  readonly token?: boolean | undefined
  readonly timeout: string
}

const EVERY_ADDRESS = ['::', '0.0.0.0', 'localhost']
const OUTPUT_LENGTH_MAX = 300
const LOOPBACKS = ['127.0.0.1', '::1']

/** `probe`: asks the guard that runs on this machine. Container engines know well and not well: 0 and 1. */
export async function probe(options: ProbeOptions, context: Context): Promise<ExitCode> {
  const { env, cwd, stdout, stderr } = context
  const fail = (text: string): ExitCode => {
    stderr.write(`${text}\n`)
    return EXIT.unwell
  }
  const envFile = options.envFile ?? null
  const address = readAddress({ options: {}, env, cwd, envFile, ...ENV_FILES })
  if (!address.ok)
    return fail(
      address.faults.map(({ name, problem, expected }) => `${name} ${problem}. Expected ${expected}.`).join('\n'),
    )
  if (address.port === 0)
    return fail('TOKEN_GUARD_PORT is 0, any free port: which one it became is not known here. Set a fixed one.')
  const { path } = PROBE_PATHS[options.token === true ? 'token' : options.ready === true ? 'ready' : 'live']
  const hosts = address.host === null || EVERY_ADDRESS.includes(address.host) ? LOOPBACKS : [address.host]
  const signal = AbortSignal.timeout(parseDuration(options.timeout) ?? 0)
  const { host, got } = await firstAnswer(hosts, address.port, path, signal)
  const where = `http://${hostInUrl(host)}:${address.port}${path}`
  if (!got.ok) return fail(`${where} does not answer (${got.problem}). Is the guard running, and at this port?`)
  if (got.status !== 200) return fail(`${where} answers ${got.status}${outputOf(got.body)}`)
  stdout.write(`${where} answers 200\n`)
  return EXIT.ok
}

/** The next address is for a guard that listens there alone. */
async function firstAnswer(
  hosts: readonly string[],
  port: number,
  path: string,
  signal: AbortSignal,
): Promise<{ readonly host: string; readonly got: Got }> {
  let last = { host: hosts[0] ?? '', got: { ok: false, problem: 'no address' } as Got }
  for (const host of hosts) {
    const got = await getNearby(host, port, path, signal)
    if (got.ok || signal.aborted) return { host, got }
    if (host === hosts[0]) last = { host, got }
  }
  return last
}

/** The health body's own sentence. */
function outputOf(body: string): string {
  try {
    const { output } = JSON.parse(body) as { readonly output?: unknown }
    return typeof output === 'string' ? `: ${escapeControls(output.slice(0, OUTPUT_LENGTH_MAX))}` : ''
  } catch {
    return ''
  }
}
