/**
 * The warnings that an operator may raise to a failure. Each is what Graph definitely said about the token, its account
 * or its numbers, and may mean that messages are lost. Never a missing answer, and never a date that is still to come.
 */
export const FAIL_ON_CODES = [
  'phone.blocked',
  'account.blocked',
  'account.unsubscribed',
  'account.webhook_elsewhere',
  'account.webhook_fields',
  'account.unassigned',
  'app.address_denied',
  'token.type',
] as const
export type FailOnCode = (typeof FAIL_ON_CODES)[number]
