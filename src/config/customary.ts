import type { VariableName } from './variables.ts'

/** Names by which other programs read the same value as one of ours. */
type Customary = {
  readonly ours: VariableName
  readonly names: readonly string[]
  /** Too common by themselves: they count only where a token of ours is set. */
  readonly common: readonly string[]
}

const CUSTOMARY: readonly Customary[] = [
  {
    ours: 'WHATSAPP_TOKEN',
    names: ['WHATSAPP_ACCESS_TOKEN', 'WHATSAPP_API_TOKEN', 'WHATSAPP_CLOUD_ACCESS_TOKEN', 'WA_ACCESS_TOKEN'],
    common: [],
  },
  { ours: 'WHATSAPP_BUSINESS_ACCOUNT_ID', names: ['WABA_ID', 'WHATSAPP_WABA_ID'], common: [] },
  {
    ours: 'WHATSAPP_PHONE_NUMBER_ID',
    names: ['WHATSAPP_PHONE_ID', 'WA_PHONE_NUMBER_ID'],
    common: ['PHONE_NUMBER_ID'],
  },
  { ours: 'META_APP_ID', names: [], common: ['FACEBOOK_APP_ID'] },
  { ours: 'META_APP_SECRET', names: [], common: ['FACEBOOK_APP_SECRET', 'APP_SECRET'] },
]

/** Our name for what another program calls so; `null` where we know of none. */
export function customary(name: string, hasToken: boolean): VariableName | null {
  const row = CUSTOMARY.find(({ names, common }) => names.includes(name) || (hasToken && common.includes(name)))
  return row?.ours ?? null
}

/** Every customary name, so that none is taken for a slip. */
export const CUSTOMARY_NAMES = CUSTOMARY.flatMap(({ names, common }) => [...names, ...common])
