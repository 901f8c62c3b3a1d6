import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cpuMs, ended, interleaved, started, type Command, type Ended } from './measure.ts'
import { BUN, CLI, NODE, PEERS, PRELOAD, ROOT, type World } from './world.ts'

/** The time that the guard adds to a start, compared with a process that only makes the same HTTPS request. */

const ONE = join(PEERS, 'one-request.mjs')
const JQ =
  '.data | .is_valid and .expires_at == 0 and ' +
  '(.scopes | contains(["business_management", "whatsapp_business_messaging", "whatsapp_business_management"]))'
const CURL =
  'curl -s --cacert "$NODE_EXTRA_CA_CERTS" -H "Authorization: Bearer $WHATSAPP_TOKEN" "$GRAPH_API_URL/v23.0/debug_token?input_token=$WHATSAPP_TOKEN"'

/** Verifies only the token, as `curl | jq` does. */
function tokenAlone({ WHATSAPP_TOKEN = '', GRAPH_API_URL = '', NODE_EXTRA_CA_CERTS = '' }: World['env']) {
  return { WHATSAPP_TOKEN, GRAPH_API_URL, NODE_EXTRA_CA_CERTS, TOKEN_GUARD_HOST: '127.0.0.1', TOKEN_GUARD_PORT: '0' }
}

/** The contenders, by what they measure: to the end of the process, or until it listens. */
function contendersIn({ folder, compiled }: World) {
  const app = join(folder, 'app.mjs')
  writeFileSync(app, '')
  const toEnd: Record<string, Command> = {
    'curl alone': { argv: ['sh', '-c', `${CURL} > /dev/null`] },
    'curl | jq': { argv: ['sh', '-c', `${CURL} | jq -e '${JQ}' > /dev/null`] },
    'bun: one request': { argv: [BUN, ONE] },
    'bun: check': { argv: [BUN, CLI, 'check'] },
    'bun: check --json': { argv: [BUN, CLI, 'check', '--json'] },
    'bun: check, compiled': { argv: [compiled, 'check'] },
    'bun: preload': { argv: [BUN, '--preload', PRELOAD, app] },
    'bun: run': { argv: [BUN, CLI, 'run', '--', 'true'] },
    'bun run: one request': { argv: [BUN, 'run', 'one-request'], cwd: PEERS },
    'bun run: token-guard check': { argv: [BUN, 'run', 'token-guard', 'check'], cwd: ROOT },
    'node: one request': { argv: [NODE, ONE] },
    'node: check': { argv: [NODE, CLI, 'check'] },
    'node: preload': { argv: [NODE, '--import', PRELOAD, app] },
    'node: run': { argv: [NODE, CLI, 'run', '--', 'true'] },
  }
  const toListening: Record<string, Command> = {
    'bun: one request, then listen': { argv: [BUN, ONE, 'serve'] },
    'bun: serve': { argv: [BUN, CLI, 'serve'] },
    'bun run: one request, then listen': { argv: [BUN, 'run', 'one-request', 'serve'], cwd: PEERS },
    'bun run: start': { argv: [BUN, 'run', 'start'], cwd: ROOT },
    'node: one request, then listen': { argv: [NODE, ONE, 'serve'] },
    'node: serve': { argv: [NODE, CLI, 'serve'] },
  }
  return { toEnd, toListening }
}

export type Starts = ReadonlyMap<string, readonly Ended[]>

/** All contenders, or those that are named. */
export async function measureStarts(world: World, rounds: number, names?: readonly string[]): Promise<Starts> {
  const env = tokenAlone(world.env)
  const { toEnd, toListening } = contendersIn(world)
  return interleaved(rounds, names ?? [...Object.keys(toEnd), ...Object.keys(toListening)], async (name) => {
    const [ending, listening] = [toEnd[name], toListening[name]]
    if (ending !== undefined) return ended(ending, env)
    if (listening === undefined) throw new Error(`no contender ${name}`)
    const server = await started(listening, env, /listening/)
    const used = cpuMs(server.pid)
    await server.stop()
    return { wallMs: server.wallMs, cpuMs: used }
  })
}
