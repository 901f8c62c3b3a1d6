import type { Alerts } from '../alerts/alerts.ts'
import { askPermission, type Decision, type Permission } from '../assembly/permission.ts'
import type { BootEnding } from '../guard/boot.ts'
import type { Output } from '../platform/output.ts'
import { styleOf } from '../report/paint.ts'
import { verificationText } from '../report/text.ts'
import { keeperFor } from './keeping.ts'
import type { Setup } from './setup.ts'

/** The boot guard of a backend that nothing watches afterwards: verifies, and reports how it ended. */
export async function bootGuard(setup: Setup, reportTo: Output): Promise<Permission> {
  const decision = await askPermission(setup)
  await reportDecision(decision, setup, reportTo)
  // Not awaited: no receiver holds up a backend that may start.
  if (decision.event?.type === 'boot.verified') void sendAlerts(setup, (alerts) => alerts.started())
  if (decision.permission.start && decision.permission.isPardoned === true)
    void sendAlerts(setup, (alerts) => alerts.bootRefused('boot.would_refuse'))
  return decision.permission
}

/** A refusal is a report on a terminal, one log line elsewhere, and an alert. */
export async function reportDecision({ permission, event }: Decision, setup: Setup, reportTo: Output): Promise<void> {
  if (event?.type === 'boot.refused') {
    // Before the alert too, which takes its time: a killed start must not be forgotten.
    keepNow(setup)
    await sendAlerts(setup, (alerts) => {
      alerts.bootRefused('boot.refused')
      keepNow(setup, alerts)
    })
  }
  const isRefused = !permission.start && permission.exitCode !== null
  if (isRefused && reportTo.isTerminal) {
    const { exitCode, ending } = permission
    const conclusion = `${CONCLUSIONS[ending]} Nothing starts (exit ${exitCode}).`
    const { graphName, guard, tokenSource } = setup
    const said = { graphName, health: guard.health(), state: guard.state, exitCode, tokenSource, conclusion }
    reportTo.write(verificationText(said, styleOf(reportTo)))
  } else if (event !== null) setup.log({ ...event, tokenSource: setup.tokenSource })
}

/** Writes a refusal down, so that no later start is allowed by an older pass. */
export function keepNow(setup: Setup, alerts?: Pick<Alerts, 'ledger'>): void {
  keeperFor(setup, alerts)?.keep()
}

/** However long the receiver takes: a supervisor waits for this end. */
const ALERT_MS = 3_000

/** Loaded when it is needed: most starts have no receiver. */
async function sendAlerts(setup: Setup, send: (alerts: Alerts) => void): Promise<void> {
  const { alertUrl, alertSecret } = setup.config
  if (alertUrl === null) return
  const [{ Alerts }, { alertsDepsOf, createCourier }] = await Promise.all([
    import('../alerts/alerts.ts'),
    import('./alerting.ts'),
  ])
  const courier = createCourier(setup, { url: () => alertUrl, secret: () => alertSecret })
  send(new Alerts(alertsDepsOf(setup, courier)))
  await courier.finish(ALERT_MS)
}

/** How a verification ended, in a sentence. */
export const CONCLUSIONS: Readonly<Record<Exclude<BootEnding, 'stopped'>, string>> = {
  verified: 'The token is verified.',
  refused: 'The token is refused.',
  asker_refused: 'Graph refuses to answer this program about the token.',
  unverified: 'The token could not be verified: Graph gave no definite answer.',
}
