import { IDS } from './ids.ts'

/** Webhook bodies as Meta documents them, about the sandbox's account and number. Sources: Meta's webhook references. */

const DISPLAY_NUMBER = '15555550123'
const SENT_AT = 1_763_399_138

function body(field: string, value: object, id: string = IDS.businessAccount): object {
  return { object: 'whatsapp_business_account', entry: [{ id, time: SENT_AT, changes: [{ value, field }] }] }
}

const metadata = { display_phone_number: DISPLAY_NUMBER, phone_number_id: IDS.phoneNumber }
const messages = (value: object) => body('messages', { messaging_product: 'whatsapp', metadata, ...value })

export const WEBHOOK_BODIES: Readonly<Record<string, object>> = {
  'account-disabled': body('account_update', {
    event: 'DISABLED_UPDATE',
    ban_info: { waba_ban_state: 'DISABLE', waba_ban_date: 'November 17, 2026' },
  }),
  'account-restricted': body('account_update', {
    event: 'ACCOUNT_RESTRICTION',
    restriction_info: [{ restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration: SENT_AT + 604_800 }],
  }),
  'account-deleted': body('account_update', { event: 'ACCOUNT_DELETED' }),
  'account-rejected': body('account_review_update', { decision: 'REJECTED' }),
  'app-uninstalled': body(
    'account_update',
    {
      event: 'PARTNER_APP_UNINSTALLED',
      waba_info: {
        waba_id: IDS.businessAccount,
        owner_business_id: IDS.business,
        partner_app_id: IDS.app,
      },
    },
    // The entry's own id is not the account's here.
    IDS.otherBusiness,
  ),
  'name-declined': body('phone_number_name_update', {
    display_phone_number: DISPLAY_NUMBER,
    decision: 'REJECTED',
    requested_verified_name: 'Sandbox',
    rejection_reason: 'NAME_NOT_CONSISTENT',
  }),
  message: messages({
    contacts: [{ profile: { name: 'A customer' }, wa_id: '15555550165' }],
    messages: [
      {
        from: '15555550165',
        id: 'wamid.c2FuZGJveA==',
        timestamp: String(SENT_AT),
        type: 'text',
        text: { body: 'hello' },
      },
    ],
  }),
  'message-failed': messages({
    statuses: [
      {
        id: 'wamid.c2FuZGJveA==',
        status: 'failed',
        timestamp: String(SENT_AT),
        recipient_id: '15555550165',
        errors: [{ code: 131031, title: 'Business Account locked', message: 'Business Account locked' }],
      },
    ],
  }),
}
