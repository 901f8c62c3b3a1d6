import { describe, expect } from 'bun:test'
import type { ScenarioName } from '../../src/sandbox/sandbox.ts'
import { independentlyOnOne } from './concurrent.ts'
import { startGraph } from './graph.ts'
import { forOneRuntime, start, type Program } from './harness.ts'

type Change = readonly [field: string, before: unknown, after: unknown]
type Row = {
  readonly to: ScenarioName
  /** The changes as the log shows them. The change back is the reverse. */
  readonly drift: readonly Change[]
  readonly severity: 'error' | 'warn'
  /** What the verdict or the status then shows. */
  readonly findings: readonly string[]
  readonly httpStatus: 200 | 503
}

const ALL = ['business_management', 'public_profile', 'whatsapp_business_management', 'whatsapp_business_messaging']
const REFUSED = { severity: 'error', httpStatus: 503 } as const
const WARNED = { severity: 'error', httpStatus: 200 } as const
const isLive: Change = ['validity', true, false]

const ROWS: readonly Row[] = [
  { to: 'revoked', drift: [isLive], findings: ['token.revoked'], ...REFUSED },
  { to: 'expired', drift: [isLive], findings: ['token.expired'], ...REFUSED },
  { to: 'garbage', drift: [isLive], findings: ['token.invalid'], ...REFUSED },
  {
    to: 'scope-missing',
    drift: [['scopes', ALL, ALL.filter((scope) => scope !== 'whatsapp_business_management')]],
    findings: ['scope.missing'],
    ...REFUSED,
  },
  {
    to: 'account-unassigned',
    drift: [['account.reachable', true, false]],
    findings: ['account.unassigned'],
    ...REFUSED,
  },
  { to: 'phone-unassigned', drift: [['phone.reachable', true, false]], findings: ['phone.unassigned'], ...REFUSED },
  {
    to: 'phone-blocked',
    drift: [['phone.can_send_message', 'AVAILABLE', 'BLOCKED']],
    findings: ['phone.blocked'],
    ...WARNED,
  },
  { to: 'unsubscribed', drift: [['account.subscribed', true, false]], findings: ['account.unsubscribed'], ...WARNED },
]

const EVERY_SECOND = { TOKEN_GUARD_CHECK_INTERVAL: '1s', TOKEN_GUARD_ASSET_INTERVAL: '1s' }

/** Field, before, after and severity of the drift logged so far, for the fields of interest only. */
function driftOf(program: Program, fields: readonly string[]): readonly unknown[] {
  return program
    .lines('token.drift')
    .filter(({ field }) => fields.includes(field))
    .map(({ field, before, after, severity }) => [field, before, after, severity])
}

forOneRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  // The longest ones begin first.
  describe('readiness', () => {
    for (const [readiness, status] of [
      ['process', 200],
      ['token', 503],
    ] as const)
      onOne(`with TOKEN_GUARD_READINESS=${readiness} is ${status} once the token is refused`, async () => {
        await using graph = startGraph()
        await using program = start(runtime, ['serve'], {
          ...graph.env,
          ...EVERY_SECOND,
          TOKEN_GUARD_READINESS: readiness,
        })
        await program.waitFor('server.listening')
        expect((await program.ask('/health/ready')).status).toBe(200)
        graph.play('revoked')
        await program.waitFor('token.refused')
        expect((await program.ask('/health/ready')).status).toBe(status)
        expect((await program.ask('/health/live')).status).toBe(200)
      })

    onOne('an expiring token fails when its known expiry passes, without an answer from Graph', async () => {
      const endsAt = Math.floor(Date.now() / 1_000) + 6
      let isSilent = false
      await using graph = startGraph('permanent', {
        answer: (_request, path) => {
          if (path !== '/debug_token') return undefined
          if (isSilent) return new Response('', { status: 503 })
          return Response.json({ data: { ...LIVE, app_id: graph.env['META_APP_ID'], expires_at: endsAt } })
        },
      })
      await using program = start(runtime, ['serve'], { ...graph.env, TOKEN_GUARD_EXPIRY: 'rotate' })
      await program.waitFor('token.expires_soon')
      expect((await program.ask('/health/token')).status).toBe(200)
      isSilent = true
      const refused = await program.waitFor('token.refused')
      expect(Date.now()).toBeGreaterThanOrEqual(endsAt * 1_000)
      expect(refused['findings'].map((finding: any) => finding.code)).toEqual(['token.expired'])
      expect((await program.ask('/health/token')).status).toBe(503)
    })
  })

  describe('in service', () => {
    onOne('ten intervals are ten requests, and one more for each suspected refusal', async () => {
      await using graph = startGraph()
      const env = {
        ...graph.env,
        TOKEN_GUARD_CHECK_INTERVAL: '1s',
        TOKEN_GUARD_ASSET_INTERVAL: '24h',
        LOG_LEVEL: 'debug',
      }
      await using program = start(runtime, ['serve'], env)
      await program.waitFor('server.listening')
      const atBoot = graph.asked.length
      await program.until('ten checks', () => program.lines('check.verified').length === 10 || undefined)
      expect(graph.asked.slice(atBoot)).toEqual(Array.from({ length: 10 }, () => '/debug_token'))
    })

    for (const { to, drift, severity, findings, httpStatus } of ROWS)
      onOne(`a change to ${to} is logged once, and so is the change back`, async () => {
        await using graph = startGraph()
        await using program = start(runtime, ['serve'], { ...graph.env, ...EVERY_SECOND })
        await program.waitFor('server.listening')
        const fields = drift.map(([field]) => field)
        const isLogged = () => driftOf(program, fields).length === drift.length || undefined

        graph.play(to)
        await program.until('drift', isLogged)
        expect(driftOf(program, fields)).toEqual(drift.map((change) => [...change, severity]))
        const { status, json } = await program.askUntil('/health/token', (answer) => answer.json.status !== 'pass')
        const codes = Object.values<any>(json.checks).flatMap((entries) =>
          entries.flatMap(({ code }: any) => code ?? []),
        )
        expect([status, codes]).toEqual([httpStatus, [...findings]])
        await graph.further('/debug_token', 2)

        graph.play('permanent')
        await program.askUntil('/health/token', (answer) => answer.json.status === 'pass')
        await graph.further('/debug_token', 2)
        const back = drift.map(([field, before, after]) => [field, after, before, 'info'])
        expect(driftOf(program, fields)).toEqual([...drift.map((change) => [...change, severity]), ...back])
        const verdicts = program.lines().filter(({ event }) => /^token\.(refused|recovered)$/.test(event))
        expect(verdicts.map(({ event }) => event)).toEqual(
          httpStatus === 503 ? ['token.refused', 'token.recovered'] : [],
        )
      })

    onOne('one odd answer is neither drift nor a refusal', async () => {
      await using graph = startGraph()
      await using program = start(runtime, ['serve'], { ...graph.env, ...EVERY_SECOND })
      await program.waitFor('server.listening')
      graph.play('odd-once')
      await program.waitFor('check.refusal_suspected')
      await graph.further('/debug_token', 2)
      expect((await program.ask('/health/token')).json.status).toBe('pass')
      expect(program.lines().filter(({ event }) => event.startsWith('token.'))).toEqual([])
    })

    const MISSING: readonly (readonly [ScenarioName, string])[] = [
      ['failing', 'graph.failing'],
      ['nonsense', 'graph.nonsense'],
      ['rate-limited', 'graph.rate_limited'],
      ['hanging', 'graph.unreachable'],
    ]
    for (const [scenario, code] of MISSING)
      onOne(`${scenario} is no verdict: the last answer still counts, and the probe says what is missing`, async () => {
        await using graph = startGraph()
        const timeout = scenario === 'hanging' ? '2s' : '10s'
        const env = { ...graph.env, ...EVERY_SECOND, TOKEN_GUARD_CHECK_TIMEOUT: timeout }
        await using program = start(runtime, ['serve'], env)
        await program.waitFor('server.listening')
        graph.play(scenario)
        const line = await program.waitFor('check.unverified')
        expect(line['findings'].map((finding: any) => finding.code)).toEqual([code])
        const { status, json } = await program.ask('/health/token')
        expect([status, json.status]).toEqual([200, 'warn'])
        expect(json.checks['graph:reachability']).toMatchObject([{ status: 'warn', code }])
        expect(json.checks['token:validity']).toMatchObject([{ status: 'pass' }])
        expect(program.lines('token.drift')).toEqual([])
      })
  })

  describe('age', () => {
    const STALE = { ...EVERY_SECOND, TOKEN_GUARD_STALE_AFTER: '2s' }

    for (const [staleStatus, httpStatus] of [
      ['warn', 200],
      ['fail', 503],
    ] as const)
      onOne(`is logged once, as a ${staleStatus} with TOKEN_GUARD_STALE_STATUS=${staleStatus}`, async () => {
        await using graph = startGraph()
        const env = { ...graph.env, ...STALE, TOKEN_GUARD_STALE_STATUS: staleStatus, TOKEN_GUARD_READINESS: 'token' }
        await using program = start(runtime, ['serve'], env)
        await program.waitFor('server.listening')
        graph.play('failing')
        await program.waitFor('token.stale')
        const { status, json } = await program.ask('/health/token')
        expect([status, json.status]).toEqual([httpStatus, staleStatus])
        expect((await program.ask('/health/ready')).status).toBe(httpStatus)
        await graph.further('/debug_token', 2)
        graph.play('permanent')
        await program.waitFor('token.fresh')
        expect((await program.ask('/health/token')).json.status).toBe('pass')
        expect([program.lines('token.stale').length, program.lines('token.refused').length]).toEqual([1, 0])
      })

    onOne('grows while a check hangs, so the status does not stay pass', async () => {
      await using graph = startGraph()
      const env = { ...graph.env, ...STALE, TOKEN_GUARD_STALE_STATUS: 'fail', TOKEN_GUARD_CHECK_TIMEOUT: '9s' }
      await using program = start(runtime, ['serve'], env)
      await program.waitFor('server.listening')
      graph.play('hanging')
      await program.askUntil('/health/token', ({ status }) => status === 503)
      await program.waitFor('token.stale')
    })
  })
})

const LIVE = { type: 'SYSTEM_USER', is_valid: true, scopes: ALL, issued_at: 1_700_000_000, user_id: '1' }
