/** What can be wrong with the account and its numbers. */
import { IDS } from './ids.ts'
import type { Scenario } from './scenario.ts'
import { HEALTHY_WORLD } from './world.ts'

const WITHOUT_TARGETS = HEALTHY_WORLD.token.granularScopes.map(({ scope }) => ({ scope }))

/** Digits as a telephone number is written: `+106 070 809`. */
const displayed = (digits: string) => `+${digits.replace(/\d{3}(?=\d)/g, '$& ')}`

export const ASSET_SCENARIOS = {
  'account-unassigned': {
    summary: 'The Messaging account is not assigned to the system user.',
    departs: {
      token: { granularScopes: WITHOUT_TARGETS },
      account: { assigned: false },
    },
  },
  'account-lost-in-targets': {
    summary: 'The Messaging account dropped out of the messaging scope; reads still work.',
    departs: {
      token: {
        granularScopes: HEALTHY_WORLD.token.granularScopes.map((granted) =>
          granted.scope === 'whatsapp_business_messaging'
            ? { scope: granted.scope, target_ids: [IDS.otherBusinessAccount] }
            : granted,
        ),
      },
    },
  },
  'account-locked': {
    summary: 'The Messaging account is locked: reading it and sending are refused.',
    departs: { account: { locked: true } },
  },
  'account-permission': {
    summary: 'The token lacks a permission on the account itself; its numbers can be read.',
    departs: { account: { readable: false } },
  },
  'account-disabled': {
    summary: 'Meta disabled the account; only its status says so.',
    departs: { account: { fields: { status: 'DISABLED' } } },
  },
  'account-rejected': {
    summary: 'Meta rejected the account in its review; only account_review_status says so.',
    departs: { account: { fields: { account_review_status: 'REJECTED' } } },
  },
  'page-as-account': {
    summary: 'The account id is that of a Facebook Page.',
    detail: "The account id that the sandbox prints is that of the Page. The number's health names another account.",
    departs: { token: { granularScopes: WITHOUT_TARGETS }, account: { isPage: true } },
  },
  'phone-unassigned': {
    summary: 'The number cannot be reached, though the account still lists it.',
    departs: { phone: { assigned: false } },
  },
  'phone-foreign': {
    summary: 'The number can be read, but belongs to another account.',
    departs: { account: { phoneNumberIds: [IDS.secondPhoneNumber] } },
  },
  'phone-blocked': {
    summary: 'The number is disconnected and blocked.',
    departs: {
      phone: {
        registered: false,
        fields: {
          status: 'DISCONNECTED',
          quality_rating: 'UNKNOWN',
          platform_type: 'NOT_APPLICABLE',
          throughput: { level: 'NOT_APPLICABLE' },
        },
      },
      health: {
        phone: {
          can_send_message: 'BLOCKED',
          errors: [
            {
              error_code: 141000,
              error_description:
                'The phone number you are trying to send messages from is not linked to your WhatsApp account.',
              possible_solution: 'Register and finish the OTP authentication process for your phone number.',
            },
          ],
        },
      },
    },
  },
  'never-registered': {
    summary: 'The number was added and never registered; its status is CONNECTED, and sending fails.',
    departs: {
      phone: { registered: false, fields: { status: 'CONNECTED', platform_type: 'NOT_APPLICABLE' } },
    },
  },
  'telephone-number': {
    summary: 'The phone number id is a telephone number; the account lists that number under another id.',
    detail: 'The phone number id that the sandbox prints is the telephone number; the second number shows it.',
    departs: {
      account: { phoneNumberIds: [IDS.secondPhoneNumber] },
      phone: { assigned: false },
      secondPhone: { fields: { display_phone_number: displayed(IDS.phoneNumber) } },
    },
  },
  'numbers-cut': {
    summary: 'The list of numbers breaks off before ours: another page follows, without a cursor to it.',
    detail: 'The number is on the second page. Only the address in `paging.next` leads there.',
    departs: { account: { phoneNumberIds: [IDS.secondPhoneNumber, IDS.phoneNumber], numbersCut: true } },
  },
  'payment-missing': {
    summary: 'The account has no working payment method; messages are accepted and never delivered.',
    departs: {
      health: {
        account: {
          can_send_message: 'BLOCKED',
          errors: [
            {
              error_code: 141006,
              error_description:
                'There is an error with the payment method. This will block business initiated conversations.',
              possible_solution:
                'There was an error with your payment method. Please add a new payment method to the account.',
            },
          ],
        },
      },
    },
  },
  'name-declined': {
    summary: 'The display name was declined; only additional_info says so, among noise about calls.',
    departs: {
      phone: { fields: { name_status: 'DECLINED' } },
      health: {
        phone: {
          can_send_message: 'LIMITED',
          can_receive_call_sip: 'BLOCKED',
          errors: [
            {
              error_code: 138024,
              error_description: 'WhatsApp Business calling cannot use SIP because it is not enabled',
              possible_solution: 'Configure SIP using {PHONE_NUMBER_ID}/settings API',
            },
          ],
          additional_info: [
            'Your display name has not been approved yet. Your message limit will increase after the display name ' +
              'is approved.',
          ],
        },
        app: {
          can_send_message: 'AVAILABLE',
          can_receive_call_sip: 'BLOCKED',
          errors: [
            {
              error_code: 138025,
              error_description:
                'This app cannot use SIP for WhatsApp Business calling because it has not configured a SIP server ' +
                'for this business phone number',
              possible_solution: 'Configure SIP server using {PHONE_NUMBER_ID}/settings API',
            },
          ],
        },
      },
    },
  },
} as const satisfies Record<string, Scenario>
