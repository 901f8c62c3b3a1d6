import { IDS } from './ids.ts'

/** How a token can have ended. Expiry is not here: it follows from the date. */
export type Ending = 'revoked' | 'password-changed' | 'app-removed' | 'checkpoint' | 'unreadable'

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
export type SubscribedApp = {
  readonly id: string
  readonly name: string
  /** Where the account's webhooks go instead of to the app's own address. */
  readonly overrideCallbackUri?: string
}

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
    /** The app's list of allowed addresses does not hold the caller's. */
    readonly addressDenied: boolean
    readonly webhookUrl: string
    readonly webhookFields: readonly string[]
  }
  readonly account: {
    readonly assigned: boolean
    readonly locked: boolean
    /** The id is that of a Facebook Page. */
    readonly isPage: boolean
    /** Whether the account itself may be read; its edges do not ask for this. */
    readonly readable: boolean
    /** Laid over the account's usual fields. */
    readonly fields: Readonly<Record<string, unknown>>
    readonly phoneNumberIds: readonly string[]
    /** The list gives one number a page, and no cursor where there is another page. */
    readonly numbersCut: boolean
    readonly subscribedApps: readonly SubscribedApp[]
  }
  readonly phone: {
    readonly assigned: boolean
    readonly registered: boolean
    /** Laid over the number's usual fields. */
    readonly fields: Readonly<Record<string, unknown>>
  }
  readonly secondPhone: {
    readonly fields: Readonly<Record<string, unknown>>
  }
  readonly health: {
    readonly phone: EntityHealth
    readonly account: EntityHealth
    readonly business: EntityHealth
    readonly app: EntityHealth
  }
  readonly answers: {
    /** Every call is refused with this row of the errors. */
    readonly refusal: 'applicationBlocked' | 'applicationDeleted' | 'applicationLimit' | 'outage' | null
    /** A newer version answers than the one that was asked for. */
    readonly newerVersion: boolean
    /** Come with every answer, together with Graph's usual ones. */
    readonly headers: Readonly<Record<string, string>>
    readonly usagePercent: number
    readonly delayMs: number
    readonly hang: boolean
    readonly nonsense: boolean
    /** So many of the issued tokens count as revoked, and live again afterwards. */
    readonly refusedShare: number
    /** The token's ending as debug_token shows it, request by request; null is the truth. */
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

/** The fields of the app's webhook. */
export const WEBHOOK_FIELDS = [
  'messages',
  'message_template_status_update',
  'account_update',
  'phone_number_quality_update',
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
  app: {
    secretAccepted: true,
    selfInspectionAllowed: true,
    proofRequired: false,
    addressDenied: false,
    webhookUrl: 'https://example.com/wa_webhook',
    webhookFields: WEBHOOK_FIELDS,
  },
  account: {
    assigned: true,
    locked: false,
    isPage: false,
    readable: true,
    fields: {},
    phoneNumberIds: [IDS.phoneNumber, IDS.secondPhoneNumber],
    numbersCut: false,
    subscribedApps: [{ id: IDS.app, name: 'Sandbox App' }],
  },
  phone: { assigned: true, registered: true, fields: {} },
  secondPhone: { fields: {} },
  health: {
    phone: { can_send_message: 'AVAILABLE', can_receive_call_sip: 'AVAILABLE' },
    account: { can_send_message: 'AVAILABLE' },
    business: { can_send_message: 'AVAILABLE' },
    app: { can_send_message: 'AVAILABLE', can_receive_call_sip: 'AVAILABLE' },
  },
  answers: {
    refusal: null,
    newerVersion: false,
    headers: {},
    usagePercent: 3,
    delayMs: 0,
    hang: false,
    nonsense: false,
    refusedShare: 0,
    inspections: [],
    inspectionsRepeat: false,
  },
}
