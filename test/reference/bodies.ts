import { ALERT_EVENTS } from '../../src/alerts/alert.ts'
import { SCENARIOS } from '../../src/sandbox/scenarios.ts'
import type { Scenario } from '../../src/sandbox/scenario.ts'
import { alert } from '../schemas/alert.ts'
import { check } from '../schemas/check.ts'
import { health } from '../schemas/health.ts'
import { render } from '../schemas/render.ts'
import { asSentence, bullets, chapter, section } from './markdown.ts'

/** The chapters of the JSON documents, from their schemas, and of the sandbox's scenarios. */

type Node = Readonly<Record<string, any>>

/** The object behind a reference, a list or a "null or". */
function objectIn(node: Node, root: Node): Node | null {
  const inner = [node['items'], ...((node['anyOf'] as readonly Node[] | undefined) ?? [])].filter(
    (each) => each !== undefined,
  )
  if (node['$ref'] !== undefined) return objectIn(root['$defs'][node['$ref'].split('/').at(-1)], root)
  if (node['properties'] !== undefined) return node
  for (const each of inner) {
    const found = objectIn(each, root)
    if (found !== null) return found
  }
  return null
}

/** A list below says more. */
const EVENT = 'What happened: one of the events below.'

const described = (node: Node, root: Node): string =>
  node['description'] ?? root['$defs']?.[node['$ref']?.split('/').at(-1)]?.description ?? ''

/** Too large for this page: its schema describes it. */
const BY_SCHEMA = ['facts']

function membersOf(node: Node, root: Node, depth = 0): string {
  return Object.entries<Node>(node['properties'])
    .map(([name, member]) => {
      const inner = BY_SCHEMA.includes(name) ? null : objectIn(member, root)
      const line = `${'  '.repeat(depth)}- \`${name}\`: ${name === 'event' ? EVENT : described(member, root)}`
      return inner === null ? line : `${line}\n${membersOf(inner, root, depth + 1)}`
    })
    .join('\n')
}

function healthSection(): string {
  const root = render('health', health)
  const { checks, ...others } = root['properties'] as Record<string, Node>
  const keys = Object.entries<Node>(checks?.['properties'])
  return section(
    'The health body',
    "The body of `GET /health/token` and `POST /health/token/check` follows [draft-inadarei-api-health-check](https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check). The public view names no identifier and quotes none of Graph's texts. `token`, `findings`, `facts` and `drift` are in the operator's view alone. Its schema is [schemas/health.json](schemas/health.json).",
    membersOf({ properties: others }, root),
    '`checks` has these keys, each with a list of entries:',
    bullets(keys.map(([key, node]) => `\`${key}\`: ${node['description']}`)),
    'An entry has:',
    membersOf((root['$defs'] as Record<string, Node>)['graphCheck'] ?? {}, root),
    'Only `graph:reachability` has `nextCheck` and `nextCheckDelayedBy`: [when the guard waits](operating.md#when-the-guard-waits).',
  )
}

const EXAMPLE = `\`\`\`json
{
  "id": "msg_4f2a…",
  "event": "status.changed",
  "status": "fail",
  "previousStatus": "pass",
  "findings": [
    {
      "code": "token.revoked",
      "severity": "fail",
      "summary": "Graph says …",
      "remedy": "Generate …",
      "step": 4,
      "causes": [{ "name": "session_ended", "remedy": "Generate …", "step": 4 }]
    }
  ],
  "drifts": [{ "field": "validity", "severity": "error" }],
  "at": "2026-11-25T12:30:00.000Z",
  "service": "whatsapp-token-guard",
  "instance": "web-1",
  "text": "whatsapp-token-guard on web-1: the token's status went from pass to fail. token.revoked: …"
}
\`\`\``

export function bodiesChapter(): string {
  const ofCheck = render('check', check)
  const ofAlert = render('alert', alert)
  return chapter(
    'JSON documents',
    'A later version may add members and words to these documents. The schemas allow for that.',
    section(
      'The document of check --json',
      '`check --json` prints one document on standard output. Identifiers are in it, secrets never. Its schema is [schemas/check.json](schemas/check.json).',
      membersOf(ofCheck, ofCheck),
    ),
    healthSection(),
    section(
      'The body of an alert',
      "The POST to `TOKEN_GUARD_ALERT_URL` has this body. It shows no more than the public view: no identifier, no name and no words of Graph's. [Alerts](alerts.md) says how it is signed and delivered. Its schema is [schemas/alert.json](schemas/alert.json).",
      membersOf(ofAlert, ofAlert),
      'An alert is sent for each of these events:',
      bullets(Object.entries(ALERT_EVENTS).map(([event, when]) => `\`${event}\`: ${asSentence(when)}`)),
      EXAMPLE,
    ),
  )
}

export function scenariosChapter(): string {
  const rows = Object.entries<Scenario>(SCENARIOS)
  return chapter(
    'Scenarios of the sandbox',
    `\`token-guard sandbox --scenario NAME\` starts with one, and \`curl -X PUT http://127.0.0.1:4010/__sandbox/scenario/NAME\` changes to another. There are ${rows.length}. [The sandbox](sandbox.md) says what it imitates.`,
    bullets(
      rows.map(
        ([name, { summary, detail }]) => `**\`${name}\`:** ${summary}${detail === undefined ? '' : ` ${detail}`}`,
      ),
    ),
  )
}
