import type { FleetSearch, ListStart } from '../../fleet/worst-first.ts'
import { FLEET_STATUSES } from './fleet-words.ts'

/** PURE. What the address of the fleet's page asks of its list, and the addresses that its links have. */

export type ListQuery = { readonly search: FleetSearch; readonly start: ListStart }

/** `q`: how an id or a tenant begins; `after` and `before`: the status and the id of a row, with a colon between. */
export function listQueryFrom(parameter: (name: string) => string | undefined): ListQuery {
  const given = (name: string) => {
    const text = parameter(name)?.trim() ?? ''
    return text === '' ? null : text
  }
  return {
    search: {
      status: given('status'),
      code: given('code'),
      app: given('app'),
      tenant: given('tenant'),
      text: given('q'),
    },
    start: startAt('onwards', parameter('after')) ?? startAt('backwards', parameter('before')),
  }
}

function startAt(direction: 'onwards' | 'backwards', text = ''): ListStart {
  const colon = text.indexOf(':')
  const status = FLEET_STATUSES.find((each) => each === text.slice(0, colon))
  return status === undefined ? null : { direction, place: { status, id: text.slice(colon + 1) } }
}

export const NO_SEARCH: FleetSearch = { status: null, code: null, app: null, tenant: null, text: null }

export function isSearch(search: FleetSearch): boolean {
  return Object.values(search).some((each) => each !== null)
}

/** To the list, from the fleet's page. */
export function listAddress(search: Partial<FleetSearch>, start: ListStart = null): string {
  const { text, ...filter } = { ...NO_SEARCH, ...search }
  const parameters = Object.entries({
    q: text,
    ...filter,
    [start?.direction === 'backwards' ? 'before' : 'after']:
      start === null ? null : `${start.place.status}:${start.place.id}`,
  }).flatMap(([name, value]) => (value === null ? [] : [`${name}=${encodeURIComponent(value)}`]))
  return `?${parameters.join('&')}#tokens`
}

/** To the page of one token, from the fleet's page. */
export function tokenAddress(id: string): string {
  return `tokens/${encodeURIComponent(id)}`
}
