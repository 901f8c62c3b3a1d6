import { describe, expect, test } from 'bun:test'
import { getEventListeners } from 'node:events'
import { underAny, withinTime } from './abort.ts'

const ended = (signal: AbortSignal) =>
  new Promise<unknown>((resolve) => {
    if (signal.aborted) resolve(signal.reason)
    signal.addEventListener('abort', () => resolve(signal.reason))
  })

describe('what runs under several signals', () => {
  test('ends with the first that aborts, and with its reason', async () => {
    const [first, second] = [new AbortController(), new AbortController()]
    const reason = underAny([first.signal, second.signal], ended)
    second.abort('the second')
    expect(await reason).toBe('the second')
  })

  test('is aborted from the start where one is', async () => {
    expect(await underAny([AbortSignal.abort('before')], ended)).toBe('before')
  })

  test('leaves nothing behind at the signals, however it ends', async () => {
    const { signal } = new AbortController()
    await underAny([signal], async () => 1)
    await underAny([signal], async () => Promise.reject(new Error('x'))).catch(() => {})
    await withinTime(10_000, signal, async () => 1)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

describe('what runs within a time', () => {
  test('ends with a TimeoutError when it is over', async () => {
    const reason = await withinTime(5, new AbortController().signal, ended)
    expect(reason).toMatchObject({ name: 'TimeoutError' })
  })

  test('gives its result when it is not', async () => {
    expect(await withinTime(10_000, new AbortController().signal, async () => 'done')).toBe('done')
  })
})
