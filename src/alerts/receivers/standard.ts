import type { Receiver } from './receiver.ts'

/** The alert as it is, for programs of one's own and whatever takes a `text`. Source: standardwebhooks.com. */
export const standard: Receiver = {
  name: 'standard',
  isSigned: true,
  keepsIncidents: false,
  render: (alert, { url }) => [{ url: url.href, body: JSON.stringify(alert) }],
}
