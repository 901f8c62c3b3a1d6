import { alertOf } from '../alerts/alert.ts'
import { deliver } from '../alerts/delivery.ts'
import { receiversOf } from '../alerts/receivers.ts'
import { trialOf, type Trial } from '../alerts/trial.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { systemClock } from '../platform/clock.ts'
import { styleOf, type Style } from '../report/paint.ts'
import { deliveryDepsOf, SENDER } from './alerting.ts'
import { setUp, type CommonOptions, type Context, type Setup } from './setup.ts'

export type AlertTestOptions = CommonOptions & { readonly json?: boolean | undefined }

/** `alert-test`: one test alert to each receiver by the real way, and what each of them answered. */
export async function alertTest(options: AlertTestOptions, context: Context): Promise<ExitCode> {
  const { stdout, stderr } = context
  const prepared = await setUp(context, { envFile: options.envFile ?? null }, stderr)
  if (!prepared.ok) return EXIT.config
  const trials = await tryAll(prepared.setup)
  const exitCode = trials.length === 0 ? EXIT.config : trials.every(({ isTaken }) => isTaken) ? EXIT.ok : EXIT.unwell
  stdout.write(
    options.json === true
      ? `${JSON.stringify({ version: 1, exitCode, receivers: trials.map(documentOf) }, null, 2)}\n`
      : textOf(trials, exitCode, styleOf(stdout)),
  )
  return exitCode
}

async function tryAll(setup: Setup): Promise<readonly Trial[]> {
  const { config, clean, guard } = setup
  const { alertUrl, alertFormat, alertSecret } = config
  const deps = deliveryDepsOf(config, () => alertSecret)
  const test = { event: 'alert.test', status: 'pass', previousStatus: null, findings: [], drifts: [] } as const
  const atMs = systemClock.nowMs()
  // No two tests have one id: a receiver that merges would show the first one only.
  const alert = alertOf(test, { ...SENDER, fingerprint: guard.token.fingerprint }, atMs, atMs)
  const never = new AbortController().signal
  return Promise.all(
    receiversOf(alertUrl, alertFormat).map(async (at) =>
      trialOf(at.receiver.name, at.url, await deliver(alert, at, deps, never, true), clean),
    ),
  )
}

function documentOf({ format, host, isTaken, answers }: Trial) {
  return { format, host, taken: isTaken, answers }
}

function textOf(trials: readonly Trial[], exitCode: ExitCode, { paint }: Style): string {
  if (trials.length === 0)
    return `There is no receiver. Set TOKEN_GUARD_ALERT_URL (docs/alerts.md). (exit ${exitCode})\n`
  const lines = trials.flatMap(({ format, host, isTaken, answers }) => [
    `${isTaken ? paint('green', '✓') : paint('red', '✗')} ${format} at ${host}`,
    ...answers.map(
      ({ status, text }) => `    ${[status, text].filter((part) => part !== null && part !== '').join(' ')}`,
    ),
  ])
  const taken = trials.filter(({ isTaken }) => isTaken).length
  const conclusion =
    taken === trials.length
      ? 'Each receiver took the test alert. Look there whether people see it.'
      : 'A receiver did not take the test alert: compare its address with docs/alerts.md.'
  return `${[...lines, '', `${conclusion} (exit ${exitCode})`].join('\n')}\n`
}
