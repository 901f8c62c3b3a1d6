import { z } from 'zod'
import { ALERT_EVENTS, type Alert } from '../../src/alerts/alert.ts'
import { FINDING, growing, status, time } from './words.ts'

const meanings = Object.entries(ALERT_EVENTS).map(([event, meaning]) => `\`${event}\`: ${meaning}`)

const finding = z
  .strictObject({ ...FINDING, summary: z.string().describe('What is wrong, in one sentence without identifiers.') })
  .describe('One thing that is wrong, with what to do about it.')

export const alert = z
  .strictObject({
    id: z
      .string()
      .describe('The same for the same event on several replicas within the hour, and for each attempt to deliver it.'),
    event: growing(Object.keys(ALERT_EVENTS) as Alert['event'][], 'event', `What happened. ${meanings.join('; ')}.`),
    status: status.describe('The status now.'),
    previousStatus: status.nullable().describe('The status before; null at a start, which has none.'),
    findings: z.array(finding).describe('What is wrong now, the gravest first. Empty when all is well.'),
    drifts: z
      .array(
        z
          .strictObject({
            field: z.string().describe('The name of the field, as in the log event `token.drift`.'),
            severity: z
              .enum(['error', 'warn', 'info'])
              .describe('`error` for the worse, `info` for the better, else `warn`.'),
          })
          .meta({ id: 'drift', description: "One field of Graph's answers that has changed." }),
      )
      .describe("What has changed in Graph's answers. Empty where nothing has."),
    at: time('When it happened.'),
    service: z.string().describe('The name of the service.'),
    instance: z.string().describe('The name of the machine or container.'),
    text: z.string().describe('One sentence for people, unescaped.'),
    tokenId: z
      .string()
      .nullable()
      .optional()
      .describe("Of a fleet alone: the token's id in the list; null where it is about an app, or about all."),
    tenant: z.string().nullable().optional().describe('Of a fleet alone: whose token it is.'),
    appId: z.string().nullable().optional().describe('Of a fleet alone: the Meta app.'),
    count: z.number().int().nullable().optional().describe('Of a fleet alone: how many tokens an incident is about.'),
  })
  .meta({
    title: 'whatsapp-token-guard alert',
    description: 'The body of the POST to `TOKEN_GUARD_ALERT_URL`. No identifier and no words of Graph are in it.',
  })
