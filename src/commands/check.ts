import type { BootEnding } from '../guard/boot.ts'
import type { Health } from '../guard/health.ts'
import { findingFields } from '../report/finding-fields.ts'
import { factsOf } from '../report/facts.ts'
import { styleOf } from '../report/paint.ts'
import { faultsText, verificationText } from '../report/text.ts'
import { CONCLUSIONS, keepNow } from './boot-guard.ts'
import { rememberedNote } from './keeping.ts'
import { exitCodeOf } from '../assembly/endings.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { setUp, type CommonOptions, type Context, type Setup, type Unready } from './setup.ts'

export type CheckOptions = CommonOptions & {
  readonly json?: boolean | undefined
  readonly once?: boolean | undefined
  readonly strict?: boolean | undefined
}

/** `check`: one verification with boot's patience, a report, an exit code. */
export async function check(options: CheckOptions, context: Context): Promise<ExitCode> {
  const prepared = await setUp(context, { envFile: options.envFile ?? null }, context.stderr, { remembers: true })
  if (!prepared.ok) {
    reportFaults(prepared, options, context)
    return EXIT.config
  }
  const { setup } = prepared
  const ending = setup.config.mode === 'off' ? 'unverified' : await setup.guard.boot({ once: options.once === true })
  if (ending === 'stopped') return EXIT.temporary
  if (ending === 'refused') keepNow(setup)
  const exitCode = judgeEnding(ending, setup.guard.health(), options.strict === true)
  context.stdout.write(
    options.json === true ? jsonOf(setup, ending, exitCode) : textOf(setup, ending, exitCode, context),
  )
  return exitCode
}

/** `--strict`: a warning that is a missing answer may pass when tried again, any other will not. */
function judgeEnding(ending: Exclude<BootEnding, 'stopped'>, { findings }: Health, isStrict: boolean): ExitCode {
  if (ending !== 'verified' || !isStrict || findings.length === 0) return exitCodeOf(ending)
  return findings.some(({ severity }) => severity === 'warn') ? EXIT.refused : EXIT.temporary
}

/** With what the state file holds, which changes no verdict. */
function healthOf({ guard, memory }: Pick<Setup, 'guard' | 'memory'>): Health {
  const [health, note] = [guard.health(), rememberedNote({ memory })]
  return note === null ? health : { ...health, notes: [...health.notes, note] }
}

function textOf(
  { graphName, guard, config, tokenSource, memory }: Setup,
  ending: Exclude<BootEnding, 'stopped'>,
  exitCode: ExitCode,
  { stdout }: Context,
): string {
  const health = healthOf({ guard, memory })
  const remark = config.mode === 'off' ? 'TOKEN_GUARD_MODE=off: nothing was asked.' : CONCLUSIONS[ending]
  const strictly = ending === 'verified' && exitCode !== 0 ? ' Its warnings count (--strict).' : ''
  const warned = ending === 'verified' && exitCode === 0 && health.status === 'warn' ? ' Mind the warnings.' : ''
  const conclusion = `${remark}${strictly}${warned} (exit ${exitCode})`
  const said = { graphName, health, state: guard.state, exitCode, tokenSource, conclusion }
  return verificationText(said, styleOf(stdout))
}

function jsonOf(
  { guard, tokenSource, memory }: Setup,
  ending: Exclude<BootEnding, 'stopped'>,
  exitCode: ExitCode,
): string {
  const state = guard.state
  const { status, findings, notes } = healthOf({ guard, memory })
  const outcome = ending === 'verified' || ending === 'refused' ? ending : 'unverified'
  return document({
    status: outcome === 'verified' ? status : 'fail',
    outcome,
    exitCode,
    checkedAt: state.lastAttempt === null ? null : new Date(state.lastAttempt.wallMs).toISOString(),
    findings: findings.map(findingFields),
    facts: state.lastAttempt === null ? null : factsOf(state),
    faults: [],
    notes,
    tokenSource,
  })
}

function reportFaults({ faults, tokenSource }: Unready, { json }: CheckOptions, { stdout, stderr }: Context): void {
  const nothing = {
    status: 'fail',
    outcome: 'unverified',
    exitCode: EXIT.config,
    checkedAt: null,
    findings: [],
    facts: null,
  }
  if (json === true) return stdout.write(document({ ...nothing, faults, notes: [], tokenSource }))
  // A terminal shows the faults already.
  if (!stderr.isTerminal) stdout.write(faultsText(faults, tokenSource, styleOf(stdout)))
}

function document(fields: object): string {
  return `${JSON.stringify({ version: 1, ...fields }, null, 2)}\n`
}
