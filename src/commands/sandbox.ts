import { listen, ListenError } from '../platform/listen.ts'
import type { Handler } from '../platform/listening.ts'
import { onStopSignal } from '../platform/signals.ts'
import type { SandboxAddress } from '../report/log-event.ts'
import { createLog } from '../report/log.ts'
import { painter, type Paint } from '../report/paint.ts'
import { createSandbox, type Sandbox, type ScenarioName } from '../sandbox/sandbox.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import type { Context } from './setup.ts'

export type SandboxOptions = {
  readonly host: string
  readonly port: string
  readonly scenario: ScenarioName
}

/** A slow answer ends within this time; a hanging one is ended. */
const GRACE_MS = 1_000

/** `sandbox`: the imitation of Graph, until a signal. */
export async function sandbox({ host, port, scenario }: SandboxOptions, { stdout }: Context): Promise<ExitCode> {
  const log = await createLog('info', stdout, (line) => line)
  const graph = createSandbox({ scenario })
  try {
    const server = await listen({ handler: patiently(graph) }, host, Number(port))
    const stopped = new Promise<void>((resolve) => onStopSignal(() => resolve()))
    const address = addressOf(graph, server.url)
    if (stdout.isTerminal) stdout.write(sandboxText(address, painter(stdout.hasColours)))
    else log({ type: 'sandbox.listening', ...address })
    await stopped
    graph.close()
    await server.close(GRACE_MS)
    return EXIT.ok
  } catch (error) {
    if (!(error instanceof ListenError)) throw error
    log({ type: 'server.failed', problem: error.message, exitCode: EXIT.os })
    return EXIT.os
  }
}

/** Some scenarios hang for as long as the client does. */
export function patiently(graph: Sandbox): Handler {
  return (request, { keepOpen, host }) => {
    keepOpen()
    return graph.fetchAt(host, request)
  }
}

export function addressOf(graph: Sandbox, url: string): SandboxAddress {
  const { token, businessAccountId, phoneNumberId, appId, appSecret } = graph
  return { url, token, businessAccountId, phoneNumberId, appId, appSecret, scenario: graph.scenario() }
}

/** The sandbox's own values as variables. They are no secrets. */
export function sandboxVariables({
  url,
  token,
  businessAccountId,
  phoneNumberId,
  appId,
  appSecret,
}: SandboxAddress): Record<string, string> {
  return {
    GRAPH_API_URL: url,
    WHATSAPP_TOKEN: token,
    WHATSAPP_BUSINESS_ACCOUNT_ID: businessAccountId,
    WHATSAPP_PHONE_NUMBER_ID: phoneNumberId,
    META_APP_ID: appId,
    META_APP_SECRET: appSecret,
  }
}

function sandboxText(address: SandboxAddress, paint: Paint): string {
  const variables = Object.entries(sandboxVariables(address)).map(([name, value]) => `${name}=${value}`)
  return [
    '',
    `  ${paint('bold', 'A sandbox of Graph')} plays "${address.scenario}" at ${address.url}`,
    `  ${paint('dim', 'Not Graph itself: nothing leaves this machine. These values work here only.')}`,
    '',
    ...variables,
    '',
    `  ${paint('dim', 'Change what it plays:')} curl -X PUT ${address.url}/__sandbox/scenario/revoked`,
    `  ${paint('dim', 'See what it was asked:')} curl ${address.url}/__sandbox`,
    '',
    '',
  ].join('\n')
}
