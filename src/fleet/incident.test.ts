import { describe, expect, test } from 'bun:test'
import { after, all, ask, canaryIds, check, DRAWABLE, drawn, HOLD_MS, NOW_MS, rows, SUSPECT } from './incident.fake.ts'
import {
  incidentAfter,
  isReported,
  NO_INCIDENT,
  rulesFor,
  saidOf,
  scopeOf,
  treatmentOf,
  windowAfter,
  type Check,
  type Incident,
  type Open,
} from './incident.ts'

const HOUR_MS = 3_600_000
const APP = { tenants: 500, tokens: 500, intervalMs: HOUR_MS, assetIntervalMs: HOUR_MS, holdMs: HOLD_MS }

const counted = (checks: readonly Check[]) =>
  windowAfter(NO_INCIDENT.token, checks, { of: 200 }).refusals.map(({ id }) => id)

describe('a rule', () => {
  test.each([
    ['the usual one', null, {}, { refused: 8, of: 200 }, { refused: 8, of: 200 }],
    ['just below 6 h', null, { intervalMs: 6 * HOUR_MS - 1 }, { refused: 8, of: 200 }, { refused: 8, of: 200 }],
    ['from 6 h on', null, { intervalMs: 6 * HOUR_MS }, { refused: 20, of: 100 }, { refused: 20, of: 100 }],
    ['for rarer assets', null, { assetIntervalMs: 24 * HOUR_MS }, { refused: 8, of: 200 }, { refused: 20, of: 100 }],
    [
      'as it is set',
      { refused: 5, of: 50 },
      { intervalMs: 24 * HOUR_MS },
      { refused: 5, of: 50 },
      { refused: 5, of: 50 },
    ],
    ['for few tokens', null, { tenants: 8, tokens: 12 }, { refused: 8, of: 12 }, { refused: 8, of: 12 }],
  ] as const)('of an app is %s', (_what, configured, app, token, whole) => {
    expect(rulesFor(configured, { ...APP, ...app })).toMatchObject({ token, whole, holdMs: HOLD_MS })
  })

  test('of an app knows how long a round takes', () => {
    expect(rulesFor(null, { ...APP, assetIntervalMs: 2 * HOUR_MS })?.roundMs).toBe(2 * HOUR_MS)
    expect(rulesFor(null, { ...APP, intervalMs: 3 * HOUR_MS })?.roundMs).toBe(3 * HOUR_MS)
  })

  test('is none when it is off, and none for fewer than 8 tenants', () => {
    expect(rulesFor('off', APP)).toBeNull()
    expect(rulesFor(null, { ...APP, tenants: 7 })).toBeNull()
    expect(rulesFor({ refused: 2, of: 50 }, { ...APP, tenants: 7 })).toBeNull()
  })
})

test.each([
  ['verified', true, null, 'verified'],
  ['silent', true, null, 'silent'],
  ['refused', true, null, 'newly_refused'],
  ['refused', false, null, 'refused'],
  ['refused', true, NOW_MS - 1, 'refused'],
  ['refused', true, NOW_MS + 60_000, 'refused'],
  ['refused', true, NOW_MS + 60_001, 'newly_refused'],
  ['verified', true, NOW_MS - 1, 'verified'],
] as const)('%s of a row that was verified (%p) until %p is %s', (verdict, isVerified, endsAtMs, said) => {
  expect(saidOf(verdict, { isVerified, endsAtMs }, NOW_MS)).toBe(said)
})

describe('a window', () => {
  test('counts each tenant once, and each row without a tenant', () => {
    const ten = all(rows(10), 'newly_refused', { tenant: 'acme' })
    expect(counted(ten)).toEqual(['r9'])
    expect(counted(all(rows(10), 'newly_refused'))).toHaveLength(10)
    // A tenant may be named as another row is.
    expect(counted([check('acme', 'newly_refused'), check('r', 'newly_refused', { tenant: 'acme' })])).toHaveLength(2)
  })

  test('counts only what was newly refused', () => {
    expect(counted([...all(rows(30), 'refused'), ...all(rows(30, 's'), 'silent')])).toEqual([])
  })

  test('forgets a row that verifies again, and keeps one that is refused again', () => {
    const refused = all(rows(3), 'newly_refused')
    expect(counted([...refused, check('r1', 'verified'), check('r2', 'refused')])).toEqual(['r0', 'r2'])
  })

  test('forgets a refusal after as many answers as it has', () => {
    const others = (count: number) => all(rows(count, 'v'), 'verified')
    expect(counted([check('r', 'newly_refused'), ...others(199)])).toEqual(['r'])
    expect(counted([check('r', 'newly_refused'), ...others(200)])).toEqual([])
    expect(counted([check('r', 'newly_refused'), ...all(rows(200, 'v'), 'refused')])).toEqual([])
    expect(counted([check('r', 'newly_refused'), ...all(rows(200, 'v'), 'silent')])).toEqual(['r'])
  })

  test('is not moved by questions besides the rhythm', () => {
    const reports = Array.from({ length: 500 }, () => check('v', 'verified', { isPlanned: false }))
    expect(counted([check('r', 'newly_refused'), ...reports])).toEqual(['r'])
  })

  test('without refusals is always the same, so that nothing has to be stored', () => {
    expect(after(NO_INCIDENT, all(rows(50), 'verified')).incident).toEqual(NO_INCIDENT)
  })
})

describe('a suspicion', () => {
  test('begins with the eighth tenant, in one batch or in many', () => {
    expect(after(NO_INCIDENT, all(rows(7), 'newly_refused')).step).toBeNull()
    expect(after(NO_INCIDENT, all(rows(8), 'newly_refused')).step).toEqual({ kind: 'suspected', isAgain: false })
    const seven = rows(7).reduce((incident, id) => after(incident, [check(id, 'newly_refused')]).incident, NO_INCIDENT)
    expect(treatmentOf(seven.state, NOW_MS)).toBe('report')
    const { incident, step } = after(seven, [check('r7', 'newly_refused')])
    expect(step).toEqual({ kind: 'suspected', isAgain: false })
    expect(treatmentOf(incident.state, NOW_MS)).toBe('hold')
  })

  test('does not begin with one tenant, with dead rows, or without a rule', () => {
    expect(after(NO_INCIDENT, all(rows(10), 'newly_refused', { tenant: 'acme' })).step).toBeNull()
    expect(after(NO_INCIDENT, all(rows(300), 'refused')).step).toBeNull()
    expect(incidentAfter(NO_INCIDENT, all(rows(300), 'newly_refused'), { nowMs: NOW_MS, held: 0 }, null)).toEqual({
      incident: NO_INCIDENT,
      step: null,
    })
  })

  test('begins with what only whole checks refuse, though most checks ask the token alone', () => {
    const round = (at: number) => [
      check(`r${at}`, 'newly_refused'),
      ...all(rows(59, `v${at}-`), 'verified', { isWhole: false }),
    ]
    const incidents = Array.from({ length: 8 }, (_, at) => round(at)).reduce(
      (steps, checks) => [...steps, after(steps.at(-1)?.incident ?? NO_INCIDENT, checks)],
      [] as ReturnType<typeof after>[],
    )
    expect(incidents.map(({ step }) => step?.kind)).toEqual([...Array(7).fill(undefined), 'suspected'])
  })
})

const twice = (said: string) => `${said} ${said}`

describe('the canaries of a suspicion', () => {
  test.each([
    ['8 verified twice', twice('vvvvvvvvrr'), 60_000, 'released'],
    ['8 verified twice with a silence between', 'vvvvvvvvrr ssssssssss vvvvvvvvrr', 60_000, 'released'],
    ['8 verified twice, after the hold', twice('vvvvvvvvnn'), HOLD_MS, 'released'],
    ['8 verified once', 'vvvvvvvvrr', 60_000, undefined],
    ['8 verified twice, not in a row', 'vvvvvvvvrr rvvvvvvvrr vvvvvvvvrr', 60_000, undefined],
    ['7 verified twice', twice('vvvvvvvrrr'), HOLD_MS - 1, undefined],
    ['all were refused, before the hold', twice('rrrrrrrrrr'), HOLD_MS - 1, undefined],
    ['all were refused, after the hold', twice('rrrrrnnnnn'), HOLD_MS, 'confirmed'],
    ['3 were refused, after the hold', twice('rrrvvvvvvv'), HOLD_MS, 'confirmed'],
    ['3 were refused once, after the hold', 'rrrvvvvvvv', HOLD_MS, undefined],
    ['2 were refused and one was silent', twice('rrsvvvvvvv'), HOLD_MS, undefined],
    ['none answered', twice('ssssssssss'), 100 * HOLD_MS, undefined],
    ['none answered since they were refused', `${twice('rrrrrrrrrr')}${' ssssssssss'.repeat(4)}`, HOLD_MS, undefined],
    ['none answered three times', `${twice('rrrrrrrrrr')}${' ssssssssss'.repeat(3)}`, HOLD_MS, 'confirmed'],
  ] as const)('of which %s', (_what, rounds, atMs, kind) => {
    const beforeLast = rounds.slice(0, Math.max(0, rounds.lastIndexOf(' ')))
    const earlier = beforeLast === '' ? SUSPECT : ask(SUSPECT, beforeLast, 30_000).incident
    expect(ask(earlier, rounds.slice(beforeLast.length).trim(), atMs).step?.kind).toBe(kind)
  })

  test('that never answered are not kept when it is confirmed', () => {
    const { incident, step } = ask(SUSPECT, twice('rrrrrrrrss'), HOLD_MS)
    expect(step).toMatchObject({ kind: 'confirmed', isMixed: false })
    expect(canaryIds(incident)).toEqual(canaryIds(SUSPECT).slice(0, 8))
  })

  test('verify only where all was asked', () => {
    expect(ask(SUSPECT, twice('vvvvvvvvvv'), 60_000, false).step).toBeNull()
  })

  test('are not silent where their rhythm asked a part', () => {
    const inRhythm = canaryIds(SUSPECT).map((id, at) => check(id, 'verified', { isWhole: at === 0 }))
    const incident = Array(9)
      .fill(inRhythm)
      .reduce((before: Incident, checks) => after(before, checks, 60_000).incident, SUSPECT)
    expect(canaryIds(drawn(incident, { ...DRAWABLE, calm: rows(9, 'd') }))).toEqual(canaryIds(SUSPECT))
  })

  test('are five that were refused, reported or held, and at most five that were not', () => {
    expect(canaryIds(SUSPECT)).toEqual(['r3', 'r4', 'r5', 'r6', 'r7', 'c0', 'c1', 'c2', 'c3', 'c4'])
    const few = drawn(after(NO_INCIDENT, all(rows(8), 'newly_refused')).incident, { ...DRAWABLE, calm: ['c0'] })
    expect(canaryIds(few)).toEqual(['r3', 'r4', 'r5', 'r6', 'r7', 'r0', 'r1', 'r2', 'c0'])
  })

  test('keep their places until they are gone, or silent where others answer', () => {
    const { incident } = ask(SUSPECT, Array(4).fill('rrrrrvvvvs').join(' '), 60_000)
    expect(drawn(SUSPECT)).toEqual(SUSPECT)
    expect(canaryIds(drawn(incident))).toEqual(['r3', 'r4', 'r5', 'r6', 'r7', 'c0', 'c1', 'c2', 'c3', 'c5'])
    expect(canaryIds(drawn(SUSPECT, { ...DRAWABLE, gone: ['r3'] }))).toEqual([
      'r4',
      'r5',
      'r6',
      'r7',
      'r0',
      ...canaryIds(SUSPECT).slice(5),
    ])
    const silent = ask(SUSPECT, Array(9).fill('ssssssssss').join(' '), 60_000).incident
    expect(canaryIds(drawn(silent))).toEqual(canaryIds(SUSPECT))
  })

  test('end it after the hold where none are left', () => {
    const none = drawn(SUSPECT, { gone: canaryIds(SUSPECT), refused: [], calm: [] })
    expect(after(none, [], HOLD_MS - 1).step).toBeNull()
    expect(after(none, [], HOLD_MS).step).toEqual({ kind: 'released' })
  })
})

test.each([
  ['the first app', [], 'app'],
  ['the second app', ['suspect'], 'app'],
  ['the third app', ['suspect', 'watched'], 'provider'],
  ['an app after two that were confirmed', ['confirmed', 'confirmed'], 'app'],
] as const)('%s that is suspect is an incident of the %p', (_what, kinds, scope) => {
  expect(scopeOf(kinds.map((kind): Open => ({ kind, scope: 'app' })))).toBe(scope)
})

test.each([
  ['suspected', 'app', ['provider suspect'], true],
  ['suspected', 'provider', ['app suspect', 'app suspect'], true],
  ['suspected', 'provider', ['provider suspect'], false],
  ['cleared', 'app', ['provider watched'], true],
  ['cleared', 'provider', ['provider watched'], false],
  ['cleared', 'provider', ['provider confirmed', 'app suspect'], true],
  ['confirmed', 'app', ['provider confirmed'], true],
  ['confirmed', 'provider', ['provider suspect'], true],
  ['confirmed', 'provider', ['provider confirmed'], false],
  ...(['released', 'forgotten', 'dropped'] as const).map((kind) => [kind, 'app', [], false] as const),
] as const)('%s of the %p while others are %p is reported: %p', (kind, scope, others, isSent) => {
  const open = others.map((each) => each.split(' ')).map(([of, state]) => ({ scope: of, kind: state }) as Open)
  expect(isReported({ kind, isAgain: false, count: 1, isMixed: false }, scope, open)).toBe(isSent)
  if (kind === 'suspected') expect(isReported({ kind, isAgain: true }, scope, open)).toBe(false)
})

test('an app that has no rule any more has no incident', () => {
  const moment = { nowMs: NOW_MS, held: 8 }
  expect(incidentAfter(SUSPECT, [], moment, null)).toEqual({ incident: NO_INCIDENT, step: { kind: 'dropped' } })
})

test('an incident survives being stored as JSON', () => {
  for (const each of [
    SUSPECT,
    ask(SUSPECT, twice('rrrrrrrrrr'), HOLD_MS).incident,
    after(NO_INCIDENT, all(rows(7), 'newly_refused')).incident,
  ])
    expect(JSON.parse(JSON.stringify(each))).toEqual(each)
})
