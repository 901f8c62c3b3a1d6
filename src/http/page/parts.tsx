/** @jsxImportSource hono/jsx */
import { isoTime } from '../../verification/words.ts'
import { relative } from './relative.ts'
import { MARKS, type Tone } from './words.ts'

/** A sign; the word next to it says the same. */
export function Mark({ tone }: { readonly tone: Tone }) {
  return (
    <span class={`mark ${tone}`} aria-hidden="true">
      {MARKS[tone]}
    </span>
  )
}

export function Badge({ status, text = status }: { readonly status: Tone; readonly text?: string }) {
  return (
    <span class={`badge ${status}`}>
      <span aria-hidden="true">{MARKS[status]} </span>
      {text}
    </span>
  )
}

export function absolute(ms: number): string {
  return isoTime(Math.floor(ms / 1000) * 1000)
    .replace('T', ' ')
    .replace('Z', ' UTC')
}

/** How long ago, counting where there is a script, and when. */
export function When({ ms, nowMs }: { readonly ms: number; readonly nowMs: number }) {
  return (
    <span class="when">
      <time class="ago" datetime={new Date(ms).toISOString()}>
        {relative(nowMs - ms)}
      </time>{' '}
      <span class="at">{absolute(ms)}</span>
    </span>
  )
}
