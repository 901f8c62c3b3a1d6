import { bearerOf, policyOf } from '../assembly/assemble.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { canAsk, confirm } from '../platform/confirm.ts'
import { systemClock } from '../platform/clock.ts'
import { styleOf } from '../report/paint.ts'
import { messageOf } from '../sending/message.ts'
import { readRecipient } from '../sending/recipient.ts'
import { readSent } from '../sending/sent.ts'
import { sentText } from '../sending/sent-text.ts'
import { judge } from '../verification/judgement.ts'
import { setUp, type CommonOptions, type Context, type Setup } from './setup.ts'

export type SendTestOptions = CommonOptions & {
  readonly to: string
  readonly from?: string | undefined
  readonly template?: string | undefined
  readonly yes?: boolean | undefined
}

/** `send-test`: one message, with Graph's answer explained. It asks before it sends. */
export async function sendTest(options: SendTestOptions, context: Context): Promise<ExitCode> {
  const { stdout, stderr, program } = context
  const complain = (text: string, exitCode: ExitCode): ExitCode => {
    stderr.write(`${text}\n`)
    return exitCode
  }
  const recipient = readRecipient(options.to)
  if (!recipient.ok)
    return complain(`--to ${recipient.problem}. Expected a number with its country code: +491701234567.`, EXIT.usage)
  const message = messageOf(recipient.number, options.template)
  if (message === null)
    return complain('--template is none. Expected NAME or NAME:LANGUAGE, such as hello_world:en_US.', EXIT.usage)

  const prepared = await setUp(context, { envFile: options.envFile ?? null }, stderr)
  if (!prepared.ok) return EXIT.config
  const { setup } = prepared
  const from = options.from ?? setup.config.phoneNumberIds[0]
  if (from === undefined || setup.config.token === null)
    return complain(
      'There is nothing to send from. Set WHATSAPP_TOKEN and WHATSAPP_PHONE_NUMBER_ID (the id, not the number), or give --from ID.',
      EXIT.config,
    )
  if (options.yes !== true) {
    if (!canAsk())
      return complain(`There is no terminal to ask on. To send it: ${program} send-test --to … --yes`, EXIT.usage)
    const what = options.template === undefined ? 'a test message' : `the template ${options.template}`
    if (!(await confirm(`Send ${what} to ${recipient.number} from the number with the id ${from}?`)))
      return complain('Nothing was sent.', EXIT.unwell)
  }

  const never = new AbortController().signal
  const reply = await setup.client.post(`${from}/messages`, { json: message }, bearerOf(setup.config), never)
  const sent = readSent(reply, setup.clean)
  const health = await healthOf(setup, from, never)
  stdout.write(sentText({ sent, health, to: recipient.number, from }, styleOf(stdout)))
  return sent.exitCode
}

/** What Graph says against the sending number; `null` where it says nothing. */
async function healthOf({ guardedToken, config }: Setup, from: string, signal: AbortSignal) {
  const { result, signals } = await guardedToken(config).ask(`phone:${from}`, signal)
  if (result.kind === 'silent') return null
  const ownMs = systemClock.nowMs()
  const clocks = { graphMs: ownMs + (signals.clockOffsetMs ?? 0), ownMs }
  return judge([{ facts: result.facts, clocks }], new Map(), policyOf(config)).judged.map(({ finding }) => finding)
}
