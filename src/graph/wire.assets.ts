import * as z from 'zod/mini'
import { addressOf } from '../platform/address.ts'
import type {
  AccountFacts,
  AppFacts,
  MeFacts,
  PhoneFacts,
  SubscriptionsFacts,
  Optional,
  Unread,
  WebhookConfiguration,
} from '../verification/facts.ts'
import { word, type Clean } from './clean.ts'
import type { Parsed } from './json.ts'
import { sendingOf, healthAside } from './wire.health.ts'
import { aside, idSchema, optionalWordSchema, tolerantList } from './wire.ts'

/** Accounts, numbers, and where their messages go, read. Names are for operators, addresses lose all but their host. */

const optionalText = aside(z.string())

const addressed = z.pipe(
  aside(z.string()),
  z.transform((url) => (url == null ? null : addressOf(url))),
)

export const accountSchema = z.lazy(() =>
  z.object({
    id: idSchema,
    name: optionalText,
    status: optionalWordSchema,
    account_review_status: optionalWordSchema,
    health_status: healthAside,
  }),
)

export const phoneSchema = z.lazy(() =>
  z.object({
    id: idSchema,
    display_phone_number: optionalText,
    verified_name: optionalText,
    status: optionalWordSchema,
    platform_type: optionalWordSchema,
    health_status: healthAside,
    webhook_configuration: aside(
      z.object({ phone_number: addressed, whatsapp_business_account: addressed, application: addressed }),
    ),
  }),
)

/** A field that is asked for, by its name on the wire. Those of a fact of their own keep what was known while they are not asked. */
export type NodeField = { readonly name: string; readonly isOptional: boolean; readonly fact?: Optional }

const core = (name: string): NodeField => ({ name, isOptional: false })
const optional = (name: string, fact: Optional): NodeField => ({ name, isOptional: true, fact })

export const ACCOUNT_FIELDS: readonly NodeField[] = [
  core('name'),
  optional('status', 'status'),
  optional('account_review_status', 'review'),
  optional('health_status', 'sending'),
]

export const PHONE_FIELDS: readonly NodeField[] = [
  core('display_phone_number'),
  core('verified_name'),
  { ...core('status'), fact: 'status' },
  optional('platform_type', 'platformType'),
  optional('health_status', 'sending'),
  optional('webhook_configuration', 'webhooks'),
]

export function readAccount(
  json: unknown,
  businessAccountId: string,
  unread: Unread,
  clean: Clean,
): Parsed<AccountFacts> {
  const parsed = accountSchema.safeParse(json)
  if (!parsed.success || parsed.data.id !== businessAccountId)
    return { ok: false, problem: 'not the account that was asked for' }
  const { name, status, account_review_status, health_status } = parsed.data
  return {
    ok: true,
    value: {
      about: 'account',
      businessAccountId,
      kind: 'readable',
      name: text(name, clean),
      status,
      review: account_review_status,
      sending: sendingOf(health_status, clean),
      ...unread,
    },
  }
}

export function readPhone(json: unknown, phoneNumberId: string, unread: Unread, clean: Clean): Parsed<PhoneFacts> {
  const parsed = phoneSchema.safeParse(json)
  if (!parsed.success || parsed.data.id !== phoneNumberId)
    return { ok: false, problem: 'not the number that was asked for' }
  const { display_phone_number, verified_name, status, platform_type, health_status, webhook_configuration } =
    parsed.data
  return {
    ok: true,
    value: {
      about: 'phone',
      phoneNumberId,
      kind: 'readable',
      displayNumber: text(display_phone_number, clean),
      name: text(verified_name, clean),
      status,
      platformType: platform_type,
      sending: sendingOf(health_status, clean),
      webhooks: webhooksOf(webhook_configuration),
      ...unread,
    },
  }
}

function webhooksOf(configured: z.output<typeof phoneSchema>['webhook_configuration']): WebhookConfiguration | null {
  if (configured == null) return null
  const { phone_number, whatsapp_business_account, application } = configured
  return { phoneNumber: phone_number, account: whatsapp_business_account, application }
}

const numbersSchema = z.lazy(() =>
  z.object({
    data: z.array(z.object({ id: idSchema, display_phone_number: optionalText })),
    paging: z.catch(
      z.nullish(z.object({ next: z.nullish(z.unknown()), cursors: aside(z.object({ after: optionalText })) })),
      // Odd: there may be another page, and nothing says where.
      { next: 'unreadable', cursors: null },
    ),
  }),
)

export type NumbersPage = {
  readonly numbers: readonly { readonly id: string; readonly digits: string | null }[]
  /** `last`; or the cursor of the next page, `null` where Graph says that there is one and not where. */
  readonly after: 'last' | { readonly cursor: string | null }
}

/** A last page has a cursor too, but no `next`; `next` itself holds the token and is never followed. */
export function readNumbers(json: unknown): Parsed<NumbersPage> {
  const parsed = numbersSchema.safeParse(json)
  if (!parsed.success) return { ok: false, problem: 'not a list of numbers' }
  const { data, paging } = parsed.data
  const numbers = data.map(({ id, display_phone_number }) => ({ id, digits: digitsOf(display_phone_number) }))
  const cursor = paging?.cursors?.after ?? null
  return { ok: true, value: { numbers, after: paging?.next == null ? 'last' : { cursor } } }
}

/** `+1 555-555-0123` → `15555550123` */
function digitsOf(display: string | null | undefined): string | null {
  const digits = (display ?? '').slice(0, 64).replaceAll(/\D/g, '')
  return digits === '' ? null : digits
}

const subscriptionsSchema = z.lazy(() =>
  z.object({
    data: z.array(
      z.object({ whatsapp_business_api_data: z.object({ id: idSchema }), override_callback_uri: addressed }),
    ),
  }),
)

export function readSubscriptions(json: unknown): Parsed<SubscriptionsFacts> {
  const parsed = subscriptionsSchema.safeParse(json)
  if (!parsed.success) return { ok: false, problem: 'not a list of subscribed apps' }
  const apps = parsed.data.data.map((app) => [app.whatsapp_business_api_data.id, app.override_callback_uri] as const)
  return {
    ok: true,
    value: {
      about: 'subscriptions',
      appIds: apps.map(([id]) => id),
      overrides: Object.fromEntries(apps.flatMap(([id, address]) => (address === null ? [] : [[id, address]]))),
    },
  }
}

const appSchema = z.lazy(() =>
  z.object({
    data: z.array(
      z.object({
        object: z.string(),
        callback_url: addressed,
        fields: tolerantList(
          z.union([
            z.object({ name: z.string() }),
            z.pipe(
              z.string(),
              z.transform((name) => ({ name })),
            ),
          ]),
        ),
      }),
    ),
  }),
)

/** What the app is subscribed to, of WhatsApp alone. */
export function readApp(json: unknown, appId: string): Parsed<AppFacts> {
  const parsed = appSchema.safeParse(json)
  if (!parsed.success) return { ok: false, problem: "not a list of the app's subscriptions" }
  const own = parsed.data.data.find(({ object }) => object === 'whatsapp_business_account')
  const subscription =
    own === undefined ? null : { callback: own.callback_url, fields: own.fields.map(({ name }) => word(name)) }
  return { ok: true, value: { about: 'app', appId, subscription } }
}

const meSchema = z.lazy(() => z.object({ id: idSchema }))

export function readMe(json: unknown): Parsed<MeFacts> {
  return meSchema.safeParse(json).success
    ? { ok: true, value: { about: 'me' } }
    : { ok: false, problem: "not the token's user" }
}

function text(value: string | null | undefined, clean: Clean): string | null {
  return value == null ? null : clean(value)
}
