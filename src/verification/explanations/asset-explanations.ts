import type { Explanation } from './explanation.ts'

/** Of the account, its webhooks and its numbers. */
export const ASSET_EXPLANATIONS = {
  'account.unassigned': {
    means: 'Graph does not show the Messaging account (until 2026: WhatsApp Business Account, WABA) to this token.',
    why: 'The account is not assigned to the system user with full control, it was assigned after the token was made, or the id is wrong (also that of a page).',
    see: "`check` shows Graph's refusal. Or the targets of `whatsapp_business_messaging`, where the account is not among them.",
    weight:
      'It is `fail`. It is `warn` where Graph speaks only of a permission ("Missing Permission", 3, 10, 200–299) and every configured number can be read: sending goes on then. `TOKEN_GUARD_FAIL_ON=account.unassigned` makes that `fail` too.',
    causes: {
      account_not_assigned:
        '100 with subcode 33, code 33, 803, "Object does not exist, cannot be loaded due to missing permission" (100 or 10), or 200–299. Or the account is not among the token\'s targets.',
      full_control_missing: '"Missing Permission" or "Need permission on" (100).',
      app_lacks_permission: 'codes 3 and 10.',
      app_not_for_user: '"Cannot call API for app … on behalf of user …" (200).',
      token_cannot_read:
        'Graph speaks of a permission, and the token lacks `whatsapp_business_management`. Where the policy demands that permission, [scope.missing](#scopemissing) is shown in place of this finding.',
    },
    related: ['phone.unassigned', 'account.wrong_kind'],
  },
  'phone.unassigned': {
    means: 'Graph does not show the sending number to this token.',
    why: 'The WhatsApp account (the number) or its Messaging account is not assigned to the system user, or the id is wrong. Since September 2026 each of the two is assigned by itself (guide, step 3).',
    see: '`check` shows Graph\'s refusal. Where the telephone number itself is configured and the account is set too, `check` shows the right id under "expected".',
    causes: {
      number_not_assigned:
        '100 with subcode 33, code 33, 803, "Object does not exist, cannot be loaded due to missing permission" (100 or 10), or 200–299.',
      telephone_number_as_id: "the configured id is a telephone number in the account's list.",
      full_control_missing: '"Missing Permission" or "Need permission on" (100).',
      app_lacks_permission: 'codes 3 and 10.',
      app_not_for_user: '"Cannot call API for app … on behalf of user …" (200).',
      token_cannot_read:
        'Graph speaks of a permission, and the token lacks `whatsapp_business_management`. Where the policy demands that permission, [scope.missing](#scopemissing) is shown in place of this finding.',
    },
    related: ['account.unassigned'],
  },
  'phone.foreign': {
    means: 'The number belongs to another account than the configured one.',
    why: 'Ids of two accounts in one configuration.',
    see: "`check` lists the account's numbers.",
    causes: {
      number_of_another_account:
        "the whole list of the account's numbers lacks this one. A list that is cut off, or that repeats itself, proves nothing.",
    },
    related: ['phone.unassigned'],
  },
  'account.wrong_kind': {
    means:
      '`WHATSAPP_BUSINESS_ACCOUNT_ID` is the id of something else. It takes the id of the Messaging account, which API Setup still calls _WhatsApp Business Account ID_.',
    why: "Most often it is the business's own id.",
    see: '`check` names the kind.',
    causes: {
      account_id_of_another_kind: 'Graph names another kind of node.',
    },
    related: ['phone.wrong_kind'],
  },
  'phone.wrong_kind': {
    means: '`WHATSAPP_PHONE_NUMBER_ID` is the id of something else.',
    why: "Most often it is the account's id.",
    see: '`check` names the kind.',
    causes: {
      number_id_of_another_kind: 'Graph names another kind of node.',
    },
    related: ['account.wrong_kind'],
  },
  'account.unsubscribed': {
    means: "No incoming message reaches the backend: the app does not get the account's webhooks.",
    why: 'The app was never subscribed to the account, or it was unsubscribed.',
    see: "`check` lists the subscribed apps. With `META_APP_ID` the list must hold that app. Without it only a list without any app is this finding (an app of Meta's own does not count); a list with another app is the [note](#notes) `other_app_subscribed`. An empty list counts only where the token has `whatsapp_business_management`. Where Graph refuses the list, that is the note `unreadable`.",
    causes: {
      app_not_subscribed: 'the app is not in the list.',
    },
    related: ['account.webhook_fields', 'account.webhook_elsewhere'],
  },
  'account.webhook_elsewhere': {
    means: 'Messages go to another address than `WHATSAPP_WEBHOOK_URL`.',
    why: "An override of the account or of the number was left behind, often that of an old tunnel; or the app's own address is an old one.",
    see: "`check` names the host that each number's messages go to. The rest of an address is not shown: it may hold a secret. Scheme, host and path are compared; the query and one slash at the end are not.",
    causes: {
      webhook_address_old: 'the nearest address is not the configured one.',
    },
    related: ['account.unsubscribed'],
  },
  'account.webhook_fields': {
    means: 'The app is subscribed to the account, but not to the field `messages`: no incoming message arrives.',
    why: "The box was never ticked, or the app's webhook was set up again without it.",
    see: "`check` lists the fields. Only the app's own token may ask for them: with `META_APP_ID` and `META_APP_SECRET`.",
    causes: {
      messages_not_ticked: "`messages` is not among the app's fields of WhatsApp.",
    },
    related: ['account.unsubscribed'],
  },
  'account.blocked': {
    means: 'Meta limits, blocks or has locked sending for the account.',
    why: 'Meta disabled or restricted the account, its review failed, the payment method, business verification, policy.',
    see: "`check` shows the account's status and review, and every cause of `health_status`. Codes 138024 and 138025 concern calls only and do not count. An unknown word of status or review is the [note](#notes) `status_unknown`.",
    todo: 'Follow the causes below, the first one first. A new token does not help.',
    weight:
      'A warning. `TOKEN_GUARD_FAIL_ON=account.blocked` makes it `fail`, but not where Graph says `LIMITED` and nothing worse: some messages still go out then.',
    causes: {
      account_locked: 'the read is answered 368 or 131031.',
      account_disabled: 'the status is a bad word, such as `DISABLED`, `RESTRICTED` or `BANNED`.',
      account_rejected: 'the review is a bad word, such as `REJECTED`.',
      payment_missing: '`health_status` gives 141006.',
      business_not_verified: '`health_status` gives 141010.',
      number_never_registered: '`health_status` gives 141000.',
      name_not_approved: '`health_status` gives no code, and its text speaks of the display name.',
      app_not_subscribed: '`health_status` gives no code, and its text says that the app is not subscribed.',
      account_limited: '`health_status` says `LIMITED` or `BLOCKED`, and gives another cause or none.',
    },
    related: ['phone.blocked'],
  },
  'phone.blocked': {
    means:
      'The number is not connected, or messages from it are limited or blocked. Graph may accept them all the same.',
    why: 'Registration, display name, quality, payment method, business verification, policy.',
    see: '`check`; `send-test` shows it after an accepted message. A number that was never registered may have the status `CONNECTED`: sending fails with 133010.',
    todo: 'Follow the causes below, the first one first. A new token does not help.',
    weight:
      'A warning. `TOKEN_GUARD_FAIL_ON=phone.blocked` makes it `fail`, but not where Graph says `LIMITED` and nothing worse: some messages still go out then.',
    causes: {
      account_locked: 'the read is answered 368 or 131031.',
      number_never_registered: '`platform_type` is `NOT_APPLICABLE`, or `health_status` gives 141000.',
      number_disconnected: 'the status is `PENDING`, `DISCONNECTED` or `UNVERIFIED`.',
      number_gone: 'the status is `DELETED` or `MIGRATED`.',
      number_banned: 'the status is `BANNED` or `RESTRICTED`.',
      number_flagged: 'the status is `FLAGGED`.',
      number_rate_limited: 'the status is `RATE_LIMITED`.',
      payment_missing: '`health_status` gives 141006.',
      business_not_verified: '`health_status` gives 141010.',
      name_not_approved: '`health_status` gives no code, and its text speaks of the display name.',
      app_not_subscribed: '`health_status` gives no code, and its text says that the app is not subscribed.',
      number_limited:
        'another status than `CONNECTED`, or `health_status` says `LIMITED` or `BLOCKED` and gives another cause or none.',
    },
    related: ['account.blocked'],
  },
} as const satisfies Readonly<Record<string, Explanation>>
