import { describe, expect, test } from 'bun:test'
import { SCENARIO_NAMES, type ScenarioName } from '../../src/sandbox/sandbox.ts'
import { check } from '../schemas/check.ts'
import { expectFit } from '../schemas/fit.ts'
import { independently, independentlyOnOne, withoutStart } from './concurrent.ts'
import { startGraph, without, type Graph } from './graph.ts'
import { forEachRuntime, forOneRuntime, run, start, type Environment, type Runtime } from './harness.ts'
import { runHere } from './here.ts'

/** Who inspects: the app by its own token, or the token itself. */
type Inspector = 'app' | 'self' | 'app id alone'
type Row = readonly [
  scenario: ScenarioName,
  inspector: Inspector | 'either',
  code: 0 | 75 | 77 | 78,
  status: 'pass' | 'warn' | 'fail',
  findings: readonly string[],
  env?: Environment,
]

const NONE: Environment = {}
const NEVER: Environment = { TOKEN_GUARD_EXPIRY: 'never' }
const ROTATE: Environment = { TOKEN_GUARD_EXPIRY: 'rotate' }
const TEMPORARY = { TOKEN_GUARD_EXPIRY: 'temporary' }
const SHORT: Environment = { TOKEN_GUARD_BOOT_TIMEOUT: '2s' }
const MESSAGING = 'business_management,whatsapp_business_messaging'
const EITHER_SCOPE = {
  TOKEN_GUARD_REQUIRED_SCOPES: `${MESSAGING},whatsapp_business_management|whatsapp_business_manage_events`,
}
const WEBHOOK = { WHATSAPP_WEBHOOK_URL: 'https://example.com/wa_webhook' }
const FAIL_ON = { TOKEN_GUARD_FAIL_ON: 'account.unassigned,account.blocked' }
const NO_MANAGEMENT = { TOKEN_GUARD_REQUIRED_SCOPES: MESSAGING }

/** Derived from the documented behaviour, not from the code. */
const ROWS: readonly Row[] = [
  ['permanent', 'either', 0, 'pass', []],
  ['permanent', 'app', 0, 'pass', [], ROTATE],
  ['permanent', 'self', 0, 'pass', [], TEMPORARY],
  ['temporary', 'either', 77, 'fail', ['token.expires', 'token.type'], NEVER],
  ['temporary', 'either', 0, 'warn', ['token.type', 'token.expires_soon'], ROTATE],
  ['temporary', 'either', 0, 'warn', ['token.type', 'token.expires_soon'], TEMPORARY],
  ['sixty-days', 'either', 77, 'fail', ['token.expires']],
  ['sixty-days', 'either', 0, 'pass', [], ROTATE],
  ['sixty-days', 'app', 0, 'pass', [], TEMPORARY],
  ['sixty-days', 'app', 0, 'pass', [], { ...TEMPORARY, TOKEN_GUARD_ROTATE_BEFORE: '24d' }],
  ['expired', 'either', 77, 'fail', ['token.expired']],
  ['expired', 'app', 77, 'fail', ['token.expired'], ROTATE],
  ['expired', 'app', 77, 'fail', ['token.expired'], TEMPORARY],
  ['revoked', 'either', 77, 'fail', ['token.revoked']],
  ['password-changed', 'either', 77, 'fail', ['token.revoked']],
  ['app-removed', 'either', 77, 'fail', ['token.revoked']],
  ['garbage', 'either', 77, 'fail', ['token.invalid']],
  ['wrong-app', 'app', 77, 'fail', ['app.mismatch']],
  ['wrong-app', 'app id alone', 77, 'fail', ['app.mismatch']],
  ['wrong-app', 'self', 0, 'pass', []],
  ['wrong-secret', 'app', 78, 'fail', ['inspector.rejected']],
  ['wrong-secret', 'self', 0, 'pass', []],
  ['self-inspection-denied', 'app', 0, 'pass', []],
  ['self-inspection-denied', 'self', 78, 'fail', ['inspector.denied']],
  ['proof-required', 'app', 0, 'pass', []],
  ['proof-required', 'self', 78, 'fail', ['inspector.proof_required']],
  ['scope-missing', 'either', 77, 'fail', ['scope.missing']],
  ['renamed-scope', 'either', 77, 'fail', ['scope.missing']],
  ['renamed-scope', 'either', 0, 'pass', [], EITHER_SCOPE],
  ['renamed-scope', 'app', 0, 'pass', [], NO_MANAGEMENT],
  ['account-unassigned', 'either', 77, 'fail', ['account.unassigned']],
  ['account-lost-in-targets', 'either', 77, 'fail', ['account.unassigned']],
  ['account-locked', 'either', 0, 'warn', ['account.blocked', 'phone.blocked']],
  ['phone-unassigned', 'either', 77, 'fail', ['phone.unassigned']],
  ['phone-foreign', 'either', 77, 'fail', ['phone.foreign']],
  ['phone-blocked', 'either', 0, 'warn', ['phone.blocked']],
  // Graph reports the account in the number's own health too.
  ['payment-missing', 'either', 0, 'warn', ['account.blocked', 'phone.blocked']],
  ['name-declined', 'either', 0, 'warn', ['phone.blocked']],
  ['unsubscribed', 'either', 0, 'warn', ['account.unsubscribed']],
  ['nobody-subscribed', 'either', 0, 'warn', ['account.unsubscribed']],
  ['webhooks-elsewhere', 'either', 0, 'pass', []],
  ['webhooks-elsewhere', 'either', 0, 'warn', ['account.webhook_elsewhere'], WEBHOOK],
  ['permanent', 'app', 0, 'pass', [], WEBHOOK],
  ['webhook-without-messages', 'app', 0, 'warn', ['account.webhook_fields']],
  ['webhook-without-messages', 'self', 0, 'pass', []],
  ['checkpoint', 'either', 77, 'fail', ['token.revoked']],
  ['app-deleted', 'either', 77, 'fail', ['token.revoked']],
  ['app-blocked', 'either', 77, 'fail', ['app.blocked']],
  ['address-denied', 'app', 78, 'fail', ['app.address_denied']],
  ['address-denied', 'self', 0, 'pass', []],
  ['secret-reset', 'app', 77, 'fail', ['token.revoked', 'inspector.rejected']],
  ['secret-reset', 'self', 77, 'fail', ['token.revoked']],
  ['account-permission', 'either', 0, 'warn', ['account.unassigned']],
  ['account-permission', 'app', 77, 'fail', ['account.unassigned'], FAIL_ON],
  ['account-disabled', 'either', 0, 'warn', ['account.blocked']],
  ['account-disabled', 'app', 77, 'fail', ['account.blocked'], FAIL_ON],
  ['account-rejected', 'either', 0, 'warn', ['account.blocked']],
  ['page-as-account', 'either', 77, 'fail', ['account.unassigned']],
  ['never-registered', 'either', 0, 'warn', ['phone.blocked']],
  ['telephone-number', 'either', 77, 'fail', ['phone.unassigned']],
  ['numbers-cut', 'either', 0, 'warn', ['graph.nonsense'], SHORT],
  ['newer-version', 'either', 0, 'pass', []],
  ['wait-on-good', 'either', 0, 'pass', []],
  ['rate-limited', 'either', 75, 'fail', ['graph.rate_limited'], SHORT],
  ['failing', 'either', 75, 'fail', ['graph.failing'], SHORT],
  ['slow', 'app', 0, 'pass', []],
  ['hanging', 'either', 75, 'fail', ['graph.unreachable'], SHORT],
  ['nonsense', 'either', 75, 'fail', ['graph.nonsense'], SHORT],
  ['refusing-share', 'either', 0, 'pass', []],
  ['odd-once', 'either', 0, 'pass', []],
  ['flapping', 'app', 0, 'pass', []],
]

const OUTCOMES = { 0: 'verified', 75: 'unverified', 77: 'refused', 78: 'unverified' } as const

const CASES = ROWS.flatMap(([scenario, inspector, code, status, findings, env = NONE]) => {
  const withFindings = findings.length === 0 ? '' : ` with ${findings.join(' and ')}`
  const settings = Object.entries(env).filter(([name]) => /EXPIRY|ROTATE|SCOPES|WEBHOOK|FAIL_ON/.test(name))
  return (inspector === 'either' ? (['app', 'self'] as const) : [inspector]).map((who) => ({
    scenario,
    inspector: who,
    code,
    status,
    findings: findings.toSorted(),
    env,
    name: [scenario, `inspected by ${who}`, ...settings.map(([key, value]) => `${key}=${value}`)].join(', '),
    ending: `${OUTCOMES[code]} (${code})${withFindings}`,
  }))
})

function envOf(graph: Graph, inspector: Inspector): Environment {
  if (inspector === 'app id alone') return without(graph.env, 'META_APP_SECRET')
  return inspector === 'app' ? graph.env : graph.selfEnv
}

test('every scenario is in the table', () => {
  expect([...new Set(ROWS.map(([scenario]) => scenario))].toSorted()).toEqual([...SCENARIO_NAMES].toSorted())
})

const codesOf = (findings: readonly { readonly code: string }[]) => findings.map(({ code }) => code).toSorted()

/** One of each ending and inspector, which starts the program; the other rows say the same within this process. */
const STARTED = CASES.filter(({ code, status, inspector }, at) => {
  const isAlike = (other: (typeof CASES)[number]) =>
    other.code === code && other.status === status && other.inspector === inspector
  return CASES.findIndex(isAlike) === at
})

forOneRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  describe('check --json ends', () => {
    for (const row of CASES) {
      const { scenario, inspector, code, status, findings, env, name, ending } = row
      const isStarted = STARTED.includes(row)
      const [tries, runs] = isStarted ? [onOne, run] : [withoutStart, runHere]
      tries(`${name}: ${ending}`, async () => {
        await using graph = startGraph(scenario)
        const ended = await runs(runtime, ['check', '--json'], { ...envOf(graph, inspector), ...env })
        const document = JSON.parse(ended.stdout)
        expectFit(check, document, scenario)
        expect({ ...document, findings: codesOf(document.findings) }).toMatchObject({
          version: 1,
          status,
          outcome: OUTCOMES[code],
          exitCode: code,
          findings,
          faults: [],
        })
        expect([ended.code, document.checkedAt === null, document.facts === null]).toEqual([code, false, false])
      })
    }
  })
})

/** One of each ending: the verdicts themselves are the same as those of `check`. */
const SERVED: readonly ScenarioName[] = ['permanent', 'phone-blocked', 'revoked', 'wrong-secret', 'failing']

forEachRuntime((runtime) => {
  describe('serve starts or refuses', () => {
    const rows = CASES.filter(({ scenario, inspector, env }) => {
      return SERVED.includes(scenario) && inspector === 'app' && [NONE, SHORT].includes(env)
    })
    test('each ending is among them', () => {
      expect([...new Set(rows.map(({ code }) => code))].toSorted()).toEqual([0, 75, 77, 78])
    })
    for (const { scenario, inspector, code, findings, env, status, name, ending } of rows)
      independently(`${name}: ${ending}`, async () => {
        await using graph = startGraph(scenario)
        await serveEnds(runtime, { ...envOf(graph, inspector), ...env }, { code, status, findings })
      })
  })
})

type Expected = { readonly code: number; readonly status: string; readonly findings: readonly string[] }

async function serveEnds(runtime: Runtime, env: Environment, { code, status, findings }: Expected): Promise<void> {
  await using program = start(runtime, ['serve'], env)
  if (code === 0) {
    const verified = await program.waitFor('boot.verified')
    expect(codesOf(verified['findings'])).toEqual([...findings])
    const answer = await program.ask('/health/token')
    expect([answer.status, answer.json.status]).toEqual([200, status])
    return
  }
  expect(await program.exit).toEqual({ code, signal: null })
  const refused = program.lines(code === 75 ? 'boot.unverified' : 'boot.refused')
  expect(refused.map((line) => [line['exitCode'], codesOf(line['findings'])])).toEqual([[code, [...findings]]])
  expect(program.lines('server.listening')).toEqual([])
}
