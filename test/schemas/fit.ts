import { expect } from 'bun:test'
import { z } from 'zod'

/** Exactly the members that the definition names. */
export function expectFit(schema: z.ZodType, value: unknown, what: string): void {
  const { error } = schema.safeParse(value)
  expect(`${what}: ${error === undefined ? 'fits' : z.prettifyError(error)}`).toBe(`${what}: fits`)
}
