import { z } from 'zod'
import { graphError, timeOrNull } from './words.ts'

/** Graph's facts, as `check --json` and the operator's view of the health body have them. */

const text = (description: string) => z.string().describe(description)
const unlessUnsaid = (description: string) =>
  z.string().nullable().describe(`${description} Null where Graph does not say.`)
const ids = (description: string) => z.array(z.string()).describe(description)
const kind = <Word extends string>(word: Word, description: string) => z.literal(word).describe(description)
const host = (whose: string) => z.string().nullable().describe(`The host of ${whose}; null where there is none.`)

const end = (description: string) =>
  z
    .union([z.iso.datetime(), z.literal('never')])
    .nullable()
    .describe(`${description} RFC 3339, \`never\`, or null where Graph does not say.`)

const granularScope = z
  .strictObject({
    scope: text('The name of the permission.'),
    targetIds: z
      .array(z.string())
      .nullable()
      .describe('The ids that it is granted for; null where Graph names none, which proves nothing about one account.'),
  })
  .describe('A permission, and what it is granted for.')

const live = z.strictObject({
  isValid: z.literal(true).describe('Graph calls the token valid.'),
  appId: unlessUnsaid('The app that the token was issued for.'),
  userId: unlessUnsaid('The user that the token belongs to.'),
  type: unlessUnsaid('`SYSTEM_USER`, `USER`, `PAGE`, `APP`; the set is open.'),
  scopes: ids('The permissions that the token has.'),
  granularScopes: z.array(granularScope).describe('The permissions with what they are granted for.'),
  expiresAt: end('When the token ends.'),
  dataAccessExpiresAt: end("When the access to users' data ends."),
  issuedAt: timeOrNull('When the token was issued; null where Graph does not say.'),
})

const isNotValid = z.literal(false).describe('The token is of no use here.')
const fromReads = z
  .boolean()
  .describe("The token's own reads say it, since debug_token gave no verdict. Else debug_token says it.")

const ENDINGS = ['expired', 'revoked', 'invalid'] as const

const notLive = z.discriminatedUnion('kind', [
  z.strictObject({
    isValid: isNotValid,
    cause: z.enum(ENDINGS).describe('The same as `ending`.'),
    kind: kind('dead', 'The token has ended.'),
    ending: z.enum(ENDINGS).describe('How: it expired, it was revoked, or it is no token at all.'),
    reason: graphError.nullable().describe("Graph's error; null where it gave none."),
    fromReads,
  }),
  z.strictObject({
    isValid: isNotValid,
    kind: kind('foreign', 'Graph does not show the token to the configured app: it belongs to another one.'),
    reason: graphError.describe("Graph's error."),
  }),
  z.strictObject({
    isValid: isNotValid,
    kind: kind('app_blocked', "Meta has blocked the app's access to the API, and with it every token of the app."),
    reason: graphError.describe("Graph's error."),
    fromReads,
  }),
])

const sending = z
  .strictObject({
    canSend: text('`AVAILABLE`, `LIMITED` or `BLOCKED`; the set is open.'),
    causes: z
      .array(
        z.strictObject({
          entity: text('What limits or blocks: `PHONE_NUMBER`, `WABA`, `BUSINESS`, `APP`; the set is open.'),
          code: z.int().nullable().describe("Graph's error code; null where it gave none."),
          text: text("Graph's own words, without secrets. Not to be parsed."),
        }),
      )
      .describe('Why messages are limited or blocked. Empty when they are not.'),
  })
  .nullable()
  .describe("Whether messages can be sent (Graph's `health_status`); null where Graph does not say.")

const reason = graphError.describe("Graph's error.")

/** The kinds of a node: shown, or not shown for a reason. `own` is there in each. */
function node<Own extends z.ZodRawShape, Shown extends z.ZodRawShape>(what: string, own: Own, shown: Shown) {
  return z.discriminatedUnion('kind', [
    z.strictObject({ ...own, kind: kind('readable', `Graph shows the ${what}.`), ...shown, sending }),
    z.strictObject({ ...own, kind: kind('unassigned', `Graph does not show the ${what} to this token.`), reason }),
    z.strictObject({
      ...own,
      kind: kind('wrong_kind', `The id is not that of a ${what}.`),
      nodeType: unlessUnsaid('What it is the id of, in the words of Graph.'),
      reason,
    }),
    z.strictObject({ ...own, kind: kind('locked', `Meta has locked the ${what}.`), reason }),
  ])
}

const account = node(
  'account',
  { businessAccountId: text("The account's id, as it is configured.") },
  {
    name: unlessUnsaid("The account's name."),
    status: unlessUnsaid('`ACTIVE`, `DISABLED`; the set is open.'),
    review: unlessUnsaid("Meta's review of the account: `APPROVED`, `PENDING`, `REJECTED`; the set is open."),
  },
)

const phoneNumber = node(
  'phone number',
  { phoneNumberId: text("The number's id, as it is configured.") },
  {
    displayNumber: unlessUnsaid('The telephone number as Graph writes it.'),
    name: unlessUnsaid("The number's verified name."),
    status: unlessUnsaid('`CONNECTED` is the only one that sends; the set is open.'),
    platformType: unlessUnsaid('`CLOUD_API`; `NOT_APPLICABLE` was never registered; the set is open.'),
    webhooks: z
      .strictObject({
        phoneNumber: host("the number's own address"),
        account: host("the account's address"),
        application: host("the app's address"),
      })
      .nullable()
      .describe('Where messages to the number go, the nearest first; null where Graph does not say.'),
  },
)

const appSubscription = z.strictObject({
  appId: text('The app.'),
  callbackHost: host('the address that the app has its webhooks sent to'),
  fields: ids('The webhook fields that it has subscribed to. Empty where it has no subscription to WhatsApp.'),
})

const connection = z.strictObject({
  askedVersion: text('The version of Graph that was asked, such as `v25.0`.'),
  servedVersion: unlessUnsaid('The version that answered.'),
  clockOffsetMs: z
    .number()
    .nullable()
    .describe("Graph's clock minus this machine's, in milliseconds; null where Graph gave no date."),
})

const NO_ANSWER = 'null where there is no answer.'

export const facts = z
  .strictObject({
    token: z.union([live, notLive]).nullable().describe(`The token; ${NO_ANSWER}`),
    account: account.nullable().describe(`The WhatsApp Business Account; ${NO_ANSWER}`),
    subscribedAppIds: z.array(z.string()).nullable().describe(`The apps that get the account's webhooks; ${NO_ANSWER}`),
    webhookOverrides: z
      .record(z.string(), z.string().nullable())
      .nullable()
      .describe(
        `By app id, the host that the account sends its webhooks to in place of the app's own address; ${NO_ANSWER}`,
      ),
    accountPhoneNumberIds: z.array(z.string()).nullable().describe(`The ids of the account's numbers; ${NO_ANSWER}`),
    phoneNumbers: z.array(phoneNumber).describe('The configured numbers that Graph has answered for.'),
    appSubscription: appSubscription
      .nullable()
      .describe(`What the configured app has subscribed to of WhatsApp; ${NO_ANSWER}`),
    graph: connection.nullable().describe(`What the headers of the answers show; ${NO_ANSWER}`),
  })
  .meta({ id: 'facts', description: 'What Graph last said. Holds identifiers, never a secret.' })
