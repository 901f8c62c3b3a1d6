import { describe, expect } from 'bun:test'
import { independentlyOnOne } from './concurrent.ts'
import { forOneRuntime, start, type Answer } from './harness.ts'
import { BROKEN, rewritten, says, startParted, type PartedGraph, type Speak } from './parts.ts'

/** Odd answers in service: what was known stays known. */

const EVERY_SECOND = { TOKEN_GUARD_CHECK_INTERVAL: '1s', TOKEN_GUARD_ASSET_INTERVAL: '1s' }
const TOO_MUCH = says(1, "Please reduce the amount of data you're asking for, then retry your request", { status: 500 })
const GONE = says(
  100,
  '(#100) Tried accessing nonexisting field (health_status) on node type (WhatsAppBusinessAccount)',
)

const accountCode = ({ json }: Answer) => json.checks['whatsapp:business-account'][0].code

/** The account is blocked by what its `health_status` says. */
const blocked: Speak = rewritten((json) => ({
  ...json,
  ...(json.health_status === undefined
    ? {}
    : {
        health_status: {
          can_send_message: 'BLOCKED',
          entities: [
            {
              entity_type: 'WABA',
              id: json.id,
              can_send_message: 'BLOCKED',
              errors: [{ error_code: 141_006, error_description: 'There is an error with the payment method.' }],
            },
          ],
        },
      }),
}))
const refusing = (refusal: Speak): Speak => {
  return (request) => (request.url.includes('health_status') ? refusal : blocked)(request)
}

/** Waits for three further rounds that ask for the account. */
async function rounds(graph: PartedGraph): Promise<void> {
  await graph.further('/debug_token', 4)
}

forOneRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  describe('a blocked account stays blocked', () => {
    const rows = [
      ['where its health is too much to ask for', refusing(TOO_MUCH), 'pass'],
      ['where all its fields are too much to ask for', TOO_MUCH, 'warn'],
      ['where it is not answered', BROKEN, 'warn'],
    ] as const
    for (const [what, words, reachability] of rows)
      onOne(`${what}, and nothing drifts`, async () => {
        await using graph = startParted({ account: blocked })
        await using program = start(runtime, ['serve'], { ...graph.env, ...EVERY_SECOND })
        await program.port()
        expect(accountCode(await program.ask('/health/token'))).toBe('account.blocked')
        graph.say({ account: words })
        await rounds(graph)
        const answer = await program.ask('/health/token')
        expect([answer.status, answer.json.status, accountCode(answer)]).toEqual([200, 'warn', 'account.blocked'])
        expect(answer.json.checks['graph:reachability']).toMatchObject([{ status: reachability }])
        expect(program.lines('token.drift')).toEqual([])
      })
  })

  describe('a field', () => {
    const asksForHealth = async (refusal: Speak, heard: string[]) => {
      await using graph = startParted()
      await using program = start(runtime, ['serve'], { ...graph.env, ...EVERY_SECOND })
      await program.port()
      graph.say({
        account: (request) => {
          const isAsked = request.url.includes('health_status')
          heard.push(isAsked ? 'with' : 'without')
          return (isAsked ? refusal : blocked)(request)
        },
      })
      await rounds(graph)
    }

    onOne('that is gone is asked for once', async () => {
      const heard: string[] = []
      await asksForHealth(GONE, heard)
      expect([heard.filter((each) => each === 'with').length, heard.length > 3]).toEqual([1, true])
    })

    onOne('that was too much is asked for again', async () => {
      const heard: string[] = []
      await asksForHealth(TOO_MUCH, heard)
      expect(heard.slice(0, 4)).toEqual(['with', 'without', 'with', 'without'])
    })
  })

  describe('lists', () => {
    for (const [what, paging] of [
      ['cut off', { next: 'https://graph.facebook.com/next' }],
      ['repeated', { cursors: { after: 'MTA' }, next: 'https://graph.facebook.com/next' }],
    ] as const)
      onOne(`that are ${what} make no number foreign`, async () => {
        await using graph = startParted()
        await using program = start(runtime, ['serve'], { ...graph.env, ...EVERY_SECOND })
        await program.port()
        graph.say({ phone_numbers: rewritten(() => ({ data: [{ id: '1' }], paging })) })
        await program.waitFor('check.unverified')
        await rounds(graph)
        const answer = await program.ask('/health/token')
        expect([answer.status, answer.json.status]).toEqual([200, 'warn'])
        expect(answer.text).not.toContain('phone.foreign')
        expect(program.lines('check.refusal_suspected')).toEqual([])
      })
  })
})
