import { describe, expect } from 'bun:test'
import { endOfVersion } from '../../src/verification/versions.ts'
import { independentlyOnOne, withoutStart } from './concurrent.ts'
import { variables, without } from './graph.ts'
import { forOneRuntime, run, type Environment, type Runtime } from './harness.ts'
import { runHere } from './here.ts'
import { BROKEN, headed, NOT_VISIBLE, rewritten, says, startParted, withData, type Speak, type Words } from './parts.ts'

/** Single answers from Graph, and what one check reports about them. */

const DAY_MS = 86_400_000
const NONE: Environment = {}
const { WHATSAPP_PHONE_NUMBER_ID: PHONE = '' } = variables('')

type Coded = { readonly code: string }
type Finding = Coded & { readonly causes: readonly { readonly name: string }[] }
type Report = { readonly status: string; readonly findings: readonly Finding[]; readonly notes: readonly Coded[] }

const codesOf = (list: readonly Coded[]) => list.map(({ code }) => code)

const ARGS = ['check', '--json', '--once']

async function checked(runtime: Runtime, words: Words, env: Environment = NONE, unset: readonly string[] = []) {
  await using graph = startParted(words)
  const { code, stdout } = await runHere(runtime, ARGS, { ...without(graph.env, ...unset), ...env })
  return { code, report: JSON.parse(stdout) as Report, asked: graph.partsSince(0) }
}

const NO_ALIAS = `(#803) Some of the aliases you requested do not exist: ${PHONE}`
const NO_OBJECT =
  'Object does not exist, cannot be loaded due to missing permission or reviewable feature, or does not support this operation.'
const MISSING_PERMISSION = says(100, '(#100) Missing Permission')
const NO_ACCESS = says(200, '(#200) Requires business_management permission', { status: 403 })
const NEWER = headed(() => ({ 'facebook-api-version': 'v26.0' }))
const BUSINESS = says(100, '(#100) Tried accessing nonexisting field (name) on node type (Business)')
const CUT = { next: 'https://graph.facebook.com/next' }
const REPEATED = { cursors: { after: 'MTA' }, next: 'https://graph.facebook.com/next' }

const listed = (paging: object): Speak => rewritten(() => ({ data: [{ id: '1' }], paging }))
const accountWith = (change: object) => rewritten((json) => ({ ...json, ...change }))
const inMonths = (months: number) => Math.floor(Date.now() / 1_000) + months * 30 * 86_400
const raw = (change: (text: string) => string) => rewritten((json) => change(JSON.stringify(json)))
const HOSTILE_NUMBER = `${'1'.repeat(65_536)}e`

type Row = {
  readonly what: string
  readonly words: Words
  readonly code: 0 | 75 | 77
  readonly findings?: readonly string[]
  readonly notes?: readonly string[]
  readonly env?: Environment
  readonly unset?: readonly string[]
}

const ROWS: readonly Row[] = [
  {
    what: 'no alias of that name for the number',
    words: { phone: says(803, NO_ALIAS, { status: 404 }) },
    code: 77,
    findings: ['phone.unassigned'],
  },
  ...[100, 10].map((code): Row => ({
    what: `no object, as ${code}, for the account`,
    words: { account: says(code, `(#${code}) ${NO_OBJECT}`) },
    code: 77,
    findings: ['account.unassigned'],
  })),
  {
    what: 'no permission on the account, whose number can be read',
    words: { account: MISSING_PERMISSION },
    code: 0,
    findings: ['account.unassigned'],
  },
  {
    what: 'no permission on the account, nor on the number',
    words: { account: MISSING_PERMISSION, phone: NOT_VISIBLE },
    code: 77,
    findings: ['account.unassigned'],
  },
  {
    what: 'no permission on the account, and no answer about the number',
    words: { account: MISSING_PERMISSION, phone: BROKEN },
    code: 77,
    findings: ['account.unassigned', 'graph.failing'],
  },
  {
    what: 'no permission on the account, and no number is configured',
    words: { account: MISSING_PERMISSION },
    code: 77,
    findings: ['account.unassigned'],
    unset: ['WHATSAPP_PHONE_NUMBER_ID'],
    notes: ['not_verified'],
  },
  {
    what: 'a newer version',
    words: { all: NEWER },
    code: 0,
    notes: ['graph.version_newer'],
    env: { GRAPH_API_VERSION: 'v25.0' },
  },
  {
    what: 'a passing fault within a verdict',
    words: {
      debug_token: withData({ is_valid: false, error: { code: 2, message: 'Service temporarily unavailable' } }),
    },
    code: 75,
    findings: ['graph.failing'],
  },
  {
    what: 'throttling within a verdict',
    words: { debug_token: withData({ is_valid: false, error: { code: 4, message: 'x' } }) },
    code: 75,
    findings: ['graph.rate_limited'],
  },
  {
    what: 'a target that is no number',
    words: { debug_token: withData({ granular_scopes: [{ scope: 'ads_read', target_ids: ['act_123', 'cat_9'] }] }) },
    code: 0,
  },
  {
    what: 'a long fraction in an unknown field',
    words: { debug_token: raw((text) => text.replace('{"data":{', '{"data":{"weight":0.30000000000000004,')) },
    code: 0,
  },
  { what: 'the id of a business', words: { account: BUSINESS }, code: 77, findings: ['account.wrong_kind'] },
  { what: 'a list that is cut off', words: { phone_numbers: listed(CUT) }, code: 0, findings: ['graph.nonsense'] },
  {
    what: 'a list that repeats itself',
    words: { phone_numbers: listed(REPEATED) },
    code: 0,
    findings: ['graph.nonsense'],
  },
  {
    what: 'an account that is disabled',
    words: { account: accountWith({ status: 'DISABLED' }) },
    code: 0,
    findings: ['account.blocked'],
  },
  {
    what: 'a rejected account',
    words: { account: accountWith({ account_review_status: 'REJECTED' }) },
    code: 0,
    findings: ['account.blocked'],
  },
  {
    what: 'an account with an unknown status',
    words: { account: accountWith({ status: 'DREAMING' }) },
    code: 0,
    notes: ['status_unknown'],
  },
  {
    what: 'no subscribed app, and META_APP_ID is not set',
    words: { subscribed_apps: rewritten(() => ({ data: [] })) },
    code: 0,
    findings: ['account.unsubscribed'],
    unset: ['META_APP_ID', 'META_APP_SECRET'],
  },
  {
    what: 'a list of subscribed apps that this token may not read',
    words: { subscribed_apps: NO_ACCESS },
    code: 0,
    notes: ['unreadable'],
  },
  {
    what: 'a list of numbers that this token may not read',
    words: { phone_numbers: NO_ACCESS },
    code: 0,
    notes: ['unreadable'],
  },
  {
    what: 'a date of one month ahead, and the token ends in a month',
    words: {
      debug_token: withData(
        () => ({ expires_at: inMonths(1) }),
        () => ({ date: new Date(Date.now() + 31 * DAY_MS).toUTCString() }),
      ),
    },
    code: 0,
    findings: ['clock.skewed'],
    env: { TOKEN_GUARD_EXPIRY: 'rotate' },
  },
]

forOneRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  describe('one answer', () => {
    for (const { what, words, code, findings = [], notes = [], env = NONE, unset = [] } of ROWS)
      withoutStart(`${what}: ${code} ${[...findings, ...notes].join(' ')}`, async () => {
        const ended = await checked(runtime, words, env, unset)
        const { status, findings: found, notes: noted } = ended.report
        expect([ended.code, codesOf(found), codesOf(noted)]).toEqual([code, [...findings], [...notes]])
        if (code === 0) expect(status).toBe(findings.length === 0 ? 'pass' : 'warn')
      })

    withoutStart('that says invalid and nothing more gets no invented reason', async () => {
      const { code, report } = await checked(runtime, { debug_token: rewritten(() => ({ data: { is_valid: false } })) })
      const causes = report.findings.map((finding) => [finding.code, finding.causes[0]?.name])
      expect([code, causes]).toEqual([77, [['token.invalid', 'unexplained']]])
    })

    withoutStart('of a newer version is no warning under --strict', async () => {
      await using graph = startParted({ all: NEWER })
      const env = { ...graph.env, GRAPH_API_VERSION: 'v25.0' }
      expect((await runHere(runtime, ['check', '--strict', '--once'], env)).code).toBe(0)
    })

    onOne('that is built to take long to read takes little time', async () => {
      let askedMs = Number.POSITIVE_INFINITY
      const body: Speak = () => {
        askedMs = Math.min(askedMs, performance.now())
        return new Response(HOSTILE_NUMBER, { headers: { 'content-type': 'application/json' } })
      }
      await using graph = startParted({ all: body })
      const { code, stdout } = await run(runtime, ARGS, graph.env)
      // From the first question to the end of the program.
      expect(performance.now() - askedMs).toBeLessThan(3_000)
      expect([code, codesOf((JSON.parse(stdout) as Report).findings)]).toEqual([75, ['graph.nonsense']])
    })

    withoutStart('of a list that repeats itself is asked for no more', async () => {
      const { asked } = await checked(runtime, { phone_numbers: listed(REPEATED) })
      expect(asked.filter((part) => part === 'phone_numbers')).toHaveLength(2)
    })
  })

  describe('a field that Graph no longer has', () => {
    // v23.0 names no kind of node.
    for (const kind of [' on node type (WhatsAppBusinessAccount)', ''])
      withoutStart(`is not asked for any more, and the rest is read${kind}`, async () => {
        const refusal = says(100, `(#100) Tried accessing nonexisting field (health_status)${kind}`)
        const words: Words = {
          account: (request) => (request.url.includes('health_status') ? refusal : rewritten())(request),
        }
        const { code, report, asked } = await checked(runtime, words)
        expect([code, report.status, codesOf(report.findings)]).toEqual([0, 'pass', []])
        expect(asked.filter((part) => part === 'account')).toHaveLength(2)
      })
  })

  describe('a version', () => {
    for (const version of ['v21.0', 'v22.0', 'v23.0', 'v25.0'])
      withoutStart(`that ends within ninety days is a note: ${version}`, async () => {
        const words = { all: headed(() => ({ 'facebook-api-version': version })) }
        const { code, report } = await checked(runtime, words, { GRAPH_API_VERSION: version })
        const leftMs = (endOfVersion(version) ?? Number.NaN) - Date.now()
        expect([code, codesOf(report.notes)]).toEqual([0, leftMs <= 90 * DAY_MS ? ['graph.version_ends'] : []])
      })
  })
})
