import { PROBE_PATHS } from '../http/probe-paths.ts'
import { listen, ListenError } from '../platform/listen.ts'
import type { Handler, Listening } from '../platform/listening.ts'
import { painter } from '../report/paint.ts'
import { createSandbox } from '../sandbox/sandbox.ts'
import type { ExitCode } from '../exit-codes.ts'
import { addressOf, patiently, sandboxVariables } from './sandbox.ts'
import { serveWith } from './serve.ts'
import type { Context } from './setup.ts'

export type DemoOptions = { readonly host?: string | undefined; readonly port: string }

const SANDBOX_PORT = 4010
/** Of the demo alone, and no secret. */
const OPERATOR_TOKEN = 'demo-operator-token'

/** `demo`: the sandbox with a permanent token and the service against it. No account, no network, no `.env`. */
export async function demo({ port }: DemoOptions, context: Context): Promise<ExitCode> {
  const graph = createSandbox()
  const sandbox = await listenSomewhere(patiently(graph), SANDBOX_PORT)
  const env = {
    ...sandboxVariables(addressOf(graph, sandbox.url)),
    TOKEN_GUARD_CHECK_INTERVAL: '2s',
    TOKEN_GUARD_OPERATOR_TOKEN: OPERATOR_TOKEN,
    TOKEN_GUARD_PORT: port,
    LOG_LEVEL: context.env['LOG_LEVEL'],
  }
  // The user's own environment and .env are not for the demo.
  const code = await serveWith({ env, cwd: '/', runtimeLoadsEnvFiles: false }, 'localhost', context, (server) =>
    context.stdout.write(invitation(server, sandbox, context)),
  )
  graph.close()
  await sandbox.close(0)
  return code
}

/** A taken port must not spoil a demo. */
export async function listenSomewhere(handler: Handler, port: number): Promise<Listening> {
  try {
    return await listen({ handler }, '127.0.0.1', port)
  } catch (error) {
    if (!(error instanceof ListenError)) throw error
    return listen({ handler }, '127.0.0.1', 0)
  }
}

function invitation(server: Listening, sandbox: Listening, { stdout }: Context): string {
  const paint = painter(stdout.hasColours)
  const play = (scenario: string) => `curl -X PUT ${sandbox.url}/__sandbox/scenario/${scenario}`
  const addresses = [
    [`${server.url}/`, 'the status page'],
    [`${server.url}/operator`, `the same for operators: any user, password ${OPERATOR_TOKEN}`],
    [`${server.url}${PROBE_PATHS.token.path}`, "the token's health"],
    [`${server.url}${PROBE_PATHS.ready.path}`, 'what a readiness probe sees'],
    [`${server.url}/metrics`, 'what Prometheus sees'],
    [`${sandbox.url}/__sandbox`, 'what the sandbox was asked'],
  ] as const
  const width = Math.max(...addresses.map(([address]) => address.length))
  return [
    '',
    `  ${paint('bold', 'The guard runs against a sandbox of Graph and checks every 2 seconds.')}`,
    '',
    '  Open',
    ...addresses.map(([address, what]) => `    ${address.padEnd(width)}   ${what}`),
    '',
    '  Make the token drift',
    `    ${play('scope-missing')}`,
    `    ${play('revoked')}`,
    '  and mend it',
    `    ${play('permanent')}`,
    '',
    `  ${paint('dim', 'Ctrl-C ends it.')}`,
    '',
    '',
  ].join('\n')
}
