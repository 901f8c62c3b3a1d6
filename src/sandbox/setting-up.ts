/** What changes the number and the account, until the next scenario is played. */
import { authenticate, type Call, required } from './call.ts'
import { errors, Refusal } from './errors.ts'
import { IDS } from './ids.ts'
import type { NodeType } from './nodes.ts'
import { reach } from './reading.ts'
import { worldOf } from './scenarios.ts'
import { HEALTHY_WORLD, type SubscribedApp, type World } from './world.ts'

type Done = { readonly success: true }

function change(call: Call, id: string, type: NodeType, next: (world: World) => World): Done {
  const node = reach(call, authenticate(call), id)
  if (node.type !== type) throw new Refusal(errors.unknownObject(call.method, id))
  call.scene.world = next(call.scene.world)
  return { success: true }
}

const phoneAs = (world: World, { phone, health }: World): World => ({
  ...world,
  phone: { ...phone, assigned: world.phone.assigned },
  health: { ...world.health, phone: health.phone },
})

/** The second number is always well; scenarios are about the first. */
const changesFirst = (id: string, next: (world: World) => World) => (world: World) =>
  id === IDS.phoneNumber ? next(world) : world

function checkRegistration(call: Call): void {
  required(call, 'messaging_product')
  if (required(call, 'pin').length !== 6) throw new Refusal(errors.pinLength())
}

const connected = (world: World) => (world.phone.registered ? world : phoneAs(world, HEALTHY_WORLD))

/** POST /{phone}/register: a disconnected number is well again. */
export const register = (call: Call, id: string): Done =>
  change(call, id, 'WhatsAppBusinessPhoneNumber', (world) => {
    checkRegistration(call)
    return changesFirst(id, connected)(world)
  })

const disconnected = (world: World) => phoneAs(world, worldOf('phone-blocked'))

/** POST /{phone}/deregister: as the scenario `phone-blocked` has it. */
export const deregister = (call: Call, id: string): Done =>
  change(call, id, 'WhatsAppBusinessPhoneNumber', changesFirst(id, disconnected))

const OWN_APP: SubscribedApp = { id: IDS.app, name: 'Sandbox App' }

const changeSubscriptions = (call: Call, id: string, added: readonly SubscribedApp[]) =>
  change(call, id, 'WhatsAppBusinessAccount', ({ account, ...world }) => {
    const others = account.subscribedApps.filter((app) => app.id !== OWN_APP.id)
    return { ...world, account: { ...account, subscribedApps: [...others, ...added] } }
  })

/** POST and DELETE /{account}/subscribed_apps: of the app whose token it is. */
export const subscribe = (call: Call, id: string): Done => changeSubscriptions(call, id, [OWN_APP])
export const unsubscribe = (call: Call, id: string): Done => changeSubscriptions(call, id, [])
