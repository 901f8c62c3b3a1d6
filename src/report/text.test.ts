import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { CAUSES, type CauseName } from '../verification/causes.ts'
import { anyAnswers, anyPolicy } from '../verification/facts.fake.ts'
import { makeFinding } from '../verification/finding.ts'
import { account, because, DAY_MS, deadToken, liveToken, NOW_MS } from '../verification/verification.fake.ts'
import { checkRows } from './checks.ts'
import { ALL_WELL, healthOf, silence, stateOf, type Heard } from './health.fake.ts'
import { styleOf, type Style } from './paint.ts'
import { faultsText, verificationText } from './text.ts'

const ESC = '\u001b'
const PLAIN = styleOf({ hasColours: false, columns: null })
const COLOURED = styleOf({ hasColours: true, columns: null })

const flat = (text: string) => text.replaceAll(/\s+/g, ' ')
const uncoloured = (text: string) => text.replaceAll(new RegExp(`${ESC}\\[[0-9;]*m`, 'g'), '')
const given = (heard: Heard, exitCode = 77) => ({
  graphName: 'graph.facebook.com v23.0',
  health: healthOf(heard),
  state: stateOf(heard),
  exitCode,
  tokenSource: null,
  conclusion: `What follows (exit ${exitCode}).`,
})
const report = (heard: Heard, style: Style = PLAIN) => verificationText(given(heard), style)

const REFUSED: Heard = { answers: [deadToken('revoked', because(190, 460, 'The session has been invalidated'))] }
const MANY: Heard = { answers: [liveToken({ scopes: [], expiresAt: NOW_MS + 60 * DAY_MS, type: 'USER' })] }

describe('the report', () => {
  test('ticks nothing that was not verified', () => {
    const edge = silence({ isRefusal: true, witness: { says: 'other' } })
    const said = report({ answers: [liveToken(), account()], silences: { subscriptions: edge } }, PLAIN)
    expect(said).toMatch(/– webhooks +not known/)
    expect(said).not.toMatch(/✓ webhooks/)
  })

  test.each([
    ['a revoked token', REFUSED],
    ['several findings', MANY],
    ['no answer', { silences: { token: silence() } }],
  ] as readonly (readonly [string, Heard])[])(
    'of %s shows each finding: code, what is wrong, expected, observed, remedy, step',
    (_what, heard) => {
      const text = flat(report(heard))
      const { findings } = healthOf(heard)
      expect(findings).not.toEqual([])
      for (const { code, summary, expected, observed, remedy, step } of findings) {
        for (const part of [code, summary, `expected ${expected}`, `Graph said ${observed}`, `what to do ${remedy}`])
          expect(text).toContain(part)
        if (step !== null) expect(text).toContain(`guide step ${step}: `)
      }
    },
  )

  test("quotes Graph's words: the report is for operators", () => {
    expect(flat(report(REFUSED))).toContain('error 190/460 "The session has been invalidated"')
  })

  test('shows which Graph was asked, and the consequence at its end', () => {
    const text = report(REFUSED)
    expect(text).toContain('graph.facebook.com v23.0')
    expect(text.trimEnd().split('\n').at(-1)?.trim()).toBe('What follows (exit 77).')
  })

  test('of a token without a fault has only passed checks', () => {
    const text = report({ answers: ALL_WELL })
    expect(text).toContain('✓')
    expect(text).not.toMatch(/[✗!]|what to do/)
  })

  test.each([
    ['a refusal', REFUSED, '✗ token.revoked'],
    ['a warning', { answers: [liveToken({ type: 'USER' })] }, '! token.type'],
    ['a missing answer', { silences: { token: silence() } }, '! graph.unreachable'],
    ['an asker that is refused', { silences: { token: silence({ code: 'inspector.denied' }) } }, '✗ inspector.denied'],
  ] as readonly (readonly [string, Heard, string])[])('marks %s', (_what, heard, marked) => {
    expect(report(heard)).toContain(marked)
  })

  test.each(Object.keys(CAUSES) as CauseName[])('has a name for the step of the cause %s', (cause) => {
    const finding = makeFinding(
      { code: 'token.invalid', severity: 'fail', cause },
      { summary: 'a', expected: 'b', observed: 'c' },
    )
    const text = verificationText({ ...given({}), health: { ...healthOf({}), findings: [finding] } }, PLAIN)
    expect(text).not.toContain('undefined')
    expect(text.includes('guide ')).toBe(finding.step !== null)
  })
})

describe('the view of the checks', () => {
  test.each([60, 80, 100])('is aligned at %d columns: each text starts at the same place', (columns) => {
    for (const heard of [{ answers: ALL_WELL }, REFUSED, MANY, {}] as Heard[]) {
      const lines = report(heard, styleOf({ hasColours: false, columns })).split('\n')
      const starts = checkRows(healthOf(heard), stateOf(heard)).map(({ name, text }) => {
        const [word = ''] = text.split(' ')
        const row = lines.find((line) => /^ {2}[✓!✗] /.test(line) && line.slice(4).startsWith(`${name}  `)) ?? ''
        return row.indexOf(word, 4 + name.length)
      })
      expect(starts[0]).toBeGreaterThan(0)
      expect([...new Set(starts)]).toEqual([starts[0] ?? -1])
    }
  })

  test('begins with a mark and a name for each check', () => {
    const rows = checkRows(healthOf({ answers: ALL_WELL }), stateOf({ answers: ALL_WELL }))
    const marked = report({ answers: ALL_WELL })
      .split('\n')
      .filter((line) => line.startsWith('  ✓ '))
    expect(marked.map((line) => line.slice(4, 23).trim())).toEqual(rows.map(({ name }) => name))
  })
})

describe('colours', () => {
  const anyHeard = fc.tuple(anyAnswers, anyPolicy).map(([answers, demanded]): Heard => ({ answers, policy: demanded }))

  test('are absent if colours are off', () => {
    fc.assert(
      fc.property(anyHeard, (heard) => {
        expect(report(heard)).not.toContain(ESC)
      }),
    )
  })

  test('change nothing but the colour', () => {
    fc.assert(
      fc.property(anyHeard, (heard) => {
        const text = report(heard, COLOURED)
        expect(text).toContain(ESC)
        expect(uncoloured(text)).toBe(report(heard))
      }),
    )
  })
})

describe('the width', () => {
  test.each([60, 80, 100, 200])('of a terminal of %d columns is kept, except by longer words', (columns) => {
    const width = Math.min(columns, 100)
    fc.assert(
      fc.property(anyAnswers, anyPolicy, (answers, demanded) => {
        const text = report({ answers, policy: demanded }, styleOf({ hasColours: false, columns }))
        const tooLong = text.split('\n').filter((line) => line.length > width)
        // A word that cannot be broken is alone on its line.
        expect(tooLong.filter((line) => /\S \S/.test(line.slice(22)))).toEqual([])
      }),
    )
  })

  test('is kept by the lines after the checks, and by the faults of a configuration', () => {
    const style = styleOf({ hasColours: false, columns: 60 })
    const conclusion = 'The token could not be verified: Graph gave no definite answer. Nothing starts (exit 75).'
    const problem = 'is plain http to a host that is not loopback: the token could be read on its way'
    const text =
      verificationText({ ...given(REFUSED), conclusion }, style) +
      faultsText([{ name: 'GRAPH_API_URL', problem, expected: 'https' }], null, style)
    expect(text.split('\n').filter((line) => line.length > 60)).toEqual([])
    for (const part of [conclusion, problem]) expect(flat(text)).toContain(part)
  })

  test('no line ends in a blank', () => {
    for (const heard of [{ answers: ALL_WELL }, REFUSED, MANY, {}] as Heard[])
      expect(
        report(heard)
          .split('\n')
          .filter((line) => line !== line.trimEnd()),
      ).toEqual([])
  })
})

describe('the faults of a configuration', () => {
  const faults = [
    { name: 'WHATSAPP_TOKEN', problem: 'is not set', expected: "the system user's access token" },
    { name: 'TOKEN_GUARD_PORT', problem: 'is "x"', expected: 'a port from 0 (any) to 65535' },
  ]

  test('are all shown: the name, the problem, what was expected', () => {
    const text = faultsText(faults, null, PLAIN)
    for (const { name, problem, expected } of faults) {
      expect(text).toContain(`${name} ${problem}`)
      expect(text).toContain(expected)
    }
    expect(text).toContain('2 things are wrong')
    expect(text).toContain('exit 78')
  })

  test('are counted in the singular if there is one', () => {
    expect(faultsText(faults.slice(1), null, PLAIN)).toContain('One thing is wrong')
  })

  test('have colours only if colours are on', () => {
    expect(faultsText(faults, null, PLAIN)).not.toContain(ESC)
    expect(uncoloured(faultsText(faults, null, COLOURED))).toBe(faultsText(faults, null, PLAIN))
  })
})
