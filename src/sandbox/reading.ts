import { grantedTo } from './tokens.ts'
import { authenticate, type Call, type Caller, parameter } from './call.ts'
import { errors, Refusal } from './errors.ts'
import { IDS } from './ids.ts'
import { appLink, findNode, type Node, type NodeType } from './nodes.ts'

type Fields = Readonly<Record<string, unknown>>
type Edge = { readonly on: NodeType; readonly read: (call: Call, caller: Caller) => object }

const READING_SCOPES = ['whatsapp_business_management', 'whatsapp_business_manage_events']

const isWhatsApp = (node: Node) => node.type.startsWith('WhatsApp')

/** Unassigned and unknown look alike, and are reported before a missing scope. */
export function reach(call: Call, caller: Caller, id: string, scopes: readonly string[] = READING_SCOPES): Node {
  const { account, phone } = call.scene.world
  const node = findNode(id, call.scene.world, call.version)
  const unknown = new Refusal(errors.unknownObject(call.method, id))
  if (node === undefined) throw unknown
  if (!isWhatsApp(node)) return node
  if (account.isPage && id === IDS.businessAccount) throw new Refusal(errors.pageUnreadable())
  const unassigned = !account.assigned || (id === IDS.phoneNumber && !phone.assigned)
  if (unassigned || caller.kind === 'app') throw unknown
  if (!scopes.some((scope) => grantedTo(caller.issued, call.scene).includes(scope)))
    throw new Refusal(errors.permissionMissing())
  if (account.locked) throw new Refusal(errors.accountLocked())
  return node
}

/** Top-level names of `a,b{c,d},e.limit(1)`. */
export const fieldNames = (text: string): string[] => {
  let inner = text
  for (let outer = ''; outer !== inner;) {
    outer = inner
    inner = outer.replace(/\{[^{}]*\}|\([^()]*\)/g, '')
  }
  return inner
    .split(',')
    .map((name) => name.trim().replace(/\..*$/, ''))
    .filter((name) => name !== '')
}

/** One unknown field refuses the whole read. */
function select(node: Node, asked: string | undefined): Fields {
  const names = asked === undefined ? node.usual : [...fieldNames(asked).filter((name) => name !== 'id'), 'id']
  const unknown = names.find((name) => !Object.hasOwn(node.fields, name))
  if (unknown !== undefined) throw new Refusal(errors.unknownField(unknown, node.type))
  return Object.fromEntries(names.map((name) => [name, node.fields[name]]))
}

export function readNode(call: Call, id: string): Fields {
  const caller = authenticate(call)
  const node = reach(call, caller, id)
  const isRefused = node.type === 'WhatsAppBusinessAccount' && !call.scene.world.account.readable
  if (isRefused) throw new Refusal(errors.nodePermissionMissing())
  return select(node, parameter(call, 'fields'))
}

export function readMe(call: Call): Fields {
  const caller = authenticate(call, errors.noActiveToken())
  if (caller.kind === 'app') throw new Refusal(errors.noActiveToken())
  return select(reach(call, caller, IDS.systemUser), parameter(call, 'fields'))
}

const cursor = (id: string | undefined) => (id === undefined ? '' : Buffer.from(id).toString('base64'))

function pageSize(call: Call): number {
  const limit = Number(parameter(call, 'limit') ?? 25)
  return Number.isInteger(limit) && limit > 0 ? limit : 25
}

/** Graph's `next` repeats the whole query, the token included, even where that came as a header. */
function nextPage(call: Call, caller: Caller, after: string): string {
  const next = new URL(call.url)
  next.searchParams.set('access_token', caller.text)
  next.searchParams.set('limit', String(pageSize(call)))
  next.searchParams.set('after', after)
  return next.href
}

function listPhoneNumbers(call: Call, caller: Caller) {
  const { phoneNumberIds: all, numbersCut } = call.scene.world.account
  const size = numbersCut ? 1 : pageSize(call)
  const after = parameter(call, 'after')
  const start = after === undefined ? 0 : all.findIndex((id) => cursor(id) === after) + 1
  // An unknown cursor: Graph gives an empty page rather than the first.
  const page = after !== undefined && start === 0 ? [] : all.slice(start, start + size)
  if (page.length === 0) return { data: [] }
  const last = cursor(page.at(-1))
  const hasNext = start + page.length < all.length
  return {
    data: page
      .flatMap((id) => findNode(id, call.scene.world, call.version) ?? [])
      .map((node) => select(node, parameter(call, 'fields'))),
    paging: {
      ...(!(numbersCut && hasNext) && { cursors: { before: cursor(page[0]), after: last } }),
      ...(hasNext && { next: nextPage(call, caller, last) }),
    },
  }
}

const listSubscribedApps = (call: Call) => ({
  data: call.scene.world.account.subscribedApps.map(({ id, name, overrideCallbackUri }) => ({
    ...(overrideCallbackUri !== undefined && { override_callback_uri: overrideCallbackUri }),
    whatsapp_business_api_data: { id, name, link: appLink(id) },
  })),
})

/** GET /{app}/subscriptions: where the app's webhooks go, and which fields they are about. Only the app may ask. */
function listSubscriptions(call: Call, caller: Caller) {
  if (caller.kind !== 'app') throw new Refusal(errors.inspectorDenied())
  const { webhookUrl, webhookFields } = call.scene.world.app
  const fields = webhookFields.map((name) => ({ name, version: 'v25.0' }))
  return { data: [{ object: 'whatsapp_business_account', callback_url: webhookUrl, active: true, fields }] }
}

/** What every account has from the start. Any name can be sent: the recipients decide which templates fail. */
const listTemplates = () => ({
  data: [
    {
      name: 'hello_world',
      language: 'en_US',
      status: 'APPROVED',
      category: 'UTILITY',
      components: [
        { type: 'HEADER', format: 'TEXT', text: 'Hello World' },
        { type: 'BODY', text: 'Welcome and congratulations!!' },
      ],
      id: IDS.template,
    },
  ],
})

const EDGES: Readonly<Record<string, Edge>> = {
  message_templates: { on: 'WhatsAppBusinessAccount', read: listTemplates },
  phone_numbers: { on: 'WhatsAppBusinessAccount', read: listPhoneNumbers },
  subscribed_apps: { on: 'WhatsAppBusinessAccount', read: listSubscribedApps },
  subscriptions: { on: 'Application', read: listSubscriptions },
}

export function readEdge(call: Call, id: string, name: string): object {
  const edge = Object.hasOwn(EDGES, name) ? EDGES[name] : undefined
  const caller = authenticate(call)
  if (edge === undefined) throw new Refusal(errors.unknownPath(`/${name}`))
  const node = reach(call, caller, id)
  if (node.type !== edge.on) throw new Refusal(errors.unknownField(name, node.type))
  return edge.read(call, caller)
}
