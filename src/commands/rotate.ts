import { bearerOf, fingerprintOf, textsOf } from '../assembly/assemble.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { canAsk, confirm } from '../platform/confirm.ts'
import { labelled, styleOf } from '../report/paint.ts'
import { issue } from '../rotation/issue.ts'
import { planFor, type Plan } from '../rotation/plan.ts'
import { TargetError } from '../rotation/attempt.ts'
import { Target, type Step } from '../rotation/target.ts'
import { CONCLUSIONS } from './boot-guard.ts'
import { EndedEarly, succeed, verified } from './succession.ts'
import { setUp, type CommonOptions, type Context, type Setup } from './setup.ts'

export type RotateOptions = CommonOptions & {
  readonly dryRun?: boolean | undefined
  readonly print?: boolean | undefined
  readonly yes?: boolean | undefined
}

/** `rotate`: a fresh token through Graph, verified by the same judgement before it takes the old one's place. */
export async function rotate(
  options: RotateOptions,
  context: Context,
  onStep: (step: Step) => void = () => {},
): Promise<ExitCode> {
  const { stdout, stderr } = context
  const output = options.print === true ? stderr : stdout
  const say = (text: string) => output.write(`${labelled('', text, 2, 0, styleOf(output).width)}\n`)
  try {
    const prepared = await setUp(context, { envFile: options.envFile ?? null }, stderr)
    if (!prepared.ok) return EXIT.config
    await perform(options, context, prepared.setup, say, onStep)
    return EXIT.ok
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

async function perform(
  options: RotateOptions,
  context: Context,
  setup: Setup,
  say: (text: string) => void,
  onStep: (step: Step) => void,
): Promise<void> {
  const [before = ''] = textsOf([setup.config.token])
  const app = appOf(setup)
  const target = options.print === true ? null : targetOf(setup, before, context)
  await target?.examine()
  const plan = await planned(setup)
  const what =
    plan.kind === 'refresh' ? 'refreshed for 60 days (fb_exchange_token)' : 'followed by a new one that never expires'
  const where = target === null ? 'printed' : `written to ${target.path}`
  if (options.dryRun === true)
    return say(
      `The token (fingerprint ${fingerprintOf(before)}) would be ${what}, and the result ${where}. Nothing was done.`,
    )
  await agreed(options, context, `The token is to be ${what}, and the result ${where}. Go on?`)

  const ask = async () => {
    const issued = await issue(plan, app, setup.client, setup.clean)
    if (!issued.ok) throw new EndedEarly(issued.exitCode, `${issued.problem} The old token stays as it is.`)
    return issued.token
  }
  if (target === null) return show(await ask(), setup, context, say)
  try {
    await succeed(target, ask, setup, context, say, onStep)
  } finally {
    target.release()
  }
}

/** Printed, it has no place: nothing is held, and nothing is written. */
async function show(token: string, setup: Setup, context: Context, say: (text: string) => void): Promise<void> {
  await verified(setup, token, context, null)
  context.stdout.write(`${token}\n`)
  say(`The new token passes (fingerprint ${fingerprintOf(token)}). The old one is not revoked.`)
}

function appOf({ config }: Setup) {
  const bearer = bearerOf(config)
  if (config.mode === 'off')
    throw new EndedEarly(EXIT.config, 'TOKEN_GUARD_MODE is off, under which Graph is asked nothing: set it to enforce.')
  if (config.expiry === 'temporary')
    throw new EndedEarly(
      EXIT.config,
      'TOKEN_GUARD_EXPIRY is temporary: such a token has no successor. Generate one for a system user (guide, step 4), and set never or rotate.',
    )
  if (config.appId === null || bearer.appSecret === null)
    throw new EndedEarly(
      EXIT.config,
      'A rotation needs META_APP_ID and META_APP_SECRET: set both (App settings → Basic).',
    )
  if (config.token === null) throw new EndedEarly(EXIT.config, 'There is no token to rotate: set WHATSAPP_TOKEN.')
  return { id: config.appId, bearer: { token: bearer.token, appSecret: bearer.appSecret } }
}

function targetOf({ origins }: Setup, before: string, { env }: Context): Target {
  const origin = origins.get('WHATSAPP_TOKEN')
  if (origin?.path === undefined && origin?.file === undefined)
    throw new EndedEarly(
      EXIT.config,
      'The token is in the environment, where nothing can be written. Put it into .env or into the file of WHATSAPP_TOKEN_FILE, or let --print show the new one.',
    )
  if (origin.isPipe === true)
    throw new EndedEarly(
      EXIT.config,
      'The token comes from a FIFO, into which another program writes it: put the new one where that program keeps it. --print shows it.',
    )
  return new Target(origin, before, env['PATH'])
}

/** A living token may ask, even where the policy refuses it: for its expiry, or for assets that came later. */
async function planned({ guard, config }: Setup): Promise<Exclude<Plan, { kind: 'impossible' }>> {
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

async function agreed({ yes, print }: RotateOptions, { program }: Context, question: string): Promise<void> {
  // Printed, it replaces nothing.
  if (yes === true || print === true) return
  if (!canAsk()) throw new EndedEarly(EXIT.usage, `There is no terminal to ask on. To do it: ${program} rotate --yes`)
  if (!(await confirm(question))) throw new EndedEarly(EXIT.unwell, 'Nothing was done.')
}
