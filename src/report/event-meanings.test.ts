import { expect, test } from 'bun:test'
import { EVENT_MEANINGS } from './event-meanings.ts'
import { logLine } from './events.ts'
import { SAMPLES } from './events.fake.ts'
import type { LogEvent } from './log-event.ts'

/** Fields that some lines lack: `undefined` there, so that JSON leaves them out. */
const SOMETIMES = ['tokenSource', 'candidate', 'phoneNumberId']

test.each(Object.entries(SAMPLES))('%s has the fields that the reference names', (type, sample) => {
  const { fields } = logLine({ type, ...sample } as LogEvent)
  const named = Object.keys(EVENT_MEANINGS[type as LogEvent['type']].fields)
  const logged = Object.keys(fields).filter((name) => name !== 'event')
  const always = (names: readonly string[]) => names.filter((name) => !SOMETIMES.includes(name)).toSorted()
  expect(always(named)).toEqual(always(logged))
  expect(logged.filter((name) => !named.includes(name))).toEqual([])
})
