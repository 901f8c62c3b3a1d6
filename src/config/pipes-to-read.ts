import type { NamedPipe } from './named-pipes.ts'
import type { Reading } from './readings.ts'
import type { Source } from './sources.ts'

/**
 * The FIFOs that are to be read before the sources can be judged. What a weaker source names is read only when it is
 * certain that no stronger source says otherwise.
 */
export function pipesToRead(sources: readonly Source[], readings: readonly Reading[]): readonly NamedPipe[] {
  const firstUnread = sources.findIndex(({ unread }) => unread !== undefined)
  const certain = firstUnread === -1 ? sources : sources.slice(0, firstUnread)
  const named = readings.flatMap(({ found }) => {
    if (found.kind !== 'fault' || found.unread === undefined) return []
    const { kind, path } = found.origin
    return certain.some(({ origin }) => origin.kind === kind && origin.path === path) ? [found.unread] : []
  })
  return [...sources.flatMap(({ unread }) => unread ?? []), ...named]
}
