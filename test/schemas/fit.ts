import { expect } from 'bun:test'
import { z } from 'zod'

/** No member that the definition does not name, and none less. */
export function expectFit(schema: z.ZodType, value: unknown, what: string): void {
  const { error } = schema.safeParse(value)
  expect(`${what}: ${error === undefined ? 'fits' : z.prettifyError(error)}`).toBe(`${what}: fits`)
}
