/** @jsxImportSource hono/jsx */
import type { Health } from '../../guard/health.ts'
import { absolute, Mark, When } from './parts.tsx'
import type { Headline, Shown } from './words.ts'

/** The state in one word and one sentence, and when it was learnt. */
export function Banner({ shown, headline }: { readonly shown: Shown; readonly headline: Headline }) {
  const { tone, word, sentence } = headline
  return (
    <section id="status" class={`banner ${tone}`} aria-labelledby="word">
      <Mark tone={tone} />
      <div>
        <h1 id="word">{word}</h1>
        <p id="sentence">{sentence}</p>
        <Asked shown={shown} />
        <Next plan={shown.known.health.plan} />
        {shown.config.mode === 'report' && (
          <p id="mode">
            <code>TOKEN_GUARD_MODE=report</code>: a refusal is logged, and ends nothing.
          </p>
        )}
      </div>
    </section>
  )
}

const DELAYS = {
  throttled: 'Graph throttles this app. ',
  usage: 'Most of what this app may ask of Graph is used. ',
} as const

/** When Graph is asked next, and why so late. */
function Next({ plan }: { readonly plan: Health['plan'] }) {
  if (plan === null) return <></>
  return (
    <p id="next">
      {plan.reason === null ? '' : DELAYS[plan.reason]}Next check at{' '}
      <time datetime={new Date(plan.nextCheckAtMs).toISOString()}>{absolute(plan.nextCheckAtMs)}</time>
    </p>
  )
}

function Asked({ shown: { known, nowMs } }: { readonly shown: Shown }) {
  const { checkedAtMs } = known.health
  const attemptMs = known.state.lastAttempt?.wallMs ?? null
  const isSilent = known.health.unanswered.has('token')
  return (
    <>
      <p id="asked">
        {checkedAtMs === null ? (
          'Graph has not said anything about the token yet.'
        ) : (
          <>
            Token last checked <When ms={checkedAtMs} nowMs={nowMs} />
          </>
        )}
      </p>
      {isSilent && attemptMs !== null && (
        <p id="attempted">
          Last attempt, without an answer: <When ms={attemptMs} nowMs={nowMs} />
        </p>
      )}
    </>
  )
}
