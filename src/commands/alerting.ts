import { hostname } from 'node:os'
import type { AlertsDeps } from '../alerts/alerts.ts'
import { NOTHING_SENT } from '../alerts/policy.ts'
import { Courier, type CourierDeps } from '../alerts/courier.ts'
import type { DeliveryDeps } from '../alerts/delivery.ts'
import { subjectOf } from '../alerts/receivers/pagerduty.ts'
import type { Config } from '../config/config.ts'
import { systemClock } from '../platform/clock.ts'
import { transportFor } from '../net/fetch.ts'
import { random } from '../platform/random.ts'
import { NAME, VERSION } from '../platform/version.ts'
import type { Setup } from './setup.ts'

/** Who sends the alerts about what happened here. */
export const SENDER = { service: NAME, instance: hostname() }

/** How alerts and heartbeats leave. */
export const WAY_OUT = { fetchFor: transportFor, userAgent: `${NAME}/${VERSION}` }

const idsOf = ({ appId, businessAccountId, phoneNumberIds }: Config): readonly string[] =>
  [appId, businessAccountId, ...phoneNumberIds].filter((id) => id !== null)

export function deliveryDepsOf(config: Config, secret: DeliveryDeps['secret']): DeliveryDeps {
  return { ...WAY_OUT, secret, subject: subjectOf(SENDER.service, idsOf(config)), clock: systemClock }
}

/** What alerts are about, and what was sent before this process. */
export function alertsDepsOf({ guard, config, memory }: Setup, courier: Courier): AlertsDeps {
  const ledger = memory?.ledger ?? NOTHING_SENT
  return { guard, sender: SENDER, courier, clock: systemClock, repeatMs: config.alertRepeatMs, ledger }
}

/** The way to the receivers of alerts. `secrets` are looked at for each attempt. */
export function createCourier(
  { log, config }: Pick<Setup, 'log' | 'config'>,
  { url, secret }: Pick<CourierDeps, 'url' | 'secret'>,
  onOutcome: CourierDeps['onOutcome'] = () => {},
): Courier {
  return new Courier({
    ...deliveryDepsOf(config, secret),
    url,
    format: config.alertFormat,
    onOutcome,
    random,
    onFailure: (failure) => log({ type: 'alert.failed', ...failure }),
  })
}
