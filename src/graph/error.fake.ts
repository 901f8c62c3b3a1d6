import type { GraphError } from './error.ts'

export type Given = Partial<GraphError> & { readonly code: number }

export const graphError = (given: Given): GraphError => ({
  subcode: null,
  message: 'as Graph words it',
  isTransient: false,
  httpStatus: 400,
  ...given,
})
