import { bearerOf, fingerprintOf, textsOf } from '../assembly/assemble.ts'
import { EXIT, exitCodeOf, type ExitCode } from '../assembly/exit-codes.ts'
import { Secret } from '../config/secret.ts'
import { canAsk, confirm } from '../platform/confirm.ts'
import { labelled, styleOf } from '../report/paint.ts'
import { verificationText } from '../report/text.ts'
import { issue } from '../rotation/issue.ts'
import { planFor, type Plan } from '../rotation/plan.ts'
import { Target, TargetError, type Step } from '../rotation/target.ts'
import { CONCLUSIONS } from './boot-guard.ts'
import { setUp, type CommonOptions, type Context, type Setup } from './setup.ts'

export type RotateOptions = CommonOptions & {
  readonly dryRun?: boolean | undefined
  readonly print?: boolean | undefined
  readonly yes?: boolean | undefined
}

/** How a rotation ends early: what to tell, and the exit code. */
class Ended extends Error {
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode, text: string) {
    super(text)
    this.exitCode = exitCode
  }
}

/** `rotate`: a fresh token through Graph, verified by the same judgement before it takes the old one's place. */
export async function rotate(
  options: RotateOptions,
  context: Context,
  onStep: (step: Step) => void = () => {},
): Promise<ExitCode> {
  const { stdout, stderr } = context
  const told = options.print === true ? stderr : stdout
  const say = (text: string) => told.write(`${labelled('', text, 2, 0, styleOf(told).width)}\n`)
  try {
    const prepared = await setUp(context, { envFile: options.envFile ?? null }, stderr)
    if (!prepared.ok) return EXIT.config
    await perform(options, context, prepared.setup, say, onStep)
    return EXIT.ok
  } catch (error) {
    if (error instanceof TargetError) stderr.write(`${error.message} With --print the new token is printed instead.\n`)
    else if (error instanceof Ended) stderr.write(`${error.message}\n`)
    else throw error
    return error instanceof Ended ? error.exitCode : EXIT.os
  }
}

async function perform(
  options: RotateOptions,
  context: Context,
  setup: Setup,
  say: (text: string) => void,
  onStep: (step: Step) => void,
): Promise<void> {
  const [before = ''] = textsOf([setup.config.token])
  const app = appOf(setup)
  const target = options.print === true ? null : targetOf(setup, before)
  const plan = await planned(setup)
  const what =
    plan.kind === 'refresh' ? 'refreshed for 60 days (fb_exchange_token)' : 'followed by a new one that never expires'
  const where = target === null ? 'printed' : `written to ${target.path}`
  if (options.dryRun === true)
    return say(
      `The token (fingerprint ${fingerprintOf(before)}) would be ${what}, and the result ${where}. Nothing was done.`,
    )
  await agreed(options, context, `The token is to be ${what}, and the result ${where}. Go on?`)

  const leftover = target?.leftover() ?? null
  if (leftover !== null && target !== null) {
    const { how } = await judged(setup, leftover)
    if (how === 'verified') {
      put(target, leftover, onStep)
      return say(done(target, leftover, 'A former run had made it, and was cut off before it took its place.'))
    }
    if (how !== 'refused') throw undecided(how, 'A former run left a token behind', target)
    target.discard()
    say('A former run left a token behind that does not pass. It was removed; a new one is made.')
  }
  const issued = await issue(plan, app, setup.client, setup.clean)
  if (!issued.ok) throw new Ended(issued.exitCode, `${issued.problem} The old token stays as it is.`)
  onStep('issued')
  target?.stage(issued.token)
  onStep('staged')
  await verified(setup, issued.token, context, target)
  onStep('verified')
  if (target === null) context.stdout.write(`${issued.token}\n`)
  else put(target, issued.token, onStep)
  say(
    target === null
      ? `The new token passes (fingerprint ${fingerprintOf(issued.token)}). The old one is not revoked.`
      : done(target, issued.token, ''),
  )
}

function appOf({ config }: Setup) {
  const bearer = bearerOf(config)
  if (config.mode === 'off')
    throw new Ended(EXIT.config, 'TOKEN_GUARD_MODE is off, under which Graph is asked nothing: set it to enforce.')
  if (config.expiry === 'temporary')
    throw new Ended(
      EXIT.config,
      'TOKEN_GUARD_EXPIRY is temporary: such a token has no successor. Generate one for a system user (guide, step 4), and set never or rotate.',
    )
  if (config.appId === null || bearer.appSecret === null)
    throw new Ended(EXIT.config, 'A rotation needs META_APP_ID and META_APP_SECRET: set both (App settings → Basic).')
  if (config.token === null) throw new Ended(EXIT.config, 'There is no token to rotate: set WHATSAPP_TOKEN.')
  return { id: config.appId, bearer: { token: bearer.token, appSecret: bearer.appSecret } }
}

function targetOf({ origins }: Setup, before: string): Target {
  const origin = origins.get('WHATSAPP_TOKEN')
  if (origin?.path === undefined && origin?.file === undefined)
    throw new Ended(
      EXIT.config,
      'The token stands in the environment, where nothing can be written. Put it into .env or into the file of WHATSAPP_TOKEN_FILE, or let --print show the new one.',
    )
  if (origin.isPipe === true)
    throw new Ended(
      EXIT.config,
      'The token comes from a FIFO, into which another program writes it: put the new one where that program keeps it. --print shows it.',
    )
  return new Target(origin, before)
}

/** A living token may ask, even where the policy refuses it: for its expiry, or for assets that came later. */
async function planned({ guard, config }: Setup): Promise<Exclude<Plan, { kind: 'impossible' }>> {
  const how = await guard.boot()
  if (how === 'unverified' || how === 'stopped' || how === 'asker_refused')
    throw new Ended(
      how === 'asker_refused' ? EXIT.config : EXIT.temporary,
      `${CONCLUSIONS[how === 'stopped' ? 'unverified' : how]} Nothing was done: see check.`,
    )
  const plan = planFor(guard.state.answers.get('token')?.facts, config)
  if (plan.kind === 'impossible') throw new Ended(EXIT.refused, `The token cannot be rotated: ${plan.why}.`)
  return plan
}

async function agreed({ yes, print }: RotateOptions, { program }: Context, question: string): Promise<void> {
  // Printed, it replaces nothing.
  if (yes === true || print === true) return
  if (!canAsk()) throw new Ended(EXIT.usage, `There is no terminal to ask on. To do it: ${program} rotate --yes`)
  if (!(await confirm(question))) throw new Ended(EXIT.unwell, 'Nothing was done.')
}

async function judged({ guardBeside, config }: Setup, token: string) {
  const guard = guardBeside({ token: new Secret(token), appSecret: config.appSecret })
  return { guard, how: await guard.boot() }
}

/** Nobody said that it is bad: it is not thrown away. */
function undecided(how: 'unverified' | 'stopped' | 'asker_refused', what: string, target: Target | null): Ended {
  const kept =
    target === null
      ? 'It is lost: another run makes another.'
      : `It is kept in ${target.staged}: the next run goes on with it.`
  const ending = how === 'stopped' ? 'unverified' : how
  return new Ended(
    exitCodeOf(ending),
    `${what}, and it is not verified: ${CONCLUSIONS[ending]} The old one stays. ${kept}`,
  )
}

async function verified(setup: Setup, token: string, { stderr }: Context, target: Target | null): Promise<void> {
  const { guard, how } = await judged(setup, token)
  if (how === 'verified') return
  if (how !== 'refused') throw undecided(how, 'A new token was made', target)
  target?.discard()
  const conclusion = `${CONCLUSIONS[how]} The old token stays; the new one was thrown away, and is not revoked.`
  const { asked } = setup
  const exitCode = exitCodeOf(how)
  stderr.write(
    verificationText(
      { asked, health: guard.health(), state: guard.state, exitCode, tokenSource: null, conclusion },
      styleOf(stderr),
    ),
  )
  throw new Ended(exitCode, `The new token does not pass (exit ${exitCode}).`)
}

function put(target: Target, token: string, onStep: (step: Step) => void): void {
  target.takePlace(token, onStep)
  onStep('done')
}

function done({ path }: Target, token: string, how: string): string {
  return `The new token passes, and stands in ${path} (fingerprint ${fingerprintOf(token)}). ${how} A running guard takes it over by itself. The old one is not revoked: it lives on to its own end.`.replace(
    '  ',
    ' ',
  )
}
