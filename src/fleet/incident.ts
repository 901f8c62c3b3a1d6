import type { IncidentSetting } from '../config/values.ts'

/**
 * PURE. Many tokens of one Meta app that are refused at once are one incident, and not as many deaths.
 *
 * - calm: a new refusal is reported by itself, and counted.
 * - suspect: enough tenants were counted. New refusals are held, and canaries are asked: rows that were refused, and rows
 *   that were not. Silence decides nothing: without their answers a suspicion lasts longer than the hold.
 * - watched: the canaries verified, so the held rows are asked again. New refusals are still held: answers that change
 *   back and forth stay one incident. Its end is reported after `WATCH_MS` without another suspicion.
 * - confirmed: the canaries were still refused after the hold, and what was held counts. Refusals join it without a
 *   message of their own until each row had its turn. After that they are reported and counted as when calm, and may be
 *   another incident. The canaries are rows of the incident now: when they verify, all its rows are asked again. Where
 *   they never do, the tokens are dead for good, and the incident is forgotten after `FORGET_MS`.
 *
 * A calm app whose windows are empty has nothing to lock, count or store until a row is newly refused.
 */

export const CANARY_EVERY_MS = { suspect: 30_000, confirmed: 300_000 } as const
/** As long as an improvement must hold before an alert names it. */
export const WATCH_MS = 300_000
export const FORGET_MS = 7 * 86_400_000
const CANARIES = 10
const IN_A_ROW = 2
/** A canary with so many questions unanswered in a row is replaced, where others answer. */
const MUTE_AFTER = 4
const TENANTS_MIN = 8
/** From here on, ordinary deaths alone would often be 8 of 200. */
const LONG_INTERVAL_MS = 6 * 3_600_000
const PROVIDER_APPS = 3
/** Clocks are never quite the same, and the last row of a round may wait for its turn. */
const MARGIN_MS = 60_000

/** So many tenants among the last so many definite answers. */
type Threshold = Exclude<IncidentSetting, 'off'>

/** Intervals as they are now: longer where Meta asks for it. */
type App = Readonly<Record<'tenants' | 'tokens' | 'intervalMs' | 'assetIntervalMs' | 'holdMs', number>>
/** In `roundMs` each row is asked once, all that there is to ask. */
export type Rules = Readonly<Record<'token' | 'whole', Threshold> & Record<'holdMs' | 'roundMs', number>>

/** `configured` is `null` where nothing is set. The result is `null` where the app has no rule. */
export function rulesFor(configured: IncidentSetting | null, app: App): Rules | null {
  if (configured === 'off' || app.tenants < TENANTS_MIN) return null
  const roundMs = Math.max(app.intervalMs, app.assetIntervalMs)
  const thresholdAt = (everyMs: number): Threshold => {
    const usual = everyMs >= LONG_INTERVAL_MS ? { refused: 20, of: 100 } : { refused: 8, of: 200 }
    const { refused, of } = configured ?? usual
    return { refused, of: Math.min(of, app.tokens) }
  }
  return { token: thresholdAt(app.intervalMs), whole: thresholdAt(roundMs), holdMs: app.holdMs, roundMs }
}

/** What a check of a row said. `refused`: as it was before, or it never verified, or its end was known. */
export type Said = 'verified' | 'refused' | 'newly_refused' | 'silent'
/** `isVerified`: by the last verdict that took effect, so a held row is. `endsAtMs`: as Graph gave it with that verdict. */
type Before = { readonly isVerified: boolean; readonly endsAtMs: number | null }

export function saidOf(verdict: 'verified' | 'refused' | 'silent', before: Before, nowMs: number): Said {
  if (verdict !== 'refused') return verdict
  const isExpected = before.endsAtMs !== null && before.endsAtMs <= nowMs + MARGIN_MS
  return before.isVerified && !isExpected ? 'newly_refused' : 'refused'
}

type Row = { readonly id: string; readonly tenant: string | null }
/** `isWhole`: all that the row has was answered. `isPlanned`: in its rhythm, so no canary, report or row made due at once. */
export type Check = Row & { readonly said: Said; readonly isWhole: boolean; readonly isPlanned: boolean }

/**
 * The new refusals among the last answers, one for each tenant, and how many answers there were since the first. Only
 * planned checks count as answers: a row counts once a round, and reports about it do not push out other refusals.
 */
type Window = { readonly answered: number; readonly refusals: readonly (Row & { readonly at: number })[] }
const EMPTY: Window = { answered: 0, refusals: [] }

export function windowAfter(window: Window, checks: readonly Check[], { of }: Pick<Threshold, 'of'>): Window {
  let { answered, refusals } = window
  for (const { id, tenant, said, isPlanned } of checks) {
    if (said === 'silent') continue
    if (isPlanned) answered += 1
    if (said === 'verified') refusals = refusals.filter((each) => each.id !== id)
    if (said !== 'newly_refused') continue
    const others = refusals.filter((each) => tenantOf(each) !== tenantOf({ id, tenant }))
    refusals = [...others, { id, tenant, at: answered }]
  }
  const recent = refusals.filter(({ at }) => answered - at < of)
  return recent.length === 0 ? EMPTY : { answered, refusals: recent }
}

function isReached({ refusals }: Window, { refused }: Threshold): boolean {
  return refusals.length >= refused
}

function tenantOf({ id, tenant }: Row): string {
  return tenant === null ? `id ${id}` : `tenant ${tenant}`
}

/** `streak`: how often it verified in a row, negative: was refused. `silent`: how many questions in a row had no answer. */
type Canary = { readonly id: string; readonly wasRefused: boolean } & Readonly<Record<'streak' | 'silent', number>>
type Asking = { readonly sinceMs: number; readonly canaries: readonly Canary[] }

export type Phase =
  | { readonly kind: 'calm' }
  | ({ readonly kind: 'suspect' } & Asking)
  | { readonly kind: 'watched'; readonly untilMs: number }
  | ({ readonly kind: 'confirmed'; readonly joinUntilMs: number; readonly count: number } & Asking)

/** What is stored for each app. Assets are asked less often than tokens, so whole checks have a window of their own. */
export type Incident = { readonly state: Phase; readonly token: Window; readonly whole: Window }
export const NO_INCIDENT: Incident = { state: { kind: 'calm' }, token: EMPTY, whole: EMPTY }

export type IncidentStep =
  /** `isAgain`: the same incident goes on, and is not reported again. */
  | { readonly kind: 'suspected'; readonly isAgain: boolean }
  /** What is held is due at once; after a confirmation, all rows of the incident. */
  | { readonly kind: 'released' }
  /** Report the end. What is still held is due at once. */
  | { readonly kind: 'cleared' }
  /** What is held counts, and is reported once. `isMixed`: some canaries verified, so these rows are due at once. */
  | { readonly kind: 'confirmed'; readonly count: number; readonly isMixed: boolean }
  | { readonly kind: 'forgotten' }
  /** The app has no rule any more. What is held is due at once. */
  | { readonly kind: 'dropped' }

/** `held`: rows of the app that are held, with those that these checks newly refused. */
type Moment = { readonly nowMs: number; readonly held: number }
type Next = { readonly state: Phase; readonly step: IncidentStep | null }
type After = { readonly incident: Incident; readonly step: IncidentStep | null }

/** To be called with each batch of checks, and without any where only time has passed. */
export function incidentAfter(before: Incident, checks: readonly Check[], moment: Moment, rules: Rules | null): After {
  if (rules === null) return { incident: NO_INCIDENT, step: before.state.kind === 'calm' ? null : { kind: 'dropped' } }
  const state = heard(before.state, checks)
  const isCounting = state.kind !== 'suspect' && treatmentOf(state, moment.nowMs) !== 'join'
  const counted = isCounting ? checks : []
  const wholeOnes = counted.filter(({ isWhole }) => isWhole)
  const token = windowAfter(before.token, counted, rules.token)
  const whole = windowAfter(before.whole, wholeOnes, rules.whole)
  const reached = isReached(token, rules.token) ? token : isReached(whole, rules.whole) ? whole : null
  const next = reached === null ? nextOf(state, checks, moment, rules) : suspected(state, reached, moment)
  const isKept = next.state.kind === state.kind || next.state.kind === 'calm'
  const windows = isKept ? { token, whole } : { token: EMPTY, whole: EMPTY }
  return { incident: { state: next.state, ...windows }, step: next.step }
}

/** What becomes of a new refusal. `join`: it counts, without a message of its own. */
export type Treatment = 'report' | 'hold' | 'join'

/** By the state after its batch. */
export function treatmentOf(state: Phase, nowMs: number): Treatment {
  if (state.kind === 'suspect' || state.kind === 'watched') return 'hold'
  return state.kind === 'confirmed' && nowMs < state.joinUntilMs ? 'join' : 'report'
}

function suspected(before: Phase, { refusals }: Window, { nowMs }: Moment): Next {
  // Five that were refused, reported or held: with fewer, most canaries would verify while others are refused.
  const canaries = refusals.slice(-CANARIES / 2).map(({ id }) => newCanary(id, true))
  return {
    state: { kind: 'suspect', sinceMs: nowMs, canaries },
    step: { kind: 'suspected', isAgain: before.kind === 'watched' },
  }
}

function nextOf(state: Phase, checks: readonly Check[], { nowMs, held }: Moment, { holdMs, roundMs }: Rules): Next {
  if (state.kind === 'calm') return { state, step: null }
  if (state.kind === 'watched')
    return nowMs < state.untilMs ? { state, step: null } : { state: { kind: 'calm' }, step: { kind: 'cleared' } }
  const { canaries } = state
  const opinion = opinionOf(canaries)
  const isOver = nowMs >= state.sinceMs + (state.kind === 'suspect' ? holdMs : FORGET_MS)
  if (opinion === 'clear' || (canaries.length === 0 && (isOver || state.kind === 'confirmed')))
    return { state: { kind: 'watched', untilMs: nowMs + WATCH_MS }, step: { kind: 'released' } }
  if (state.kind === 'confirmed') {
    if (isOver) return { state: { kind: 'calm' }, step: { kind: 'forgotten' } }
    const joined = treatmentOf(state, nowMs) === 'join' ? checks.filter(({ said }) => said === 'newly_refused') : []
    return { state: { ...state, count: state.count + joined.length }, step: null }
  }
  if (!isOver || opinion !== 'refused') return { state, step: null }
  const kept = canaries.filter(({ streak }) => streak < 0).map((each) => ({ ...each, wasRefused: true }))
  const joinUntilMs = nowMs + roundMs + MARGIN_MS
  return {
    state: { kind: 'confirmed', sinceMs: nowMs, joinUntilMs, count: held, canaries: kept },
    step: { kind: 'confirmed', count: held, isMixed: canaries.some(({ streak }) => streak > 0) },
  }
}

function heard(state: Phase, checks: readonly Check[]): Phase {
  if (!('canaries' in state)) return state
  const asked = (id: string) => checks.filter((check) => check.id === id)
  return { ...state, canaries: state.canaries.map((canary) => asked(canary.id).reduce(canaryAfter, canary)) }
}

/** The refusals may be about what this check did not ask, so only a whole one verifies. */
function canaryAfter(canary: Canary, { said, isWhole, isPlanned }: Check): Canary {
  const isVerified = said === 'verified'
  // In its rhythm a row is seldom asked all: such a check says nothing of the incident.
  if (isVerified && !isWhole && isPlanned) return canary
  if (said === 'silent' || (isVerified && !isWhole)) return { ...canary, silent: canary.silent + 1 }
  const [up, down] = [Math.max(canary.streak, 0) + 1, Math.min(canary.streak, 0) - 1]
  return { ...canary, streak: isVerified ? Math.min(up, IN_A_ROW) : Math.max(down, -IN_A_ROW), silent: 0 }
}

/** Clear where 8 of 10 verified twice in a row, refused where so many were refused that this is out of reach. */
function opinionOf(canaries: readonly Canary[]): 'clear' | 'refused' | 'open' {
  const needed = Math.ceil((canaries.length * 8) / 10)
  const speaking = canaries.filter(({ silent }) => silent < MUTE_AFTER).map(({ streak }) => streak)
  if (needed > 0 && speaking.filter((streak) => streak === IN_A_ROW).length >= needed) return 'clear'
  return speaking.filter((streak) => streak === -IN_A_ROW).length > canaries.length - needed ? 'refused' : 'open'
}

function newCanary(id: string, wasRefused: boolean): Canary {
  return { id, wasRefused, streak: 0, silent: 0 }
}

/** In random order, one row of each tenant. `gone`: removed, or another token by now. `refused`: rows of this incident. */
export type Drawable = Readonly<Record<'gone' | 'refused' | 'calm', readonly string[]>>

/** Ten canaries: those that can still answer, then others. At most five were not refused; when confirmed, all were. */
export function withCanaries(state: Phase, { gone, refused, calm }: Drawable): Phase {
  if (!('canaries' in state)) return state
  const isAnswered = state.canaries.some(({ silent }) => silent === 0)
  const isKept = ({ id, silent }: Canary) => !gone.includes(id) && !(isAnswered && silent >= MUTE_AFTER)
  const among = (wasRefused: boolean, ids: readonly string[]): readonly Canary[] => [
    ...state.canaries.filter((each) => each.wasRefused === wasRefused && isKept(each)),
    ...ids.filter((id) => state.canaries.every((each) => each.id !== id)).map((id) => newCanary(id, wasRefused)),
  ]
  const others = state.kind === 'suspect' ? among(false, calm).slice(0, CANARIES / 2) : []
  return { ...state, canaries: [...among(true, refused).slice(0, CANARIES - others.length), ...others] }
}

/** `app`: of one app alone. The third app that is suspect at once makes it an incident of the provider, at Meta. */
export type Scope = 'app' | 'provider'
export type Open = { readonly scope: Scope; readonly kind: Phase['kind'] }

export function scopeOf(others: readonly Open[]): Scope {
  const open = others.filter(({ kind }) => kind === 'suspect' || kind === 'watched').length
  return open + 1 >= PROVIDER_APPS ? 'provider' : 'app'
}

/** Of the provider's incident, the first of its apps to be suspected or confirmed is reported, and the last to be cleared. */
export function isReported(step: IncidentStep, scope: Scope, others: readonly Open[]): boolean {
  const kinds = others.filter((each) => scope === 'provider' && each.scope === 'provider').map(({ kind }) => kind)
  const isOpen = kinds.includes('suspect') || kinds.includes('watched')
  if (step.kind === 'confirmed') return !kinds.includes('confirmed')
  return (step.kind === 'cleared' || (step.kind === 'suspected' && !step.isAgain)) && !isOpen
}
