import { describe, expect } from 'bun:test'
import { independently } from './concurrent.ts'
import { graphError, startGraph, variables, without } from './graph.ts'
import { forEachRuntime, run } from './harness.ts'

/** The findings that no scenario plays: one odd thing in an answer that is good otherwise. */

const DAY_SECONDS = 86_400
const inDays = (days: number) => Math.floor(Date.now() / 1_000) + days * DAY_SECONDS
const GOOD = {
  is_valid: true,
  type: 'SYSTEM_USER',
  app_id: variables('')['META_APP_ID'],
  user_id: '122100987654321',
  scopes: ['business_management', 'whatsapp_business_messaging', 'whatsapp_business_management'],
  expires_at: 0,
  data_access_expires_at: 0,
  issued_at: 1_700_000_000,
}
const token = (changes: object, headers: Record<string, string> = {}) =>
  Response.json({ data: { ...GOOD, ...changes } }, { headers })

const NOT_SHOWN = 'Unsupported post request. Object with ID does not exist, cannot be loaded due to missing permissions'
const NO_FIELD = '(#100) Tried accessing nonexisting field (x) on node type (Business)'

type Row = readonly [what: string, answer: () => Response, code: number, findings: readonly string[]]

const ROWS: readonly Row[] = [
  ['the token as the guide makes it', () => token({}), 0, []],
  ['ids as numbers, no type, fields that nobody knows', () => token({ app_id: Number(GOOD.app_id), x: 1 }), 0, []],
  ['no type', () => token({ type: undefined }), 0, ['token.type']],
  ["a page's token", () => token({ type: 'PAGE', scopes: [] }), 77, ['token.type']],
  ["an app's token", () => token({ type: 'APP', scopes: [], expires_at: undefined }), 77, ['token.type']],
  [
    'data access that ends in a week',
    () => token({ data_access_expires_at: inDays(7) }),
    0,
    ['token.data_access_expires'],
  ],
  ['data access that has ended', () => token({ data_access_expires_at: inDays(-1) }), 0, ['token.data_access_expires']],
  ['an end that has passed', () => token({ expires_at: inDays(-1) }), 77, ['token.expired']],
  ['an older version', () => token({}, { 'facebook-api-version': 'v22.0' }), 0, ['graph.version_forwarded']],
  [
    'a clock five minutes ahead',
    () => token({}, { date: new Date(Date.now() + 300_000).toUTCString() }),
    0,
    ['clock.skewed'],
  ],
  [
    'one app, without a single scope',
    () => token({ scopes: [] }),
    77,
    ['scope.missing', 'scope.missing', 'scope.missing'],
  ],
  ['no end at all', () => token({ expires_at: undefined }), 75, ['graph.nonsense']],
  ['an end in milliseconds', () => token({ expires_at: inDays(60) * 1_000 }), 75, ['graph.nonsense']],
  ['is_valid as a text', () => token({ is_valid: 'true' }), 75, ['graph.nonsense']],
  ['an error that nobody knows', () => graphError(400, { code: 4_711, message: 'new' }), 75, ['graph.unrecognised']],
  [
    'an error about an object',
    () => graphError(400, { code: 100, error_subcode: 33, message: NOT_SHOWN }),
    75,
    ['graph.unrecognised'],
  ],
  ['an error about a field', () => graphError(400, { code: 100, message: NO_FIELD }), 75, ['graph.unrecognised']],
  ['an error of a locked account', () => graphError(400, { code: 368, message: 'x' }), 75, ['graph.unrecognised']],
  [
    'an unknown version',
    () => graphError(400, { code: 2500, message: 'Unknown path components: /debug_token' }),
    78,
    ['graph.version_unknown'],
  ],
  ['a redirect', () => new Response(null, { status: 302, headers: { location: '/' } }), 75, ['graph.nonsense']],
]

forEachRuntime((runtime) => {
  describe('Graph answers with', () => {
    for (const [what, answer, code, findings] of ROWS)
      independently(`${what}: ${code} ${findings.join(' ')}`, async () => {
        await using graph = startGraph('permanent', { answer })
        const env = without(graph.env, 'WHATSAPP_BUSINESS_ACCOUNT_ID', 'WHATSAPP_PHONE_NUMBER_ID')
        const ended = await run(runtime, ['check', '--json', '--once'], env)
        const told = JSON.parse(ended.stdout).findings
        expect([told.map((finding: { readonly code: string }) => finding.code), ended.code]).toEqual([
          [...findings],
          code,
        ])
        for (const { severity, expected, observed, remedy, step } of told) {
          expect(['fail', 'warn', 'unverified']).toContain(severity)
          expect([expected, observed, remedy].every((text) => typeof text === 'string' && text.length > 3)).toBe(true)
          expect(step === null || (step >= 1 && step <= 6)).toBe(true)
        }
      })
  })
})
