import { askPermission, type Permission } from '../assembly/permission.ts'
import type { Fault } from '../config/config.ts'
import type { Output } from '../platform/output.ts'
import { onReloadSignal } from '../platform/signals.ts'
import { reportDecision } from './boot-guard.ts'
import type { Setup, SetupResult, FaultReporter } from './setup.ts'

export type Booted = {
  readonly setup: Setup
  readonly permission: Permission
  /**
   * From now on SIGHUP calls `reload`, then `passOn`. One that came since the boot decided calls `reload` at once: it was
   * not meant for what starts now.
   */
  readonly onReload: (reload: () => void, passOn?: () => void) => void
}

/** Reads the configuration, and puts the guard together; the first time, or again. */
type Prepare = (again?: Again) => Promise<SetupResult>
export type Again = { readonly onFaults: FaultReporter } & Pick<Setup, 'ownership'>

/**
 * Reads the configuration and boots. A SIGHUP meanwhile reads it again, and the boot begins anew by what it says now;
 * where it is faulty now, the boot goes on as it was. `null`: it was faulty from the start.
 */
export async function bootByLatest(prepare: Prepare, reportTo: Output): Promise<Booted | null> {
  let latest: Setup | null = null
  let unread = 0
  let reading = Promise.resolve()
  const readOnce = async () => {
    const before = latest
    const onFaults: FaultReporter = (faults) => reportFaultsOfLatest(before, faults)
    const prepared = await prepare(before === null ? undefined : { onFaults, ownership: before.ownership })
    unread -= 1
    if (!prepared.ok) return
    latest?.guard.stop()
    latest = prepared.setup
  }
  const read = () => {
    unread += 1
    reading = reading.then(readOnce)
  }
  let onHangup: () => void = read
  onReloadSignal(() => onHangup())

  const allRead = async () => {
    while (unread > 0) await reading
  }

  read()
  await allRead()
  for (let setup = latest as Setup | null; setup !== null; setup = latest) {
    const decision = await askPermission(setup)
    // A FIFO gives its text once, and what it gives may mend a refusal: it decides too.
    await allRead()
    if (setup !== latest) continue
    let isOwed = false
    onHangup = () => {
      isOwed = true
    }
    await reportDecision(decision, setup, reportTo)
    const onReload = (reload: () => void, passOn: () => void = () => {}) => {
      onHangup = () => {
        reload()
        passOn()
      }
      if (isOwed) reload()
    }
    return { setup, permission: decision.permission, onReload }
  }
  return null
}

function reportFaultsOfLatest(latest: Setup | null, faults: readonly Fault[]): void {
  for (const { name, problem, expected } of faults) {
    const message = `${problem}: the boot goes on with what was read before. Expected ${expected}.`
    latest?.log({ type: 'config.warning', name, message })
  }
}
