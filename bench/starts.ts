import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cpuMs, ended, interleaved, started, type Ended } from './measure.ts'
import { BUN, CLI, NODE, PEERS, PRELOAD, type World } from './world.ts'

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

export async function measureStarts(world: World, rounds: number): Promise<ReadonlyMap<string, readonly Ended[]>> {
  const env = tokenAlone(world.env)
  const app = join(world.folder, 'app.mjs')
  writeFileSync(app, '')
  const toEnd: Record<string, readonly string[]> = {
    'curl alone': ['sh', '-c', `${CURL} > /dev/null`],
    'curl | jq': ['sh', '-c', `${CURL} | jq -e '${JQ}' > /dev/null`],
    'bun: one request': [BUN, ONE],
    'bun: check': [BUN, CLI, 'check'],
    'bun: check --json': [BUN, CLI, 'check', '--json'],
    'bun: check, compiled': [world.compiled, 'check'],
    'bun: preload': [BUN, '--preload', PRELOAD, app],
    'bun: run': [BUN, CLI, 'run', '--', 'true'],
    'node: one request': [NODE, ONE],
    'node: check': [NODE, CLI, 'check'],
    'node: preload': [NODE, '--import', PRELOAD, app],
    'node: run': [NODE, CLI, 'run', '--', 'true'],
  }
  const toListening: Record<string, readonly string[]> = {
    'bun: one request, then listen': [BUN, ONE, 'serve'],
    'bun: serve': [BUN, CLI, 'serve'],
    'node: one request, then listen': [NODE, ONE, 'serve'],
    'node: serve': [NODE, CLI, 'serve'],
  }
  return interleaved(rounds, [...Object.keys(toEnd), ...Object.keys(toListening)], async (name) => {
    const command = toEnd[name]
    if (command !== undefined) return ended(command, env)
    const server = await started(toListening[name] ?? [], env, /listening/)
    const used = cpuMs(server.pid)
    await server.stop()
    return { wallMs: server.wallMs, cpuMs: used }
  })
}
