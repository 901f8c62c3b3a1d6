import { accountHealth, phoneHealth } from './health.ts'
import { IDS } from './ids.ts'
import { HEALTHY_WORLD, type World } from './world.ts'

export type NodeType = 'Application' | 'Business' | 'User' | 'WhatsAppBusinessAccount' | 'WhatsAppBusinessPhoneNumber'

export type Node = {
  readonly type: NodeType
  readonly fields: Readonly<Record<string, unknown>>
  /** What a read without `fields` gives. */
  readonly usual: readonly string[]
}

const application = (): Node => ({
  type: 'Application',
  fields: {
    category: 'Business',
    link: appLink(IDS.app),
    name: 'Sandbox App',
    id: IDS.app,
    namespace: 'sandbox',
  },
  usual: ['category', 'link', 'name', 'id'],
})

export const appLink = (id: string) => `https://www.facebook.com/games/?app_id=${id}`

const systemUser = (): Node => ({
  type: 'User',
  fields: { name: 'Sandbox System User', id: IDS.systemUser },
  usual: ['name', 'id'],
})

const business = (): Node => ({
  type: 'Business',
  fields: { id: IDS.business, name: 'Sandbox Business', verification_status: 'verified' },
  usual: ['id', 'name'],
})

const isNewer = (version: string) => Number(version.slice(1)) >= 24

/** What accounts have since v24.0. */
const newerAccountFields = {
  whatsapp_business_manager_messaging_limit: 'TIER_250',
  marketing_messages_onboarding_status: 'ELIGIBLE',
}

const account = (world: World, version: string): Node => ({
  type: 'WhatsAppBusinessAccount',
  fields: {
    id: IDS.businessAccount,
    name: 'Sandbox Account',
    currency: 'USD',
    timezone_id: '1',
    message_template_namespace: '58e6d318_b627_4112_b9c7_2961197553ea',
    account_review_status: 'APPROVED',
    business_verification_status: 'verified',
    country: 'US',
    ownership_type: 'SELF_OWNED',
    owner_business_info: { name: 'Sandbox Business', id: IDS.business },
    primary_business_location: 'US',
    status: 'ACTIVE',
    health_status: accountHealth(world),
    ...(isNewer(version) && newerAccountFields),
    ...world.account.fields,
  },
  usual: ['id', 'name', 'currency', 'timezone_id', 'message_template_namespace'],
})

/** Renamed in v24.0; the other name is then an unknown field. */
const messagingLimit = (version: string) =>
  isNewer(version) ? { whatsapp_business_manager_messaging_limit: 'TIER_250' } : { messaging_limit_tier: 'TIER_1K' }

/** An override by the account is shown with the app's own address. */
function webhookConfiguration({ account: { subscribedApps }, app }: World) {
  const override = subscribedApps.find(({ id }) => id === IDS.app)?.overrideCallbackUri
  return { ...(override !== undefined && { whatsapp_business_account: override }), application: app.webhookUrl }
}

const usualPhoneFields = (world: World, id: string, displayPhoneNumber: string, version: string) => ({
  verified_name: 'Sandbox Number',
  code_verification_status: 'VERIFIED',
  display_phone_number: displayPhoneNumber,
  quality_rating: 'GREEN',
  platform_type: 'CLOUD_API',
  throughput: { level: 'STANDARD' },
  last_onboarded_time: '2026-01-05T09:12:44+0000',
  webhook_configuration: webhookConfiguration(world),
  id,
  status: 'CONNECTED',
  quality_score: { score: 'GREEN' },
  name_status: 'APPROVED',
  new_name_status: 'NONE',
  account_mode: 'LIVE',
  is_on_biz_app: false,
  is_official_business_account: false,
  is_pin_enabled: true,
  is_preverified_number: false,
  search_visibility: 'NON_VISIBLE',
  eligibility_for_api_business_global_search: 'NON_ELIGIBLE_UNDEFINED_COUNTRY',
  ...messagingLimit(version),
})

const USUAL_PHONE = [
  'verified_name',
  'code_verification_status',
  'display_phone_number',
  'quality_rating',
  'platform_type',
  'throughput',
  'last_onboarded_time',
  'webhook_configuration',
  'id',
]

const phone = (world: World, version: string): Node => ({
  type: 'WhatsAppBusinessPhoneNumber',
  fields: {
    ...usualPhoneFields(world, IDS.phoneNumber, '+1 555-555-0123', version),
    health_status: phoneHealth(world, IDS.phoneNumber, world.health.phone),
    ...world.phone.fields,
  },
  usual: USUAL_PHONE,
})

/** Always well in itself: scenarios are about the first number. `telephone-number` gives it another display number. */
const secondPhone = (world: World, version: string): Node => ({
  type: 'WhatsAppBusinessPhoneNumber',
  fields: {
    ...usualPhoneFields(world, IDS.secondPhoneNumber, '+1 555-555-0124', version),
    health_status: phoneHealth(world, IDS.secondPhoneNumber, HEALTHY_WORLD.health.phone),
    ...world.secondPhone.fields,
  },
  usual: USUAL_PHONE,
})

const NODES: Readonly<Record<string, (world: World, version: string) => Node>> = {
  [IDS.app]: application,
  [IDS.systemUser]: systemUser,
  [IDS.business]: business,
  [IDS.businessAccount]: account,
  [IDS.phoneNumber]: phone,
  [IDS.secondPhoneNumber]: secondPhone,
}

/** Whether or not the caller may see it. */
export const findNode = (id: string, world: World, version: string): Node | undefined =>
  Object.hasOwn(NODES, id) ? NODES[id]?.(world, version) : undefined
