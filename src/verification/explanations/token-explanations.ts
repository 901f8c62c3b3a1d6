import type { Explanation } from './explanation.ts'

/** Of the token and its app. */
export const TOKEN_EXPLANATIONS = {
  'token.expired': {
    means: 'The token has expired. Graph refuses every call made with it.',
    why: 'It was a temporary token (a day) or one of 60 days, and was not renewed.',
    see: "`check` shows Graph's text, with the time of expiry. A date alone expires a token only where Graph's clock and this machine's clock both say that it has passed.",
    causes: {
      expired: 'Graph says so (subcode 463), or the date that Graph gave has passed.',
    },
    related: ['token.expires', 'clock.skewed'],
  },
  'token.revoked': {
    means: 'The token was ended, and will not come back.',
    why: "A person, an API call or Meta ended it. Graph's subcode or text shows which of the causes below it was.",
    see: '`check` shows the subcode and Graph\'s text. Where `debug_token` gives no verdict, all of the token\'s own reads are refused: "every read with this token is refused".',
    todo: 'Follow the cause below. A new token does not help in every case.',
    causes: {
      revoked_by_call: 'the token was revoked through the API (466).',
      password_changed: 'a password was changed, or Facebook ended the session for security (452, 460).',
      logged_out: 'the person logged out (467).',
      session_ended: 'the session was ended, and Graph does not say how (468).',
      app_removed: "the app was removed from the token's user (458).",
      role_lost: "the token's user has lost the role that the token needs (492).",
      user_unconfirmed: "the token's user is not confirmed (464).",
      login_check: 'Facebook wants the person to log in (459, 490).',
      integration_user_gone:
        'the user that Embedded Signup made for this customer is deleted, or belongs to another app (465).',
      app_deleted: '"Application has been deleted".',
      unexplained: 'Graph says that the token is not valid, and gives no reason that is known here. Do not guess one.',
    },
    related: ['token.expired', 'app.blocked'],
  },
  'token.invalid': {
    means: 'Graph does not accept the text as a token.',
    why: 'It was cut off or altered when it was copied, or it is a token of another service (Instagram, Threads).',
    see: "`check` shows Graph's text, if there is one.",
    causes: {
      copied_wrong: '"Invalid OAuth access token", "cannot parse", "malformed" and the like.',
      unexplained: '`is_valid: false`, and Graph names no reason and neither the app nor the user of the token.',
    },
    related: ['token.revoked'],
  },
  'app.blocked': {
    means: "Meta has blocked or deactivated the app's access to the API. Every token of the app is refused.",
    why: 'An action in the app dashboard is overdue, the yearly data use check-up was missed, the mode of the app was changed, or Meta blocked the app.',
    see: '`check` shows code 200 with "API access blocked" or "API access deactivated".',
    todo: 'Do **not** generate a new token: a new token of the same app is blocked too.',
    causes: {
      app_blocked: "`debug_token` says so of the token, or gives no verdict and all of the token's own reads say so.",
    },
    related: ['token.revoked', 'inspector.denied'],
  },
  'token.expires': {
    means: 'The token works, but it has an end, and the policy does not allow one.',
    why: '`TOKEN_GUARD_EXPIRY` is `never`, and the token was generated with 60 days or is a temporary one.',
    see: '`check` shows the date.',
    causes: {
      expiration_chosen: '`expires_at` is a date.',
      temporary_token: "the date is at most 25 hours away, and the token is not a system user's.",
    },
    related: ['token.expires_soon'],
  },
  'token.expires_soon': {
    means: 'The token works, and its end is near.',
    why: '`TOKEN_GUARD_EXPIRY=rotate` or `temporary`, and less than `TOKEN_GUARD_ROTATE_BEFORE` is left.',
    see: '`check`; `/health/token`, key `token:expiry`.',
    causes: {
      expiration_near: 'the date is near.',
    },
    related: ['token.expires'],
  },
  'token.type': {
    means: "The token is not a system user's. A person's token can end with the person's session.",
    why: 'It comes from the Graph API Explorer, Facebook Login or a page.',
    see: '`check` shows the type.',
    weight: 'A warning. It is `fail` for the token of a page or of an app, which cannot send.',
    causes: {
      not_system_user: "a person's token, or one whose type Graph does not give or this program does not know.",
      useless_kind: 'the token of a page or of an app (`PAGE`, `APP`).',
    },
    related: ['token.revoked'],
  },
  'token.data_access_expires': {
    means: "Graph will soon stop answering for this user's data, or has stopped, although the token lives on.",
    why: "A user's token; a system user's has no such end.",
    see: '`check` shows the date.',
    causes: {
      data_access_ending: 'the access has ended, or ends within 14 days.',
    },
    related: ['token.type'],
  },
  'scope.missing': {
    means: 'The token lacks a permission that the policy demands. There is one finding for each missing permission.',
    why: 'A box was not ticked in step 4, or Meta renamed the permission.',
    see: '`check` names what is missing.',
    causes: {
      permission_unticked: "the permission is not among the token's scopes.",
      business_management_unticked: '`business_management` is missing, and the two that messages need are there.',
    },
    related: ['app.mismatch'],
  },
  'app.mismatch': {
    means: 'The token belongs to another app than `META_APP_ID`.',
    why: 'Two apps in the same business, or a copied `.env`.',
    see: "`check` shows both, or Graph's refusal to show the token to this app.",
    causes: {
      other_app: 'the token names another app, or Graph will not show it to the configured one.',
    },
    related: ['inspector.rejected'],
  },
  'token.candidate_refused': {
    means:
      'The token was changed, and the new token was refused. The old token stays in service, and a restart would be refused.',
    why: 'A bad token was put in place.',
    see: "The log's `token.reload_refused`; `check` judges the new one.",
    todo: 'Replace it **before the next restart**, which would be refused.',
    causes: {
      candidate_bad: 'the new token has a finding that refuses it.',
    },
    related: ['token.invalid'],
  },
  'token.child_outdated': {
    means: 'The command that `run` started still has the old token. Another token has taken over.',
    why: 'The environment of a command cannot be changed from outside.',
    see: "`/health/token`, key `token:validity`, and the log's `child.outdated`.",
    todo: 'Restart the command, or let `run` do so: `--on-reload=restart`.',
    causes: {
      command_not_restarted: 'the command was started before the new token took over.',
    },
    related: ['token.candidate_refused'],
  },
  'token.unresolved': {
    means: 'A fleet knows the id of a token, and its source gave no text for it, or one that is no token.',
    why: 'The row is new or half deleted, a decryption failed, or the token query leaves it out.',
    see: '`fleet check ID`, and the id in `GET /fleet/tokens`.',
    weight: 'It changes no verdict: what Graph said last stands, and grows old.',
    causes: {
      token_not_given: 'the query or the callback gave nothing for the id, or a text that is no token.',
    },
    related: ['token.invalid'],
  },
  'fleet.suspect': {
    means:
      "Graph refuses many tokens of one app at once. This token's refusal is held: its last verified state stands.",
    why: 'A failure at Meta looks like this, and so does an app that was disabled.',
    see: '`GET /fleet/tokens/ID` shows the refusal beside it; `GET /fleet` shows the incident.',
    weight: 'A warning for as long as the refusal is held. A token that has never passed stays `fail`.',
    causes: {
      many_at_once: 'so many tenants of one app were refused among its last answers that one cause is behind it.',
    },
    related: ['app.blocked', 'token.unresolved'],
  },
  'app.address_denied': {
    means:
      "The app's list of allowed addresses does not name this machine. It says nothing about the token: from an allowed machine it may work.",
    why: "_Server IP allow list_ is set for the app, and this machine's outgoing address is not in it, or has changed.",
    see: '`check` shows code 5 and ends with exit 78.',
    weight:
      'At boot it ends the start with exit 78, whatever `TOKEN_GUARD_FAIL_ON` holds. In service it is a warning under `token:app`, until `debug_token` gives a definite answer.',
    causes: {
      address_denied: 'code 5.',
    },
    related: ['inspector.denied'],
  },
} as const satisfies Readonly<Record<string, Explanation>>
