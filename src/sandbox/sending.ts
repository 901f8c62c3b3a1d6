import { authenticate, type Call, parameter, required } from './call.ts'
import { errors, Refusal } from './errors.ts'
import { IDS } from './ids.ts'
import { reach } from './reading.ts'
import { failureOf } from './recipients.ts'

export const MESSAGING = ['whatsapp_business_messaging']

const TEXT_MAX = 4_096

type Content = Readonly<Record<string, unknown>>

const isContent = (value: unknown): value is Content => typeof value === 'object' && value !== null

function missing(details: string): never {
  throw new Refusal(errors.messageParameterMissing(details))
}

function checkText(_call: Call, _type: string, { body }: Content): void {
  if (typeof body !== 'string' || body === '') missing('text: body is missing')
  if (body.length > TEXT_MAX) throw new Refusal(errors.parameterTooLong("text['body']", TEXT_MAX))
}

function checkTemplate(_call: Call, _type: string, { name, language }: Content): void {
  if (typeof name !== 'string' || name === '') missing('template: name is missing')
  if (!isContent(language) || typeof language['code'] !== 'string') missing('template: language is missing')
}

function checkMedia(call: Call, type: string, { id, link }: Content): void {
  if (id === undefined && link === undefined) missing(`${type}: id or link is missing`)
  const isUnknown = id !== undefined && call.media.get(String(id)) === undefined
  if (isUnknown) throw new Refusal(errors.unknownAttachment(type))
}

const checkNothing = () => undefined

/** The kinds of message, and what each demands besides its object. */
const KINDS: Readonly<Record<string, (call: Call, type: string, content: Content) => void>> = {
  audio: checkMedia,
  contacts: checkNothing,
  document: checkMedia,
  image: checkMedia,
  interactive: checkNothing,
  location: checkNothing,
  reaction: checkNothing,
  sticker: checkMedia,
  template: checkTemplate,
  text: checkText,
  video: checkMedia,
}

function checkContent(call: Call, type: string): void {
  const check = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined
  if (check === undefined) throw new Refusal(errors.parameterNotOneOf('type', Object.keys(KINDS), type))
  const content = call.parameters[type]
  if (!isContent(content)) missing(`${type}: object is missing`)
  check(call, type, content)
}

/** Mark as read, with or without a typing indicator. */
function markRead(call: Call, status: string) {
  if (status !== 'read') throw new Refusal(errors.parameterNotOneOf('status', ['read'], status))
  if (parameter(call, 'message_id') === undefined) missing('message_id is missing')
  return { success: true }
}

function accept(call: Call, to: string, type: string) {
  const message = Buffer.from(`sandbox message ${call.serial}`).toString('base64')
  return {
    messaging_product: 'whatsapp',
    contacts: [{ input: to, wa_id: to.replace(/\D/g, '') }],
    messages: [{ id: `wamid.${message}`, ...(type === 'template' && { message_status: 'accepted' }) }],
  }
}

/** POST /{phone}/messages. Accepted is not delivered: what goes wrong later comes by webhook only. */
export function sendMessage(call: Call, id: string) {
  const caller = authenticate(call)
  const node = reach(call, caller, id, MESSAGING)
  if (node.type !== 'WhatsAppBusinessPhoneNumber') throw new Refusal(errors.unknownObject(call.method, id))
  required(call, 'messaging_product')
  const status = parameter(call, 'status')
  if (status !== undefined) return markRead(call, status)
  // Since usernames, a client may know its customer by an id alone.
  const to = parameter(call, 'to') ?? parameter(call, 'recipient') ?? required(call, 'to')
  const type = parameter(call, 'type') ?? 'text'
  checkContent(call, type)
  if (id === IDS.phoneNumber && !call.scene.world.phone.registered) throw new Refusal(errors.numberNotRegistered())
  const failure = failureOf(to)
  if (failure !== null) throw new Refusal(failure)
  return accept(call, to, type)
}
