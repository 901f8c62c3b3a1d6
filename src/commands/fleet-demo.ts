import { policyOf, textsOf } from '../assembly/assemble.ts'
import { wayTo } from '../assembly/way-out.ts'
import { secretsIn } from '../config/config.ts'
import { SecretMask } from '../config/mask.ts'
import { readConfig } from '../config/read.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { openEmbedded } from '../fleet/embedded.ts'
import { MIGRATION } from '../fleet/schema.ts'
import type { FleetSource } from '../fleet/source.ts'
import { cleaner } from '../graph/clean.ts'
import type { Listening } from '../platform/listening.ts'
import { createLog } from '../report/log.ts'
import { painter } from '../report/paint.ts'
import { createSandbox, type Sandbox } from '../sandbox/sandbox.ts'
import { listenSomewhere } from './demo.ts'
import { serveFleet } from './fleet-serve.ts'
import { patiently } from './sandbox.ts'
import type { Context } from './setup.ts'
import { stopping } from './stopping.ts'

const TOKENS = 200
/** Of the demo alone, and no secret. */
const OPERATOR_TOKEN = 'demo-operator-token'
const SANDBOX_PORT = 4010
const INSTALL = 'There is no embedded database here: npm install @electric-sql/pglite\n'

/** `fleet demo`: the sandbox with many tokens, an embedded database and the fleet over both. No account, no network. */
export async function fleetDemo({ port }: { readonly port: string }, context: Context): Promise<ExitCode> {
  if (context.env['NODE_ENV'] === 'production') {
    context.stderr.write('NODE_ENV is production: the demo keeps everything in memory. Use fleet serve.\n')
    return EXIT.config
  }
  const stop = stopping()
  const database = await openEmbedded()
  if (database === null) {
    context.stderr.write(INSTALL)
    return EXIT.config
  }
  await database.query(MIGRATION)
  const graph = createSandbox()
  const sandbox = await listenSomewhere(patiently(graph), SANDBOX_PORT)
  const env = variables(graph, sandbox, port, context)
  const read = readConfig({
    options: {},
    env,
    cwd: '/',
    envFile: '/dev/null',
    runtimeLoadsEnvFiles: false,
    fleet: 'tables',
  })
  const transport = await wayTo(sandbox.url)
  if (!read.ok || !transport.ok) throw new Error(read.ok ? 'no way to the sandbox' : JSON.stringify(read.faults))
  const { config } = read
  const mask = new SecretMask()
  mask.learn(textsOf(secretsIn(config)))
  const code = await serveFleet(
    {
      config,
      transport,
      policy: { ...policyOf(config), staleAfterMs: config.fleet.staleAfterMs },
      database: { ...database, read: async () => ({ rows: [], columns: [] }) },
      source: await customersOf(graph, sandbox),
      log: await createLog(config.logLevel, context.stdout, mask.apply),
      clean: cleaner(mask.apply),
      end: database.end,
    },
    stop,
    (server) => context.stdout.write(invitation(server, sandbox, context)),
  )
  graph.close()
  await sandbox.close(0)
  return code
}

function variables(graph: Sandbox, sandbox: Listening, port: string, { env }: Context) {
  return {
    META_APP_ID: graph.appId,
    META_APP_SECRET: graph.appSecret,
    GRAPH_API_URL: sandbox.url,
    TOKEN_GUARD_FLEET_DATABASE: 'postgres://embedded',
    TOKEN_GUARD_FLEET_INTERVAL: '10s',
    TOKEN_GUARD_FLEET_RATE: '100',
    TOKEN_GUARD_FLEET_HOLD: '1m',
    TOKEN_GUARD_OPERATOR_TOKEN: OPERATOR_TOKEN,
    TOKEN_GUARD_HOST: '127.0.0.1',
    TOKEN_GUARD_PORT: port,
    LOG_LEVEL: env['LOG_LEVEL'],
  }
}

/** Customers with a token each, as a provider's own table would hold them. */
async function customersOf(graph: Sandbox, { url }: Listening): Promise<FleetSource> {
  const issued = await graph.fetch(new Request(`${url}/__sandbox/tokens?count=${TOKENS}`, { method: 'POST' }))
  const { tokens } = (await issued.json()) as { readonly tokens: readonly string[] }
  const rows = tokens.map((token, at) => ({ token, id: `customer-${String(at + 1).padStart(3, '0')}` }))
  return {
    list: async (after, limit) =>
      rows
        .filter(({ id }) => after === null || id > after)
        .slice(0, limit)
        .map(({ id }) => ({ id, tenant: `Shop ${id.slice(-3)}` })),
    tokens: async (ids) => new Map(rows.filter(({ id }) => ids.includes(id)).map(({ id, token }) => [id, token])),
  }
}

function invitation(server: Listening, sandbox: Listening, { stdout }: Context): string {
  const paint = painter(stdout.hasColours)
  const control = (method: string, path: string) => `curl -X ${method} '${sandbox.url}/__sandbox/${path}'`
  const addresses = [
    [`${server.url}/`, `the fleet: any user, password ${OPERATOR_TOKEN}`],
    [`${server.url}/fleet/changes`, 'what has changed'],
    [`${server.url}/metrics`, 'what Prometheus sees'],
  ] as const
  const width = Math.max(...addresses.map(([address]) => address.length))
  return [
    '',
    `  ${paint('bold', `${TOKENS} tokens of a sandbox, each verified every 10 seconds.`)}`,
    '',
    '  Open',
    ...addresses.map(([address, what]) => `    ${address.padEnd(width)}   ${what}`),
    '',
    '  Kill three tokens',
    `    ${control('POST', 'revoke?count=3')}`,
    '  Let Graph refuse three of ten, which is held as one incident',
    `    ${control('PUT', 'scenario/refusing-share')}`,
    '  and mend that',
    `    ${control('PUT', 'scenario/permanent')}`,
    '',
    `  ${paint('dim', 'Ctrl-C ends it.')}`,
    '',
    '',
  ].join('\n')
}
