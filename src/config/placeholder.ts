/** Texts in place of a value. */

const PLACEHOLDERS: readonly RegExp[] = [
  /^<.*>$|^\[.*\]$|^\{\{.*\}\}$|^%.+%$|^__.+__$/,
  /^(?:undefined|null|none|nil|nan|true|false|todo|tbd|n\/?a|token|access_?token)$/,
  /^(?:change|replace|insert|enter|paste|put|add|fill|set)[-_ ]?(?:me|this|it|in|with|here|your|the|token|by)/,
  /^(?:your|my|the|some|a)[-_ ]/,
  /^(?:your|my)(?:access|whatsapp|permanent|system|real|app|secret|token)/,
  /(?:token|secret|id|key)[-_ ]?(?:goes[-_ ]?)?here$/,
  /^(?:eaa[a-z]{0,2})?([x*._#-])\1{2,}$|x{8,}/,
  /^eaa[a-z0-9]{0,12}(?:\.{2,}|\u2026)$/,
  /^(?:\.{2,}|\u2026|-+|_+|\*+|\?+)$/,
  /^replace|^changeme|^placeholder|_placeholder$/,
]

/** Whether a text only marks the place of a value. */
export function isPlaceholder(text: string): boolean {
  const lower = text.trim().toLowerCase()
  return PLACEHOLDERS.some((pattern) => pattern.test(lower))
}

const WORDS_OF_MASKS = 'redacted|masked|hidden|filtered|secret|sensitive(?: value)?|protected'
const MASK = new RegExp(`[*\\u2022\\u25CF]{3,}|^\\s*(?:redacted|[<[(](?:${WORDS_OF_MASKS})[>\\])])\\s*$`, 'i')

/** What logs, dashboards and stores show in place of a secret. */
export function isMask(text: string): boolean {
  return MASK.test(text)
}

/** A shell's, a workflow's and a program's way to mean another variable. */
export function isReference(text: string): boolean {
  return /^\s*(?:\$(?:\{[^}]*\}?|\(.*\)|(?:env:)?[A-Za-z_]\w*|\{\{.*\}\})|(?:process\.env|os\.environ|import\.meta\.env)\b.*)\s*$/.test(
    text,
  )
}

const STORES =
  /^\s*(?:(?:op|vault|bao|doppler|infisical|sm|awssm|gcpsm|azkv|akv|ref\+[a-z]+):\/\/|vault:(?!v\d+:)|ssm:|projects\/[^/\s]+\/secrets\/|arn:aws[a-z-]*:|@Microsoft\.KeyVault\(|\{\{ ?(?:resolve:|with secret))/i

/** A secret's name in a store, as 1Password, Vault, AWS, Google and Azure write it. */
export function isStoreReference(text: string): boolean {
  return STORES.test(text)
}

/** What SOPS, dotenvx, Ansible, Vault, age, PGP and Spring write for a secret that is to be decrypted. */
export function isEncrypted(text: string): boolean {
  return /^\s*(?:vault:v\d+:|ENC\[|encrypted:|\$ANSIBLE_VAULT;|age-encryption\.org|\{cipher\}|-----BEGIN )/.test(text)
}
