import { z } from 'zod'
import { CHECK_KEYS, type CheckKey } from '../../src/verification/codes.ts'
import { facts } from './facts.ts'
import { closed, findingCode, findings, reason, status, time } from './words.ts'

/** The health body of either view, and the published one in which the operator's members are optional. */

const WHAT: Readonly<Record<CheckKey, string>> = {
  'token:validity': 'Whether Graph calls the token valid.',
  'token:expiry': 'When the token ends.',
  'token:scopes': 'Whether the token has the required permissions.',
  'token:app': 'Whether the token is of the configured app, and the app may ask.',
  'token:type': 'Whether the token is of the kind that a server wants.',
  'token:data-access': "When the access to users' data ends.",
  'whatsapp:business-account': 'Whether the token reaches the configured account, and the account may send.',
  'whatsapp:webhooks': "Whether the account's webhooks come to the app.",
  'whatsapp:phone-number': 'Whether the token reaches the configured numbers, and they may send. One entry a number.',
  'graph:reachability': 'Whether Graph answers.',
  'graph:version': 'Whether Graph answers with the version that is asked for.',
  'clock:skew': "Whether this machine's clock agrees with Graph's.",
}
const ALWAYS: readonly CheckKey[] = ['token:validity', 'token:expiry', 'token:scopes', 'graph:reachability']

const ENTRY = {
  status: status.describe('The status of this check alone.'),
  time: time("When the check's last definite answer came. Absent where there was none.").optional(),
  code: findingCode.optional().describe('The code of the finding. Absent where there is none.'),
  output: z.string().optional().describe('What is wrong and what to do, or why there is no answer. For people.'),
}

const OPERATORS_ENTRY = {
  componentId: z
    .string()
    .optional()
    .describe("The configured id that was asked about, in the operator's view: the account's or the number's."),
  observedValue: z
    .unknown()
    .optional()
    .describe(
      "What Graph last said, in the operator's view: a value as Graph gives it (Unix seconds with 0 for never, ids, lists), an object of several by their names, or a word for why the account or number is not shown.",
    ),
  observedUnit: z.literal('ms').optional().describe('The unit of `observedValue`: milliseconds, at `clock:skew`.'),
  expected: z.string().optional().describe("What the policy demands, in the operator's view."),
  observed: z.string().optional().describe("What Graph said about the finding, in the operator's view."),
  reason: reason
    .nullable()
    .optional()
    .describe("The numbers of Graph's error, in the operator's view; null where it gave none."),
}

const PLAN = {
  nextCheck: time('When Graph is asked next. Absent until that is planned.').optional(),
  nextCheckDelayedBy: closed(
    { throttled: 'Graph throttles', usage: "Graph's headers show that the limit is near" },
    'Why the next check comes later than usual. Absent where it does not.',
  ).optional(),
}

function checks(entry: z.ZodRawShape) {
  const usual = z.strictObject(entry).meta({ id: 'check', description: 'One entry of a check.' })
  const ofGraph = z
    .strictObject({ ...entry, ...PLAN })
    .meta({ id: 'graphCheck', description: 'One entry of `graph:reachability`.' })
  const entries = (key: CheckKey) => z.array(key === 'graph:reachability' ? ofGraph : usual).min(1)
  const shape = CHECK_KEYS.map((key) => {
    const described = entries(key).describe(WHAT[key])
    return [key, ALWAYS.includes(key) ? described : described.optional()] as const
  })
  return z
    .strictObject(Object.fromEntries(shape))
    .describe('By key its entries, the gravest first. A key is there where it is configured or applies.')
}

const PUBLIC = {
  status: status.describe('The status of the token: HTTP 200 for `pass` and `warn`, 503 for `fail`.'),
  serviceId: z.string().describe('The name of the program.'),
  releaseId: z.string().describe('The version of the program.'),
  output: z.string().optional().describe('One sentence for people. Absent on `pass`.'),
  notes: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('What is worth knowing and changes no status, as texts for people. Absent where there is nothing.'),
}

const drift = z
  .strictObject({
    time: time('When the change took effect.'),
    checkId: z.string().describe('The check that saw it, as the log has it.'),
    field: z.string().describe('What has changed, such as `scopes` or `phone.status`.'),
    before: z.unknown().describe('What Graph said before: lists, Unix seconds with 0 for never, ids.'),
    after: z.unknown().describe('What Graph says since.'),
    severity: closed(
      { error: 'the check got worse', warn: 'it is no better and no worse', info: 'it got better' },
      'What the change means.',
    ),
    phoneNumberId: z.string().optional().describe('The number that it concerns. Absent where it concerns none.'),
  })
  .describe('A change between one answer of Graph and the one before it.')

const statusChange = z
  .strictObject({
    time: time('When it changed.'),
    before: status.nullable().describe('The status before; null where none is known.'),
    after: status.describe('The status since.'),
  })
  .describe('A change of status.')

const OPERATORS = {
  token: z
    .strictObject({
      fingerprint: z
        .string()
        .regex(/^[0-9a-f]{12}$/)
        .nullable()
        .describe("The first 12 hex digits of the token's SHA-256; null without a token."),
    })
    .describe("The token in service, in the operator's view."),
  findings,
  facts: facts.describe("What Graph last said, in the operator's view."),
  statusSince: time('Since when the status is as it is, over restarts where a state file is kept.')
    .nullable()
    .describe(
      'Since when the status is as it is, over restarts where a state file is kept; null before the first one.',
    ),
  statusChanges: z
    .array(statusChange)
    .describe("The last changes of status, the newest first, 20 at the most, in the operator's view."),
  drift: z.array(drift).describe("The last changes, the newest first, 50 at the most, in the operator's view."),
}

export const publicHealth = z.strictObject({ ...PUBLIC, checks: checks(ENTRY) })

export const operatorsHealth = z.strictObject({
  ...PUBLIC,
  checks: checks({ ...ENTRY, ...OPERATORS_ENTRY }),
  ...OPERATORS,
})

export const health = z
  .strictObject({
    ...PUBLIC,
    checks: checks({ ...ENTRY, ...OPERATORS_ENTRY }),
    ...z.strictObject(OPERATORS).partial().shape,
  })
  .meta({
    title: 'whatsapp-token-guard health body',
    description:
      "The body of `GET /health/token` and `POST /health/token/check` (draft-inadarei-api-health-check). `token`, `findings`, `facts`, `statusSince`, `statusChanges`, `drift` and what is said to be so in an entry of `checks` are in the operator's view alone.",
  })
