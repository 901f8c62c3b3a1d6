import type { Permission } from '../assembly/permission.ts'
import type { Fault } from '../config/config.ts'
import type { Output } from '../platform/output.ts'
import { onReloadSignal } from '../platform/signals.ts'
import { bootGuard } from './boot-guard.ts'
import type { Setup, SetupResult, TellOfFaults } from './setup.ts'

export type Booted = {
  readonly setup: Setup
  readonly permission: Permission
  /** From now on SIGHUP calls back: at once, where one came that is not answered yet. */
  readonly onReload: (callback: () => void) => void
}

/** Reads the configuration, and puts the guard together. */
type Prepare = (tellOfFaults?: TellOfFaults) => Promise<SetupResult>

/**
 * Reads the configuration and boots. A SIGHUP meanwhile reads it again, and the boot begins anew by what it says now;
 * where it is faulty now, the boot goes on as it was. `null`: it was faulty from the start.
 */
export async function bootByLatest(prepare: Prepare, tellTo: Output): Promise<Booted | null> {
  let latest: Setup | null = null
  let isBooted = false
  let unread = 0
  const readOnce = async () => {
    const prepared = await (latest === null ? prepare() : prepare((faults) => tellFaultsOfLatest(latest, faults)))
    unread -= 1
    if (isBooted || !prepared.ok) return
    latest?.guard.stop()
    latest = prepared.setup
  }
  let reading = Promise.resolve()
  const read = () => {
    unread += 1
    reading = reading.then(readOnce)
    return reading
  }
  let onHangup: () => void = () => void read()
  onReloadSignal(() => onHangup())

  await read()
  for (let setup = latest as Setup | null; setup !== null; setup = latest) {
    const permission = await bootGuard(setup, tellTo)
    // What is being read may mend a refusal; a boot that has passed waits for nothing.
    if (!permission.start) await reading
    if (setup !== latest) continue
    isBooted = true
    let isOwed = unread > 0
    onHangup = () => {
      isOwed = true
    }
    const onReload = (callback: () => void) => {
      onHangup = callback
      if (isOwed) callback()
    }
    return { setup, permission, onReload }
  }
  return null
}

function tellFaultsOfLatest(latest: Setup | null, faults: readonly Fault[]): void {
  for (const { name, problem, expected } of faults) {
    const message = `${problem}: the boot goes on with what was read before. Expected ${expected}.`
    latest?.log({ type: 'config.warning', name, message })
  }
}
