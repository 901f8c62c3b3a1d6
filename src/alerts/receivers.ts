import type { Receiver } from './receivers/receiver.ts'
import { standard } from './receivers/standard.ts'

/** The first that knows an address gets alerts in its own form. The last one knows every address. */
const RECEIVERS: readonly Receiver[] = [standard]

export function receiverFor(url: string): Receiver {
  if (!URL.canParse(url)) return standard
  return RECEIVERS.find(({ knows }) => knows(new URL(url))) ?? standard
}
