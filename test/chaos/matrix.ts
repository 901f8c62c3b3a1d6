import type { Row } from './row.ts'
import { ANSWER_ROWS } from './rows.answers.ts'
import { ERROR_ROWS } from './rows.errors.ts'
import { WAY_ROWS } from './rows.ways.ts'
import { WIRE_ROWS } from './rows.wire.ts'

export type Group = { readonly title: string; readonly rows: readonly Row[] }

/** What each fault must come to, at boot and in service: `docs/reliability.md` shows it, the tests demand it. */
export const MATRIX: readonly Group[] = [
  { title: 'Connections and bytes', rows: WIRE_ROWS },
  { title: 'TLS, proxies, names', rows: WAY_ROWS },
  { title: 'Answers', rows: ANSWER_ROWS },
  { title: "Graph's errors", rows: ERROR_ROWS },
]
