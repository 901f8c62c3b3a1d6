/** @jsxImportSource hono/jsx */
import type { FindingCode } from '../../verification/codes.ts'
import { EXPLANATIONS } from '../../verification/explanations.ts'

/** What a code means. One that a newer version of this program has written means nothing here. */
export function Meaning({ code }: { readonly code: string }) {
  if (!Object.hasOwn(EXPLANATIONS, code)) return <></>
  const parts = EXPLANATIONS[code as FindingCode].means.split('`')
  return <>{parts.map((part, index) => (index % 2 === 0 ? part : <code>{part}</code>))}</>
}
