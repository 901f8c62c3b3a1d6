import type { Receiver } from './receiver.ts'

/** The alert as it is, for programs of one's own and whatever takes a `text`. Source: standardwebhooks.com. */
export const standard: Receiver = {
  name: 'standard',
  knows: () => true,
  render: (alert) => JSON.stringify(alert),
  isSigned: true,
}
