import { describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FINDING_CODES } from '../../src/verification/codes.ts'
import { freePort, startGraph } from '../process/graph.ts'
import { forOneRuntime, Program, start, temporaryFolder } from '../process/harness.ts'
import { has } from './programs.ts'

/** The rules and the dashboard, by promtool and by a Prometheus that scrapes the real service. */

const ROOT = new URL('../..', import.meta.url).pathname
const FOLDER = join(ROOT, 'deploy/prometheus')
const RULES = Bun.YAML.parse(readFileSync(join(FOLDER, 'rules.yaml'), 'utf8')) as {
  readonly groups: readonly { readonly rules: readonly Rule[] }[]
}
type Rule = {
  readonly alert?: string
  readonly record?: string
  readonly expr: string
  readonly annotations?: { readonly runbook_url: string }
}
const rules = RULES.groups.flatMap((group) => group.rules)
const alerts = rules.flatMap(({ alert, annotations }) =>
  alert === undefined ? [] : [[alert, annotations?.runbook_url ?? ''] as const],
)
const panels = (
  JSON.parse(readFileSync(join(FOLDER, 'dashboard.json'), 'utf8')) as { readonly panels: readonly Panel[] }
).panels
/** Other alerts cover these findings, by their consequences or by the time that is left. */
const WITHOUT_ALERT = [
  'token.expires_soon',
  'graph.unreachable',
  'graph.rate_limited',
  'graph.failing',
  'graph.nonsense',
  // A fleet counts its findings by another metric.
  'token.unresolved',
  'fleet.suspect',
]

test.each(FINDING_CODES.filter((code) => !WITHOUT_ALERT.includes(code)))(
  'the finding %s makes an alert fire',
  (code) => {
    const patterns = rules.flatMap(({ alert, expr }) =>
      alert === undefined ? [] : [...expr.matchAll(/code=~?"([^"]+)"/g)].map(([, pattern = '']) => pattern),
    )
    const takers = patterns.filter((pattern) => new RegExp(`^(?:${pattern.replaceAll('\\\\', '\\')})$`).test(code))
    expect(takers).not.toEqual([])
  },
)

type Panel = { readonly title: string; readonly targets: readonly { readonly expr: string }[] }
const PANELS = panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, placed(expr)] as const))

/** As Grafana fills in its variables. */
function placed(expr: string): string {
  return expr.replaceAll('$job', 'whatsapp-token-guard').replaceAll('$__rate_interval', '1m')
}

test.each(alerts)('%s has its section in the runbook', (alert, url) => {
  const [path = '', anchor] = url.split('#')
  const headings = [...readFileSync(join(ROOT, path), 'utf8').matchAll(/^### (\w+)$/gm)].map(([, heading]) => heading)
  expect(headings).toContain(alert)
  expect(anchor).toBe(alert.toLowerCase())
})

describe.skipIf(!has('promtool'))('promtool', () => {
  test('has nothing to say about the rules', () => {
    const { status, stdout } = spawnSync('promtool', ['check', 'rules', '--lint-fatal', join(FOLDER, 'rules.yaml')])
    expect([String(stdout), status]).toEqual([expect.stringContaining('SUCCESS'), 0])
  })

  test('finds that the rules do what their cases say, and has a case for each alert', () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', join(FOLDER, 'rules.test.yaml')])
    expect([status, String(stdout) + String(stderr)]).toEqual([0, expect.stringContaining('SUCCESS')])
    const cases = readFileSync(join(FOLDER, 'rules.test.yaml'), 'utf8')
    expect(alerts.filter(([alert]) => !cases.includes(`runbook.md#${alert.toLowerCase()}`))).toEqual([])
  })

  test('can read each expression of the dashboard', () => {
    using folder = temporaryFolder()
    const file = join(folder.path, 'panels.yaml')
    const recorded = PANELS.map(([, expr], at) => ({ record: `panel_${at}`, expr }))
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules: recorded }] }))
    expect(spawnSync('promtool', ['check', 'rules', file]).status).toBe(0)
  })
})

/** A Prometheus with our rules, which scrapes each second. */
function startPrometheus(folder: string, target: number) {
  const port = freePort()
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [join(FOLDER, 'rules.yaml')],
    scrape_configs: [{ job_name: 'whatsapp-token-guard', static_configs: [{ targets: [`127.0.0.1:${target}`] }] }],
  }
  const file = join(folder, 'prometheus.json')
  writeFileSync(file, JSON.stringify(config))
  const args = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]
  const program = new Program(['prometheus', ...args], {}, {})
  type Result = readonly {
    readonly metric: Readonly<Record<string, string>>
    readonly value: readonly [number, string]
  }[]
  const query = async (expr: string): Promise<Result> => {
    const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expr)}`
    const answer = (await (await fetch(url)).json()) as {
      readonly data: { readonly result: Result }
      readonly error?: string
    }
    if (answer.error !== undefined) throw new Error(answer.error)
    return answer.data.result
  }
  return {
    query,
    /** Prometheus does not report when it has scraped: it is asked. */
    until: async (expr: string, isIt: (result: Result) => boolean): Promise<Result> => {
      const endMs = performance.now() + 30_000
      for (;;) {
        const result = await query(expr).catch(() => [])
        if (isIt(result)) return result
        if (performance.now() > endMs)
          throw new Error(`${expr}: ${JSON.stringify(result)}; ${program.stderr.slice(-500)}`)
        await Bun.sleep(50)
      }
    },
    stop: async () => {
      program.kill('SIGTERM')
      await program.exit
      await program[Symbol.asyncDispose]()
    },
  }
}

describe.skipIf(!has('prometheus'))('a real Prometheus', () => {
  forOneRuntime((runtime) => {
    test('reads every expression of rules and dashboard, and fires when the token is revoked', async () => {
      using folder = temporaryFolder()
      await using graph = startGraph()
      const rotating = { TOKEN_GUARD_EXPIRY: 'rotate', TOKEN_GUARD_CHECK_INTERVAL: '1s' }
      graph.play('sixty-days')
      await using service = start(runtime, ['serve'], { ...graph.env, ...rotating })
      const prometheus = startPrometheus(folder.path, await service.port())
      try {
        const has = (result: readonly unknown[]) => result.length > 0
        await prometheus.until('whatsapp_token_status{status="pass"} == 1', has)
        const [days] = await prometheus.until('whatsapp_token:remaining_days', has)
        expect(Number(days?.value[1])).toBeCloseTo(60, 0)
        for (const { record } of rules) if (record !== undefined) await prometheus.until(record, has)
        for (const [title, expr] of PANELS) if (title !== 'Findings') await prometheus.until(expr, has)
        for (const { expr } of rules) await prometheus.query(expr)

        graph.play('revoked')
        const firing = (alert: string) => `ALERTS{alertname="${alert}",alertstate="firing"}`
        await prometheus.until(firing('WhatsAppTokenFails'), has)
        const [refused] = await prometheus.until(firing('WhatsAppTokenRefused'), has)
        expect(refused?.metric['code']).toBe('token.revoked')
        expect(await prometheus.query('whatsapp_token_finding == 1')).toHaveLength(1)
      } finally {
        await prometheus.stop()
      }
    })
  })
})
