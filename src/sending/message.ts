/** PURE. The body of `POST /{number}/messages`. Source: Meta, Cloud API, Messages. */

const TEXT = 'The WhatsApp token works: this is the test message of whatsapp-token-guard.'

/** A text, or a template without parameters (`NAME` or `NAME:LANGUAGE`); `null` where that is no template's name. */
export function messageOf(to: string, template: string | undefined): Readonly<Record<string, unknown>> | null {
  const common = { messaging_product: 'whatsapp', recipient_type: 'individual', to }
  if (template === undefined) return { ...common, type: 'text', text: { body: TEXT } }
  const [, name, code = 'en_US'] = /^([a-z0-9_]{1,512})(?::([a-z]{2,3}(?:_[A-Z]{2,4})?))?$/.exec(template) ?? []
  return name === undefined ? null : { ...common, type: 'template', template: { name, language: { code } } }
}
