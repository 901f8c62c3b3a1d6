import { describe, expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { SCENARIO_NAMES, type ScenarioName } from '../../src/sandbox/sandbox.ts'
import { alert } from '../schemas/alert.ts'
import { check } from '../schemas/check.ts'
import { health, operatorsHealth, publicHealth } from '../schemas/health.ts'
import { expectFit } from '../schemas/fit.ts'
import { render } from '../schemas/render.ts'
import { independentlyOnOne } from './concurrent.ts'
import { startGraph, without } from './graph.ts'
import { forOneRuntime, run, start, type Environment, type Program } from './harness.ts'
import { startReceiver } from './receiver.ts'
import { SANDBOX_SECRETS } from './secrets.ts'

/**
 * What programs read of this one is as docs/schemas says, member by member. The schemas are written from the
 * definitions in test/schemas by `npm run docs`.
 */

const PUBLISHED = { check, health, alert } as const
type Name = keyof typeof PUBLISHED
const NAMES = Object.keys(PUBLISHED) as Name[]
const pathOf = (name: Name) => new URL(`../../docs/schemas/${name}.json`, import.meta.url).pathname
const published = (name: Name): any => JSON.parse(readFileSync(pathOf(name), 'utf8'))

const OPERATOR = 'qK4wZt8rXb2mNv6c'
const RIGHT = { headers: { authorization: `Bearer ${OPERATOR}` } }
const ONCE = ['check', '--json', '--once']
const QUICK: Environment = { TOKEN_GUARD_BOOT_TIMEOUT: '2s', TOKEN_GUARD_CHECK_TIMEOUT: '1s' }
const SERVICE: Environment = {
  ...QUICK,
  TOKEN_GUARD_MODE: 'report',
  TOKEN_GUARD_CHECK_INTERVAL: '24h',
  TOKEN_GUARD_OPERATOR_TOKEN: OPERATOR,
}
/** A verdict comes, however slow this machine is. */
const PATIENT: Environment = { TOKEN_GUARD_BOOT_TIMEOUT: '20s', TOKEN_GUARD_CHECK_TIMEOUT: '5s' }
/** One program through so many of the scenarios, one after another. */
const SCENARIOS_A_PROGRAM = 8
const PARTS = Array.from({ length: Math.ceil(SCENARIO_NAMES.length / SCENARIOS_A_PROGRAM) }, (_, part) =>
  SCENARIO_NAMES.slice(part * SCENARIOS_A_PROGRAM, (part + 1) * SCENARIOS_A_PROGRAM),
)

async function expectViewsFit(program: Program, what: string): Promise<void> {
  const [open, full] = [await program.ask('/health/token'), await program.ask('/health/token', RIGHT)]
  expectFit(publicHealth, open.json, `${what}, public`)
  expectFit(operatorsHealth, full.json, `${what}, operator's`)
  for (const { json } of [open, full]) expectFit(health, json, what)
}

describe.each(NAMES)('docs/schemas/%s.json', (name) => {
  test('is what its definition gives', () => {
    const rendered = render(name, PUBLISHED[name])
    if (process.env['DOCS_WRITE'] === '1') writeFileSync(pathOf(name), `${JSON.stringify(rendered, null, 2)}\n`)
    expect(published(name)).toEqual(rendered)
  })

  test('describes every member', () => {
    const { $defs, ...root } = published(name)
    const undescribed = [root, ...Object.values($defs)].flatMap((node) => membersWithoutDescription(node, $defs))
    expect(undescribed).toEqual([])
    expect([root, ...Object.values<any>($defs)].map(({ description }) => typeof description)).not.toContain('undefined')
  })
})

function membersWithoutDescription(node: any, defs: any): readonly string[] {
  if (typeof node !== 'object' || node === null) return []
  const own = Object.entries<any>(node.properties ?? {}).filter(
    ([, { description, $ref }]) => (description ?? defs[$ref?.split('/').at(-1)]?.description) === undefined,
  )
  const inner = Object.values(node).flatMap((each) => membersWithoutDescription(each, defs))
  return [...own.map(([name]) => name), ...inner]
}

/** As a later version may write it: a member more in each object, and words that are not known yet. */
function later(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(later)
  if (typeof value !== 'object' || value === null) return value
  const words = Object.entries(value).map(([key, each]) =>
    (key === 'code' && typeof each === 'string') || key === 'kind' ? [key, 'of.tomorrow'] : [key, later(each)],
  )
  return { ...Object.fromEntries(words), ofTomorrow: null }
}

/** Zod reads no `not`: an expression says the same to it. */
function readable(_key: string, value: any): unknown {
  const others: readonly string[] | undefined = value?.not?.enum
  return others === undefined ? value : { type: 'string', pattern: `^(?!(?:${others.join('|')})$)` }
}

forOneRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  describe('the health body and the alerts fit their schemas', () => {
    for (const part of PARTS)
      onOne(`in each scenario from ${part[0]} to ${part.at(-1)}`, async () => {
        await using graph = startGraph()
        await using receiver = startReceiver()
        const secrets = [...SANDBOX_SECRETS, OPERATOR, ...receiver.secrets]
        const env = { ...graph.env, ...receiver.env, ...SERVICE }
        await using program = start(runtime, ['serve'], env, { secrets, lifetimeMs: 110_000 })
        await expectViewsFit(program, 'at the start')
        const verify = async (scenario: ScenarioName) => {
          graph.play(scenario)
          return program.ask('/health/token/check', { method: 'POST', ...RIGHT })
        }
        // An alert is sent at once, and the rest perhaps later.
        await verify('revoked')
        await receiver.until(1)
        for (const scenario of part) {
          const { status, json } = await verify(scenario)
          expect(status).toBe(200)
          expectFit(operatorsHealth, json, scenario)
          await expectViewsFit(program, scenario)
        }
        program.kill('SIGTERM')
        expect((await program.exit).code).toBe(0)
        for (const { body, text } of receiver.received) expectFit(alert, body, text)
        expect(receiver.received.map(({ body }) => body['event'])).toContain('status.changed')
      })

    for (const [mode, event, code] of [
      ['enforce', 'boot.refused', 77],
      ['report', 'boot.would_refuse', 0],
    ] as const)
      onOne(`a start that Graph's answer refuses, in mode ${mode}: ${event}`, async () => {
        await using graph = startGraph('revoked')
        await using receiver = startReceiver()
        const env = { ...graph.env, ...receiver.env, ...SERVICE, ...PATIENT, TOKEN_GUARD_MODE: mode }
        const secrets = [...SANDBOX_SECRETS, OPERATOR, ...receiver.secrets]
        await using program = start(runtime, ['serve'], env, { secrets })
        const [first] = await receiver.until(1)
        expectFit(alert, first?.body, event)
        expect(first?.body['event']).toBe(event)
        // The refused start ends by itself, after the alert: a signal could come before that.
        if (mode === 'report') {
          await expectViewsFit(program, event)
          program.kill('SIGTERM')
        }
        expect((await program.exit).code).toBe(code)
      })

    onOne('a start without a verdict, and one that verifies nothing', async () => {
      await using graph = startGraph('failing')
      for (const mode of ['report', 'off']) {
        const env = { ...graph.env, ...SERVICE, TOKEN_GUARD_MODE: mode }
        await using program = start(runtime, ['serve'], env, { secrets: [...SANDBOX_SECRETS, OPERATOR] })
        await expectViewsFit(program, mode)
      }
    })
  })

  describe('check --json fits its schema', () => {
    onOne('where the configuration is wrong, and where nothing is asked', async () => {
      await using graph = startGraph()
      const faulty = { ...without(graph.env, 'WHATSAPP_TOKEN'), TOKEN_GUARD_CHECK_TIMEOUT: 'soon' }
      for (const env of [faulty, { ...graph.env, TOKEN_GUARD_MODE: 'off' }]) {
        const document = JSON.parse((await run(runtime, ONCE, env)).stdout)
        expectFit(check, document, 'nothing asked')
        expect([document.facts, document.faults.length]).toEqual([null, env === faulty ? 2 : 0])
      }
    })
  })

  onOne('the published schema takes what a later version adds, and no other shape', async () => {
    await using graph = startGraph('account-locked')
    const document = JSON.parse((await run(runtime, ONCE, { ...graph.env, ...QUICK })).stdout)
    const schema = z.fromJSONSchema(JSON.parse(readFileSync(pathOf('check'), 'utf8'), readable))
    expectFit(schema, document, 'as it is')
    expectFit(schema, later(document), 'as it may become')
    for (const wrong of [{ status: 'good' }, { exitCode: 1 }, { facts: {} }, { findings: [{}] }])
      expect([wrong, schema.safeParse({ ...document, ...wrong }).success]).toEqual([wrong, false])
  })
})
