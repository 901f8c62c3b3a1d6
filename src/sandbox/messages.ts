import { authenticate, type Call, parameter, required } from './call.ts'
import { errors, Refusal } from './errors.ts'
import { IDS } from './ids.ts'
import { reach } from './reading.ts'

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function checkContent(call: Call, type: string): void {
  const content = Object.hasOwn(call.parameters, type) ? call.parameters[type] : undefined
  if (!isObject(content)) throw new Refusal(errors.messageParameterMissing(`${type}: object is missing`))
  if (type === 'text' && typeof content.body !== 'string') {
    throw new Refusal(errors.messageParameterMissing('text: body is missing'))
  }
}

/** POST /{phone}/messages. Accepted is not delivered: what goes wrong later comes by webhook only. */
export function sendMessage(call: Call, id: string) {
  const caller = authenticate(call)
  const node = reach(call, caller, id, ['whatsapp_business_messaging'])
  if (node.type !== 'WhatsAppBusinessPhoneNumber') throw new Refusal(errors.unknownObject(call.method, id))
  required(call, 'messaging_product')
  const to = required(call, 'to')
  const type = parameter(call, 'type') ?? 'text'
  checkContent(call, type)
  if (id === IDS.phoneNumber && !call.scene.world.phone.registered) throw new Refusal(errors.numberNotRegistered())
  const message = Buffer.from(`sandbox message ${call.serial}`).toString('base64')
  return {
    messaging_product: 'whatsapp',
    contacts: [{ input: to, wa_id: to.replace(/\D/g, '') }],
    messages: [{ id: `wamid.${message}`, ...(type === 'template' && { message_status: 'accepted' }) }],
  }
}
