import { expect } from 'bun:test'
import { independently, independentlyOnOne } from './concurrent.ts'
import { startGraph } from './graph.ts'
import { forEachRuntime, run, type Environment } from './harness.ts'
import { SANDBOX_SECRETS } from './secrets.ts'

const PATH_PART = 'Xw7SecretPartOfThePath'
const SECRETS = [...SANDBOX_SECRETS, PATH_PART]

/** A receiver on a real socket that keeps what it got. */
function receiver(answer: (request: Request) => Response) {
  const got: any[] = []
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      got.push(await request.clone().json())
      return answer(request)
    },
  })
  const { host } = server.url
  return { got, host, url: `http://${host}/hooks/${PATH_PART}`, [Symbol.asyncDispose]: () => server.stop(true) }
}

forEachRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  const tries = (env: Environment, args: readonly string[] = []) =>
    run(runtime, ['alert-test', ...args], { TOKEN_GUARD_MODE: 'off', ...env }, { secrets: SECRETS })

  independently('alert-test sends one alert to each receiver, and shows what each answered', async () => {
    await using slack = receiver(() => new Response('ok'))
    await using gone = receiver(({ url }) => new Response(`no hook at ${url}\u001b[2J`, { status: 410 }))
    const env = { TOKEN_GUARD_ALERT_URL: `slack+${slack.url}\n${gone.url}` }
    const { code, stdout } = await tries(env)
    expect(code).toBe(1)
    expect(stdout).toContain(`✓ slack at ${slack.host}\n    200 ok\n`)
    expect(stdout).toContain(`✗ standard at ${gone.host}\n    410 no hook at http://${gone.host}/[secret]/[secret]`)
    expect(stdout).not.toContain('\u001b[2J')
    expect(slack.got[0].text).toContain('This is a test of the alerts.')
    expect(gone.got).toMatchObject([{ event: 'alert.test', status: 'pass', findings: [] }])
  })

  onOne('alert-test --json prints one JSON document', async () => {
    await using pagerduty = receiver(() => Response.json({ status: 'success' }, { status: 202 }))
    const env = { TOKEN_GUARD_ALERT_URL: `pagerduty+${pagerduty.url}?routing_key=${PATH_PART}` }
    const { code, stdout } = await tries(env, ['--json'])
    expect(pagerduty.got.map(({ event_action }) => event_action)).toEqual(['trigger', 'resolve'])
    const answers = [0, 1].map(() => ({ status: 202, text: '{"status":"success"}' }))
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      {
        version: 1,
        exitCode: 0,
        receivers: [{ format: 'pagerduty', host: pagerduty.host, taken: true, answers }],
      },
    ])
  })

  onOne('alert-test exits 1 if a receiver does not answer, and 78 without a valid address', async () => {
    await using graph = startGraph()
    const away = await tries({
      ...graph.env,
      TOKEN_GUARD_MODE: 'enforce',
      TOKEN_GUARD_ALERT_URL: 'http://127.0.0.1:1/x',
    })
    expect([away.code, /✗ standard at 127.0.0.1:1\n {4}\S/.test(away.stdout)]).toEqual([1, true])
    const none = await tries({})
    expect([none.code, none.stdout]).toEqual([78, expect.stringContaining('Set TOKEN_GUARD_ALERT_URL')])
    const half = await tries({ TOKEN_GUARD_ALERT_URL: `https://hooks.slack.com/services/${PATH_PART}` })
    expect([half.code, half.stderr.includes('TOKEN_GUARD_ALERT_URL')]).toEqual([78, true])
    expect(graph.asked).toEqual([])
  })
})
