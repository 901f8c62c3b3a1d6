import * as z from 'zod/mini'
import { CAUSES, type CauseName } from './causes.ts'
import type { Facts, Optional } from './facts.ts'

/** Facts as JSON, read again: from a file, another guard or a database. What does not fit is no fact. */

const text = z.string()
const textOrNull = z.nullable(text)
const texts = z.array(text)
const number = z.number()
const numberOrNull = z.nullable(number)

const cause = z.custom<CauseName>((name) => typeof name === 'string' && Object.hasOwn(CAUSES, name))
const reason = z.object({ code: number, subcode: numberOrNull, message: text, cause })
const expiry = z.union([number, z.literal('never'), z.null()])
const address = z.object({ host: text, digest: text })
const addressOrNull = z.nullable(address)

const aboutToken = z.literal('token')
const token = z.discriminatedUnion('kind', [
  z.object({
    about: aboutToken,
    kind: z.literal('live'),
    appId: textOrNull,
    userId: textOrNull,
    type: textOrNull,
    scopes: texts,
    granularScopes: z.array(z.object({ scope: text, targetIds: z.nullable(texts) })),
    expiresAt: expiry,
    dataAccessExpiresAt: expiry,
    issuedAtMs: numberOrNull,
  }),
  z.object({
    about: aboutToken,
    kind: z.literal('dead'),
    ending: z.enum(['expired', 'revoked', 'invalid']),
    reason: z.nullable(reason),
    fromReads: z.boolean(),
  }),
  z.object({ about: aboutToken, kind: z.literal('app_blocked'), reason, fromReads: z.boolean() }),
  z.object({ about: aboutToken, kind: z.literal('foreign'), reason }),
])

const sending = z.nullable(
  z.object({ canSend: text, causes: z.array(z.object({ entity: text, code: numberOrNull, text })) }),
)
const OPTIONAL: Readonly<Record<Optional, true>> = {
  status: true,
  review: true,
  platformType: true,
  sending: true,
  webhooks: true,
}
const unread = {
  unread: z.array(z.enum(Object.keys(OPTIONAL) as Optional[])),
  isShortened: z.boolean(),
}

/** A node that is shown, or not shown in one of the ways; `own` is there in each. */
function node<const Own extends z.core.$ZodShape, const Shown extends z.core.$ZodShape>(own: Own, shown: Shown) {
  return z.discriminatedUnion('kind', [
    z.object({ ...own, kind: z.literal('readable'), ...unread, ...shown }),
    z.object({ ...own, kind: z.literal('unassigned'), reason }),
    z.object({ ...own, kind: z.literal('wrong_kind'), nodeType: textOrNull, reason }),
    z.object({ ...own, kind: z.literal('locked'), reason }),
  ])
}

const account = node(
  { about: z.literal('account'), businessAccountId: text },
  { name: textOrNull, status: textOrNull, review: textOrNull, sending },
)
const phone = node(
  { about: z.literal('phone'), phoneNumberId: text },
  {
    displayNumber: textOrNull,
    name: textOrNull,
    status: textOrNull,
    platformType: textOrNull,
    sending,
    webhooks: z.nullable(z.object({ phoneNumber: addressOrNull, account: addressOrNull, application: addressOrNull })),
  },
)

export const factsSchema: z.ZodMiniType<Facts> = z.union([
  token,
  account,
  phone,
  z.object({ about: z.literal('numbers'), phoneNumberIds: texts, digitsOf: z.record(text, text) }),
  z.object({ about: z.literal('subscriptions'), appIds: texts, overrides: z.record(text, address) }),
  z.object({
    about: z.literal('app'),
    appId: text,
    subscription: z.nullable(z.object({ callback: addressOrNull, fields: texts })),
  }),
  z.object({ about: z.literal('me') }),
  z.object({
    about: z.literal('connection'),
    askedVersion: text,
    servedVersion: textOrNull,
    clockOffsetMs: numberOrNull,
  }),
])
