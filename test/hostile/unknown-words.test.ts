import { describe, expect } from 'bun:test'
import { independently } from '../process/concurrent.ts'
import { startGraph } from '../process/graph.ts'
import { forEachRuntime, start } from '../process/harness.ts'
import { says, startParted } from '../process/parts.ts'
import { startReceiver } from '../process/receiver.ts'
import { SANDBOX_SECRETS } from '../process/secrets.ts'
import { answerThatHolds } from './words-of-secrets.ts'

/** A word from Graph that the guard does not know is shown to operators only. */

const OPERATOR = 'nV5tXb8qLw2zRk7d'
const WORD = 'ZEBRA_WORD'
const HOST = 'zebra-host.example'
const RIGHT = { headers: { authorization: `Bearer ${OPERATOR}` } }
const PATHS = ['/', '/health/token', '/metrics']
const ENV = {
  TOKEN_GUARD_CHECK_INTERVAL: '1s',
  TOKEN_GUARD_ASSET_INTERVAL: '1s',
  TOKEN_GUARD_OPERATOR_TOKEN: OPERATOR,
  WHATSAPP_WEBHOOK_URL: 'https://messages.example/in',
}

/** The word with the text before it. */
const shownIn = (text: string) => /.{0,50}zebra.{0,20}/i.exec(text)?.[0] ?? 'nothing'

forEachRuntime((runtime) => {
  describe('an unknown word', () => {
    independently('shows in no public view, and in no alert', async () => {
      await using receiver = startReceiver()
      let isOdd = false
      const held = { word: WORD, address: `https://${HOST}/in` }
      await using graph = startGraph('permanent', {
        answer: (request) => (isOdd ? answerThatHolds(request, held) : undefined),
      })
      const secrets = [OPERATOR, ...receiver.secrets, ...SANDBOX_SECRETS]
      await using program = start(runtime, ['serve'], { ...graph.env, ...ENV, ...receiver.env }, { secrets })
      await program.port()
      isOdd = true
      await program.askUntil('/health/token', ({ json }) => json.status === 'warn')
      await graph.further('/debug_token', 2)
      const operators = await program.ask('/health/token', RIGHT)
      expect(shownIn(operators.text)).toContain(WORD)
      for (const path of PATHS) expect([path, shownIn((await program.ask(path)).text)]).toEqual([path, 'nothing'])
      expect((await receiver.until(1)).map(({ text }) => shownIn(text))).toEqual(receiver.received.map(() => 'nothing'))
    })

    independently('shows in no public view if it is the kind of a node', async () => {
      await using graph = startParted()
      const env = { ...graph.env, ...ENV }
      await using program = start(runtime, ['serve'], env, { secrets: [OPERATOR, ...SANDBOX_SECRETS] })
      await program.port()
      graph.say({ account: says(100, `(#100) Tried accessing nonexisting field (name) on node type (${WORD})`) })
      await program.waitFor('token.refused')
      const operators = await program.ask('/health/token', RIGHT)
      expect(shownIn(operators.text)).toContain(WORD)
      for (const path of PATHS) expect([path, shownIn((await program.ask(path)).text)]).toEqual([path, 'nothing'])
    })
  })
})
