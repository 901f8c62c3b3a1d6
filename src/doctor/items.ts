import { connectionItems } from './way-to-graph.ts'
import type { Observations } from './observations.ts'
import { guideItems } from './guide.ts'
import { item, type Head, type Item, type ItemStatus } from './item.ts'
import { keepingItems } from './keeping.ts'

/** PURE. All items, in the order in which they are shown. */

const head = (id: string, title: string, step: number | null): Head => ({
  id: `checklist.${id}`,
  group: 'checklist',
  step,
  title,
})

/** What the guide's own steps have said already: the worst of them, without saying it twice. */
const SUMMARIES: readonly (readonly [id: string, title: string, step: number, of: readonly string[]])[] = [
  ['system_user', 'system user', 2, ['guide.system_user']],
  ['assets', 'assets assigned', 3, ['guide.app', 'guide.account', 'guide.phone']],
  ['permissions', 'permissions', 4, ['guide.permissions']],
  ['expiry', 'expiry or rotation', 4, ['guide.expiry']],
  ['tested', 'tested', 6, ['guide.verified', 'guide.message']],
]

/** Whether a person hears of it. Only a person can see whether an alert arrived. */
function alertItem({ verification, receivers, program }: Observations): Item {
  const alerts = head('alerts', 'alerts', null)
  if (verification === null) return item(alerts, 'skipped', 'not known without a valid configuration')
  const { heartbeatUrl } = verification.config
  const watched = heartbeatUrl === null ? 'no heartbeat (TOKEN_GUARD_HEARTBEAT_URL)' : 'a heartbeat'
  if (receivers.length === 0)
    return item(
      alerts,
      'yours',
      `none (TOKEN_GUARD_ALERT_URL), and ${watched}: who learns of a dead token, and by what?`,
    )
  const to = receivers.join(', ')
  return item(alerts, 'yours', `to ${to}; ${watched}. Did a test arrive? Send one: ${program} alert-test`)
}

/** What a start during an outage of Graph would go on with. */
function stateItem({ verification, remembered }: Observations): Item {
  const state = head('state', 'state file', null)
  const path = verification?.config.statePath ?? null
  if (path === null) return item(state, 'skipped', 'none (TOKEN_GUARD_STATE_PATH): a start needs an answer of Graph')
  return item(state, 'ok', remembered ?? `${path} holds nothing about this token yet`)
}

const PEOPLE: readonly (readonly [id: string, title: string, question: string])[] = [
  ['backup', 'backup', "is the token in the team's password manager?"],
  ['regenerate', 'regeneration', 'do at least two of the team know how, and are they allowed to (docs/guide.md)?'],
  ['old_token', 'old token', 'is the temporary token of the first days gone?'],
]

const WORST: readonly ItemStatus[] = ['failed', 'skipped', 'yours', 'warned', 'ok']

export function itemsOf(facts: Observations): readonly Item[] {
  const guide = guideItems(facts)
  const summaries = SUMMARIES.map(([id, title, step, of]) => {
    const statuses = guide.filter((each) => of.includes(each.id)).map(({ status }) => status)
    const worst = WORST.find((status) => statuses.includes(status)) ?? 'skipped'
    return item(head(id, title, step), worst, `step ${step} above`)
  })
  const people = PEOPLE.map(([id, title, question]) => item(head(id, title, null), 'yours', question))
  return [
    ...guide,
    ...summaries,
    ...keepingItems(facts.storage),
    alertItem(facts),
    stateItem(facts),
    ...people,
    ...connectionItems(facts),
  ]
}
