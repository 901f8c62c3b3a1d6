import { IDS } from './ids.ts'

/** How a token can have ended. Expiry is not here: it follows from the date. */
export type Ending = 'revoked' | 'password-changed' | 'app-removed' | 'unreadable'

export type GranularScope = { readonly scope: string; readonly target_ids?: readonly string[] }
export type CanSend = 'AVAILABLE' | 'LIMITED' | 'BLOCKED'
export type HealthError = {
  readonly error_code: number
  readonly error_description: string
  readonly possible_solution?: string
}
export type EntityHealth = {
  readonly can_send_message: CanSend
  readonly can_receive_call_sip?: CanSend
  readonly errors?: readonly HealthError[]
  readonly additional_info?: readonly string[]
}
export type SubscribedApp = { readonly id: string; readonly name: string }

/** All that a scenario can change, two levels deep, plain data. */
export type World = {
  readonly token: {
    readonly type: 'SYSTEM_USER' | 'USER'
    readonly appId: string
    readonly application: string
    /** Before the sandbox was started. */
    readonly issuedSecondsAgo: number
    /** From the moment the scenario was set; null is never. */
    readonly expiresInSeconds: number | null
    readonly dataAccessEndsInSeconds: number | null
    readonly scopes: readonly string[]
    readonly granularScopes: readonly GranularScope[]
    readonly ending: Ending | null
  }
  readonly app: {
    readonly secretAccepted: boolean
    readonly selfInspectionAllowed: boolean
    readonly proofRequired: boolean
  }
  readonly account: {
    readonly assigned: boolean
    readonly locked: boolean
    readonly phoneNumberIds: readonly string[]
    readonly subscribedApps: readonly SubscribedApp[]
  }
  readonly phone: {
    readonly assigned: boolean
    readonly registered: boolean
    /** Laid over the number's usual fields. */
    readonly fields: Readonly<Record<string, unknown>>
  }
  readonly health: {
    readonly phone: EntityHealth
    readonly account: EntityHealth
    readonly business: EntityHealth
    readonly app: EntityHealth
  }
  readonly answers: {
    readonly refusal: 'applicationLimit' | 'outage' | null
    readonly usagePercent: number
    readonly delayMs: number
    readonly hang: boolean
    readonly nonsense: boolean
    /** The token's ending as debug_token tells it, request by request; null is the truth. */
    readonly inspections: readonly (Ending | null)[]
    /** After the last of `inspections`: start again, or stay with the truth. */
    readonly inspectionsRepeat: boolean
  }
}

export const SCOPES = [
  'business_management',
  'whatsapp_business_management',
  'whatsapp_business_messaging',
  'public_profile',
] as const

/** What `permanent` plays, and what every other scenario departs from. */
export const HEALTHY_WORLD: World = {
  token: {
    type: 'SYSTEM_USER',
    appId: IDS.app,
    application: 'Sandbox App',
    issuedSecondsAgo: 3_600,
    expiresInSeconds: null,
    dataAccessEndsInSeconds: null,
    scopes: SCOPES,
    granularScopes: [
      { scope: 'business_management', target_ids: [IDS.business] },
      { scope: 'whatsapp_business_management', target_ids: [IDS.businessAccount] },
      { scope: 'whatsapp_business_messaging', target_ids: [IDS.businessAccount] },
    ],
    ending: null,
  },
  app: { secretAccepted: true, selfInspectionAllowed: true, proofRequired: false },
  account: {
    assigned: true,
    locked: false,
    phoneNumberIds: [IDS.phoneNumber, IDS.secondPhoneNumber],
    subscribedApps: [{ id: IDS.app, name: 'Sandbox App' }],
  },
  phone: { assigned: true, registered: true, fields: {} },
  health: {
    phone: { can_send_message: 'AVAILABLE', can_receive_call_sip: 'AVAILABLE' },
    account: { can_send_message: 'AVAILABLE' },
    business: { can_send_message: 'AVAILABLE' },
    app: { can_send_message: 'AVAILABLE', can_receive_call_sip: 'AVAILABLE' },
  },
  answers: {
    refusal: null,
    usagePercent: 3,
    delayMs: 0,
    hang: false,
    nonsense: false,
    inspections: [],
    inspectionsRepeat: false,
  },
}
