import { describe, expect, test } from 'bun:test'
import { getEventListeners } from 'node:events'
import { underAny, withinTime } from './abort.ts'

const ended = (signal: AbortSignal) =>
  new Promise<unknown>((resolve) => {
    if (signal.aborted) resolve(signal.reason)
    signal.addEventListener('abort', () => resolve(signal.reason))
  })

describe('work under several signals', () => {
  test('ends with the first that aborts, and with its reason', async () => {
    const [first, second] = [new AbortController(), new AbortController()]
    const reason = underAny([first.signal, second.signal], ended)
    second.abort('the second')
    expect(await reason).toBe('the second')
  })

  test('is aborted from the start if one of them is', async () => {
    expect(await underAny([AbortSignal.abort('before')], ended)).toBe('before')
  })

  test('leaves no listener at the signals, however it ends', async () => {
    const { signal } = new AbortController()
    await underAny([signal], async () => 1)
    await underAny([signal], async () => Promise.reject(new Error('x'))).catch(() => {})
    await withinTime(10_000, signal, async () => 1)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

describe('work with a time limit', () => {
  test('ends with a TimeoutError when the time is over', async () => {
    const reason = await withinTime(5, new AbortController().signal, ended)
    expect(reason).toMatchObject({ name: 'TimeoutError' })
  })

  test('gives its result within the time', async () => {
    expect(await withinTime(10_000, new AbortController().signal, async () => 'done')).toBe('done')
  })
})
