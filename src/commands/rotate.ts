import { fingerprintOf, textsOf } from '../assembly/assemble.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { systemClock } from '../platform/clock.ts'
import { canAsk, confirm } from '../platform/confirm.ts'
import { hasShell } from '../platform/shell.ts'
import { labelled, styleOf } from '../report/paint.ts'
import { AtWork } from '../rotation/at-work.ts'
import { TargetError } from '../rotation/attempt.ts'
import { dueBeforeMs, dueOf } from '../rotation/due.ts'
import { issue } from '../rotation/issue.ts'
import { planFor, type Plan } from '../rotation/plan.ts'
import { PrintedFile } from '../rotation/printed.ts'
import { Target, type Step } from '../rotation/target.ts'
import { isoTime, span } from '../verification/words.ts'
import { CONCLUSIONS } from './boot-guard.ts'
import { runHook } from './hook.ts'
import { appOf, targetOf } from './rotatable.ts'
import { EndedEarly, succeed, verified } from './succession.ts'
import { setUp, type CommonOptions, type Context, type Setup } from './setup.ts'

export type RotateOptions = CommonOptions & {
  readonly dryRun?: boolean | undefined
  /** `true`, or the file that the token is written to. */
  readonly print?: boolean | string | undefined
  readonly yes?: boolean | undefined
  /** `true`, or how much time is left when it is due, in milliseconds. */
  readonly ifDue?: boolean | number | undefined
  readonly hook?: string | undefined
}

/** One run: what it was asked for, and where it says what it does. */
type Rotating = {
  readonly options: RotateOptions
  readonly context: Context
  readonly say: (text: string) => void
  readonly onStep: (step: Step) => void
  readonly mayLookAgain: boolean
}

/** How often a run begins anew by what another has done. */
const LOOKS_MAX = 3
/** How long a run waits for another one that is at work. */
const WAIT_MS_MAX = 5 * 60_000
const LOOK_MS = 500

/** `rotate`: a fresh token through Graph, verified by the same judgement before it takes the old one's place. */
export async function rotate(
  options: RotateOptions,
  context: Context,
  onStep: (step: Step) => void = () => {},
): Promise<ExitCode> {
  const { stdout, stderr } = context
  const output = options.print === undefined ? stdout : stderr
  const say = (text: string) => output.write(`${labelled('', text, 2, 0, styleOf(output).width)}\n`)
  try {
    demandShell(options, context)
    let again: Partial<Pick<Setup, 'ownership'>> = {}
    for (let looks = 1; ; looks++) {
      const prepared = await setUp(context, { envFile: options.envFile ?? null, ...again }, stderr)
      if (!prepared.ok) return EXIT.config
      const run = { options, context, say, onStep, mayLookAgain: looks < LOOKS_MAX }
      if ((await perform(run, prepared.setup)) === 'done') return EXIT.ok
      again = { ownership: prepared.setup.ownership }
    }
  } catch (error) {
    if (error instanceof EndedEarly) {
      stderr.write(`${error.message}\n`)
      return error.exitCode
    }
    if (!(error instanceof TargetError)) throw error
    stderr.write(`${error.message} Or let --print show a new token. Graph was not asked for one; the old one stays.\n`)
    return EXIT.os
  }
}

function demandShell({ hook }: RotateOptions, { env }: Context): void {
  if (hook === undefined || hasShell(env)) return
  throw new EndedEarly(
    EXIT.config,
    'A hook is run by sh, and there is none here. Nothing was done. Rotating rotate where there is a shell, or let --print=PATH write the token for another program.',
  )
}

async function perform(run: Rotating, setup: Setup): Promise<'done' | 'look again'> {
  const { options, context, say } = run
  const [before = ''] = textsOf([setup.config.token])
  const app = appOf(setup)
  const target = options.print === undefined ? targetOf(setup, before, context) : null
  try {
    await target?.examine()
    // What another run has done to the file meanwhile decides what is left to do.
    if (options.ifDue !== undefined && target !== null) {
      const hasWaited = await heldAfterWaiting(target, run)
      if (run.mayLookAgain && (hasWaited || !target.isUnchanged)) return 'look again'
    }
    if (target !== null && (await settled(target, before, run, setup))) return 'done'
    const plan = await planned(setup)
    const notDue = notDueText(options, setup)
    if (notDue !== null) say(notDue)
    else await follow(plan, { app, target, before }, run, setup)
    return 'done'
  } finally {
    setup.guard.stop()
    target?.release()
  }
}

/** Whether it had to wait for another run. */
async function heldAfterWaiting(target: Target, { say }: Rotating): Promise<boolean> {
  const startedMs = systemClock.monotonicMs()
  for (let hasWaited = false; ; hasWaited = true)
    try {
      target.hold(systemClock.nowMs())
      return hasWaited
    } catch (error) {
      if (!(error instanceof AtWork) || systemClock.monotonicMs() - startedMs > WAIT_MS_MAX) throw error
      if (!hasWaited) say(`Another run works on ${target.path}. This one waits for its end, and looks again then.`)
      await systemClock.sleep(LOOK_MS)
    }
}

/** Whether a hook that a former run left owed was run now, which is all that is done then. */
async function settled(target: Target, before: string, run: Rotating, setup: Setup): Promise<boolean> {
  const { options, context, say } = run
  const { owed } = target
  if (!owed.isFor(fingerprintOf(before))) return false
  if (options.hook === undefined)
    throw new EndedEarly(
      EXIT.unwell,
      `A former run put this token in its place, and its hook has not succeeded: what the hook feeds still has the old token. Give --hook again, or remove ${owed.path} if that is mended. Nothing was done.`,
    )
  if (options.ifDue === undefined) return false
  if (options.dryRun === true) {
    say('The hook of a former run would be run again, and no other token made. Nothing was done.')
    return true
  }
  await runHook(options.hook, before, setup, context)
  owed.settle()
  say('The hook that a former run left owed has succeeded. No other token was made.')
  return true
}

/** What is said where it is not due yet; `null` where it is, or where that was not asked. */
function notDueText({ ifDue }: RotateOptions, { guard, config }: Setup): string | null {
  if (ifDue === undefined) return null
  const beforeMs = dueBeforeMs(config, typeof ifDue === 'number' ? ifDue : null)
  const due = dueOf(guard.health().remainingMs, beforeMs, systemClock.nowMs())
  if (due.isDue) return null
  if (due.dueAtMs === null) return 'The token has no end: no rotation is due.'
  return `No rotation is due before ${isoTime(due.dueAtMs)}: the token has ${span(due.remainingMs ?? 0)} left, and it is due when less than ${span(beforeMs)} are left.`
}

type Place = { readonly app: ReturnType<typeof appOf>; readonly target: Target | null; readonly before: string }

async function follow(plan: Feasible, { app, target, before }: Place, run: Rotating, setup: Setup): Promise<void> {
  const { options, context, say, onStep } = run
  const what =
    plan.kind === 'refresh' ? 'refreshed for 60 days (fb_exchange_token)' : 'followed by a new one that never expires'
  const where = target === null ? printedWhere(options) : `written to ${target.path}`
  const then = options.hook === undefined ? '' : ' Then the hook is run.'
  if (options.dryRun === true)
    return say(
      `The token (fingerprint ${fingerprintOf(before)}) would be ${what}, and the result ${where}.${then} Nothing was done.`,
    )
  await agreed(options, context, `The token is to be ${what}, and the result ${where}.${then} Go on?`)

  const ask = async () => {
    const issued = await issue(plan, app, setup.client, setup.clean)
    if (!issued.ok) throw new EndedEarly(issued.exitCode, `${issued.problem} The old token stays as it is.`)
    return issued.token
  }
  if (target === null) return print(ask, run, setup)
  const { hook } = options
  const token = await succeed(target, ask, { setup, context, say, onStep, isHooked: hook !== undefined })
  if (hook === undefined) return
  await runHook(hook, token, setup, context)
  target.owed.settle()
  say('The hook has succeeded.')
}

function printedWhere({ print }: RotateOptions): string {
  return typeof print === 'string' ? `written to ${print}, alone` : 'printed'
}

/** Printed, it has no place: nothing is held. A file for it is made before Graph is asked. */
async function print(ask: () => Promise<string>, { options, context, say }: Rotating, setup: Setup): Promise<void> {
  const file = typeof options.print === 'string' ? new PrintedFile(options.print) : null
  try {
    const token = await ask()
    await verified(setup, token, context, null)
    if (file === null) context.stdout.write(`${token}\n`)
    else file.keep(token)
    say(`The new token passes (fingerprint ${fingerprintOf(token)}). The old one is not revoked.`)
  } finally {
    file?.release()
  }
}

type Feasible = Exclude<Plan, { kind: 'impossible' }>

/** A living token may ask, even where the policy refuses it: for its expiry, or for assets that came later. */
async function planned({ guard, config }: Setup): Promise<Feasible> {
  const how = await guard.boot()
  if (how === 'unverified' || how === 'stopped' || how === 'asker_refused')
    throw new EndedEarly(
      how === 'asker_refused' ? EXIT.config : EXIT.temporary,
      `${CONCLUSIONS[how === 'stopped' ? 'unverified' : how]} Nothing was done: see check.`,
    )
  const plan = planFor(guard.state.answers.get('token')?.facts, config)
  if (plan.kind === 'impossible') throw new EndedEarly(EXIT.refused, `The token cannot be rotated: ${plan.why}.`)
  return plan
}

async function agreed({ yes, print, ifDue }: RotateOptions, { program }: Context, question: string): Promise<void> {
  // Printed, it replaces nothing. A timer has no terminal.
  if (yes === true || print !== undefined || ifDue !== undefined) return
  if (!canAsk()) throw new EndedEarly(EXIT.usage, `There is no terminal to ask on. To do it: ${program} rotate --yes`)
  if (!(await confirm(question))) throw new EndedEarly(EXIT.unwell, 'Nothing was done.')
}
