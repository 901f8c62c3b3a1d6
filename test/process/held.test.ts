import { describe, expect } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { independentlyOnOne } from './concurrent.ts'
import { startGraph, without, type Graph } from './graph.ts'
import { forOneRuntime, run, temporaryFolder, type Environment } from './harness.ts'
import { SANDBOX_SECRETS } from './secrets.ts'

/** What a variable really holds if its value came from elsewhere than people think. */

const CANARY = `EAAG${'kQ7wZ3pL9'.repeat(8)}`
const base64 = (text: string) => Buffer.from(text).toString('base64')
const SECRETS = [...SANDBOX_SECRETS, CANARY, base64(CANARY), base64(base64(CANARY))]

const tokenless = ({ env }: Graph) => without(env, 'WHATSAPP_TOKEN')

const TEXTS: readonly (readonly [what: string, text: string, problem: RegExp])[] = [
  ["a store's JSON", JSON.stringify({ WHATSAPP_TOKEN: CANARY }), /is JSON/],
  ['its own name in front', `WHATSAPP_TOKEN=${CANARY}`, /has the name of a variable in front \(NAME=\)/],
  ['an invisible character', `${CANARY.slice(0, 11)}\u200B${CANARY.slice(11)}`, /U\+200B .*at character 12/],
  ['a comment', `${CANARY} # the bot's`, /has a comment behind it, from character 77 on/],
  ['base64', base64(CANARY), /is base64 of a token/],
  ['base64 twice', base64(base64(CANARY)), /is base64 of a token, encoded twice/],
  [
    'two lines',
    `${CANARY.slice(0, 40)}\n${CANARY.slice(40)}`,
    /is broken over 2 lines, the first ends at character 40/,
  ],
  ['a second line', `${CANARY}\nMETA_APP_ID=1`, /a variable with its value on line 2/],
  ['a carriage return', `${CANARY}\r`, /ends with a carriage return/],
]

forOneRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  /** Ends before any request, with the fault in its words. */
  async function refused(graph: Graph, env: Environment) {
    const ended = await run(runtime, ['check'], env, { secrets: SECRETS })
    expect([ended.code, graph.asked]).toEqual([78, []])
    const said = ended.lines.find(({ event }) => event === 'config.invalid')
    return { ...ended, faults: said?.['faults'] ?? [], text: `${ended.stdout}${ended.stderr}` }
  }

  describe('the token is refused for its true cause:', () => {
    for (const [what, text, problem] of TEXTS)
      onOne(what, async () => {
        await using graph = startGraph()
        const { text: printed } = await refused(graph, { ...tokenless(graph), WHATSAPP_TOKEN: text })
        expect(printed.replace(/\s+/g, ' ')).toMatch(problem)
        expect(printed).not.toMatch(/generate/)
      })

    onOne("a secret file's JSON", async () => {
      await using graph = startGraph()
      using folder = temporaryFolder()
      const path = join(folder.path, 'token.json')
      writeFileSync(path, `${JSON.stringify({ token: CANARY })}\n`)
      const { text } = await refused(graph, { ...tokenless(graph), WHATSAPP_TOKEN_FILE: path })
      expect(text.replace(/\s+/g, ' ')).toMatch(/WHATSAPP_TOKEN_FILE.* names .*token\.json, which is JSON/)
    })
  })

  onOne('an address with a version in it is refused, with the variable that names it', async () => {
    await using graph = startGraph()
    const { text } = await refused(graph, { ...graph.env, GRAPH_API_URL: `${graph.url}/v23.0` })
    expect(text.replace(/\s+/g, ' ')).toMatch(/ends in a version \(\/v23\.0\).*GRAPH_API_VERSION/)
  })

  describe("another program's name", () => {
    onOne('is a warning that names ours', async () => {
      await using graph = startGraph()
      const env = without(graph.env, 'WHATSAPP_BUSINESS_ACCOUNT_ID', 'WHATSAPP_PHONE_NUMBER_ID')
      const names = { WABA_ID: CANARY, WHATSAPP_PHONE_NUMBERID: CANARY }
      const { code, lines } = await run(runtime, ['check'], { ...env, ...names }, { secrets: SECRETS })
      expect(code).toBe(0)
      const unknown = lines.filter(({ event }) => event === 'config.unknown')
      expect(unknown.map(({ name, nearest }) => [name, nearest]).toSorted()).toEqual([
        ['WABA_ID', 'WHATSAPP_BUSINESS_ACCOUNT_ID'],
        ['WHATSAPP_PHONE_NUMBERID', 'WHATSAPP_PHONE_NUMBER_ID'],
      ])
    })

    onOne('for the token is in the fault itself', async () => {
      await using graph = startGraph()
      const { text } = await refused(graph, { ...tokenless(graph), WHATSAPP_ACCESS_TOKEN: CANARY })
      expect(text.replace(/\s+/g, ' ')).toMatch(/WHATSAPP_TOKEN.* is not set, but WHATSAPP_ACCESS_TOKEN is/)
    })
  })
})
