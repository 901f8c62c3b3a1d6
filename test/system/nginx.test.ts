import { describe, expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, startGraph } from '../process/graph.ts'
import { forEachRuntime, Program, start, temporaryFolder } from '../process/harness.ts'
import { has } from './programs.ts'

/** Debian's nginx with the file that we ship, in front of two guards. */

const SHIPPED = readFileSync(new URL('../../deploy/nginx/nginx.conf', import.meta.url), 'utf8')

/** The places of this test. */
function config(folder: string, port: number, [a, b]: readonly [number, number]): string {
  const placed = SHIPPED.replace('listen 8080;', `listen 127.0.0.1:${port};`)
    .replace('10.0.0.1:8000', `127.0.0.1:${a}`)
    .replace('10.0.0.2:8000', `127.0.0.1:${b}`)
    .replace('10.0.0.1:3900', `127.0.0.1:${a}`)
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  )
  return `daemon off;\npid ${folder}/pid;\nerror_log stderr;\n${placed.replace('http {', `http {\naccess_log off;\n${paths.join('\n')}`)}`
}

async function answers(url: string): Promise<Response> {
  for (;;) {
    const answer = await fetch(url).catch(() => null)
    if (answer !== null) return answer
  }
}

describe.skipIf(!has('nginx'))('behind nginx', () => {
  forEachRuntime((runtime) => {
    test('a server that is gone loses no request, and the public view is all that shows', async () => {
      using folder = temporaryFolder()
      await using graph = startGraph()
      const operator = { TOKEN_GUARD_OPERATOR_TOKEN: 'an-operator-token-of-tests' }
      await using a = start(runtime, ['serve'], { ...graph.env, ...operator })
      await using b = start(runtime, ['serve'], graph.env)
      const port = freePort()
      const file = join(folder.path, 'nginx.conf')
      writeFileSync(file, config(folder.path, port, [await a.port(), await b.port()]))
      await using nginx = new Program(['nginx', '-e', 'stderr', '-c', file], {}, {})
      const url = `http://127.0.0.1:${port}`
      expect((await answers(`${url}/health/token`)).status).toBe(200)

      const headers = { authorization: `Bearer ${operator.TOKEN_GUARD_OPERATOR_TOKEN}` }
      const shown = await (await fetch(`${url}/health/token`, { headers })).text()
      expect(shown).not.toContain(graph.env['WHATSAPP_BUSINESS_ACCOUNT_ID'] as string)

      b.kill('SIGKILL')
      await b.exit
      const statuses = await Promise.all(
        Array.from({ length: 40 }, () => fetch(`${url}/health/live`).then(({ status }) => status)),
      )
      expect(new Set(statuses)).toEqual(new Set([200]))
      // Killed, it leaves its workers behind.
      nginx.kill('SIGTERM')
      expect((await nginx.exit).code).toBe(0)
    })
  })
})
