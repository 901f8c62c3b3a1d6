import type { CauseName } from '../verification/causes.ts'
import type { Result } from '../verification/evidence.ts'
import type { Facts, Question } from '../verification/facts.ts'
import type { Silence } from '../verification/silence.ts'
import { withoutSecrets, type Clean } from './clean.ts'
import type { Reply } from './client.ts'
import type { GraphError } from './errors.ts'
import type { Signals } from './headers.ts'
import type { Parsed } from './json.ts'
import { silenceOf, type Meaning } from './meaning.ts'

/** What asking one question gave: Graph's word, or none. */
export type Asked = {
  readonly question: Question
  readonly result: Result
  readonly signals: Signals
}

/** From a reply to Graph's word, or to none. */
export function asked(
  question: Question,
  reply: Reply,
  clean: Clean,
  read: (json: unknown) => Parsed<Facts>,
  meaningOf: (error: GraphError) => Meaning | null,
): Asked {
  if (reply.kind === 'json') {
    const parsed = read(reply.json)
    return parsed.ok
      ? answered(question, parsed.value, reply.signals, clean)
      : nonsense(question, parsed.problem, reply.signals)
  }
  return meant(question, reply.kind === 'error' ? meaningOf(reply.error) : null, reply, clean)
}

export function meant(question: Question, meaning: Meaning | null, reply: Reply, clean: Clean): Asked {
  if (meaning?.kind === 'facts') return answered(question, meaning.facts, reply.signals, clean)
  if (meaning !== null) return silent(question, meaning.silence, reply.signals)
  return reply.kind === 'json'
    ? nonsense(question, 'no answer', reply.signals)
    : silent(question, silenceOf(reply, clean), reply.signals)
}

export function answered(question: Question, facts: Facts, signals: Signals, clean: Clean): Asked {
  return { question, result: { kind: 'answered', facts: withoutSecrets(facts, clean) }, signals }
}

/** What came is not what was asked for. */
export function nonsense(question: Question, problem: string, signals: Signals, cause: CauseName = 'not_graph'): Asked {
  return silent(question, { code: 'graph.nonsense', what: problem, observed: problem, cause }, signals)
}

export function silent(question: Question, silence: Silence, signals: Signals): Asked {
  return { question, result: { kind: 'silent', silence }, signals }
}
