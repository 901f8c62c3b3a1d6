import { hostname } from 'node:os'
import { Courier, type CourierDeps } from '../alerts/courier.ts'
import { systemClock } from '../platform/clock.ts'
import { transportFor } from '../net/fetch.ts'
import { random } from '../platform/random.ts'
import { NAME, VERSION } from '../platform/version.ts'
import type { Setup } from './setup.ts'

/** Who sends the alerts about what happened here. */
export const SENDER = { service: NAME, instance: hostname() }

/** The way to the receiver of alerts. `secrets` are looked at for each attempt. */
export function createCourier(
  { log }: Pick<Setup, 'log'>,
  secrets: Pick<CourierDeps, 'url' | 'secret'>,
  onOutcome: CourierDeps['onOutcome'] = () => {},
): Courier {
  return new Courier({
    ...secrets,
    onOutcome,
    fetchFor: transportFor,
    userAgent: `${NAME}/${VERSION}`,
    clock: systemClock,
    random,
    onFailure: (failure) => log({ type: 'alert.failed', ...failure }),
  })
}
