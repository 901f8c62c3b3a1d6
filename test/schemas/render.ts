import { z } from 'zod'

/** The published schema: strict in the tests, but open for what a later version adds. */

type Node = Readonly<Record<string, unknown>>

export function render(name: string, schema: z.ZodType): Node {
  const { $schema, title, description, ...rest } = z.toJSONSchema(schema)
  return { $schema, $id: `whatsapp-token-guard/${name}.json`, title, description, ...(opened(rest) as Node) }
}

function opened(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(opened)
  if (typeof node !== 'object' || node === null) return node
  const entries = Object.entries(withMoreWords(withMoreKinds(node as Node)))
  return Object.fromEntries(
    entries
      .filter(([key, value]) => !isNoise(key, value, node as Node))
      .map(([key, value]) => [key, key === 'additionalProperties' && value === false ? true : opened(value)]),
  )
}

/** Details that a consumer need not read: the expression behind a date, JavaScript's bounds. */
function isNoise(key: string, value: unknown, node: Node): boolean {
  if (key === 'pattern') return node['format'] === 'date-time'
  if (key === 'propertyNames') return JSON.stringify(value) === '{"type":"string"}'
  return typeof value === 'number' && Math.abs(value) === Number.MAX_SAFE_INTEGER
}

function withMoreWords(node: Node): Node {
  if (node['isGrowing'] !== true) return node
  const { isGrowing: _isGrowing, id: _id, type, enum: words, ...rest } = node
  return { ...rest, anyOf: [{ enum: words }, { type }] }
}

function withMoreKinds(node: Node): Node {
  const branches = Array.isArray(node['oneOf']) ? (node['oneOf'] as readonly any[]) : []
  const kinds = branches.map((each) => each.properties.kind.const as string)
  if (kinds.length === 0) return node
  const another = {
    type: 'object',
    properties: { kind: { type: 'string', not: { enum: kinds }, description: 'A kind that a later version adds.' } },
    required: ['kind'],
  }
  return { ...node, oneOf: [...branches, another] }
}
