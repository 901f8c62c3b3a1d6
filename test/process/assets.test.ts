import { describe, expect } from 'bun:test'
import { independentlyOnOne, withoutStart } from './concurrent.ts'
import { startGraph, variables } from './graph.ts'
import { forOneRuntime, run, type Environment } from './harness.ts'
import { runHere } from './here.ts'

const {
  WHATSAPP_BUSINESS_ACCOUNT_ID: ACCOUNT = '',
  WHATSAPP_PHONE_NUMBER_ID: NUMBER = '',
  META_APP_ID: APP = '',
} = variables('')
const BUSINESS = '504030201060708'
const UNKNOWN_ID = '999999999999999'

const account = (id: string): Environment => ({ WHATSAPP_BUSINESS_ACCOUNT_ID: id })
const numbers = (...ids: readonly string[]): Environment => ({ WHATSAPP_PHONE_NUMBER_ID: ids.join(',') })

/** A slip in one variable gives exactly one cause. */
const SLIPS: readonly (readonly [what: string, env: Environment, findings: readonly string[]])[] = [
  ["a number's id for the account's", account(NUMBER), ['account.wrong_kind']],
  ["the business's id for the account's", account(BUSINESS), ['account.wrong_kind']],
  ["an app's id for the account's", account(APP), ['account.wrong_kind']],
  ['an unknown account', account(UNKNOWN_ID), ['account.unassigned']],
  ["the account's id for the number's", numbers(ACCOUNT), ['phone.wrong_kind']],
  ['an unknown number', numbers(UNKNOWN_ID), ['phone.unassigned']],
  ['one good and one unknown number', numbers(NUMBER, UNKNOWN_ID), ['phone.unassigned']],
  ['a number twice', numbers(NUMBER, NUMBER), []],
]

forOneRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  describe('an id that is', () => {
    for (const [what, env, findings] of SLIPS)
      withoutStart(`${what}: ${findings.join(' and ') || 'verified'}`, async () => {
        await using graph = startGraph()
        const { code, stdout } = await runHere(runtime, ['check', '--json'], { ...graph.env, ...env })
        const codes = JSON.parse(stdout).findings.map((finding: { readonly code: string }) => finding.code)
        expect([codes, code]).toEqual([[...findings], findings.length === 0 ? 0 : 77])
      })
  })

  describe('the numbers of the account', () => {
    onOne('are read page by page, by the cursor', async () => {
      const asked: URL[] = []
      await using graph = startGraph('permanent', {
        answer: (request, path) => {
          const url = new URL(request.url)
          if (!path.endsWith('/phone_numbers')) return undefined
          asked.push(url)
          const page = Number(url.searchParams.get('after') ?? 0)
          const next = `${url.origin}/v25.0/${ACCOUNT}/phone_numbers?access_token=SECRET&after=${page + 1}`
          const data = [{ id: page === 2 ? NUMBER : `${UNKNOWN_ID}${page}` }]
          const paging = { cursors: { before: 'x', after: String(page + 1) }, ...(page === 2 ? {} : { next }) }
          return Response.json({ data, paging })
        },
      })
      expect((await run(runtime, ['check'], graph.env)).code).toBe(0)
      expect(asked.map(({ searchParams }) => searchParams.get('after'))).toEqual([null, '1', '2'])
      expect(asked.every(({ searchParams }) => searchParams.get('limit') === '100')).toBe(true)
      expect(asked.some(({ searchParams }) => searchParams.has('access_token'))).toBe(false)
    })
  })
})
