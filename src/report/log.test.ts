import { describe, expect, test } from 'bun:test'
import type { Output } from '../platform/output.ts'
import type { LogEvent } from './log-event.ts'
import { createLog } from './log.ts'

const ESC = '\u001b'
const LISTENING: LogEvent = { type: 'server.listening', url: 'http://localhost:3000', port: 3000 }

type Stream = Partial<Pick<Output, 'isTerminal' | 'hasColours'>>

async function logged(
  events: readonly LogEvent[],
  stream: Stream = {},
  level: Parameters<typeof createLog>[0] = 'info',
  mask: Parameters<typeof createLog>[2] = (text) => text,
): Promise<readonly string[]> {
  const written: string[] = []
  const write = (text: string) => void written.push(text)
  const output = { write, isTerminal: false, hasColours: false, columns: null, ...stream }
  const log = await createLog(level, output, mask)
  events.forEach(log)
  return written
}

describe('a line', () => {
  test('is one JSON object with the level as a word, the time as RFC 3339, the event and a sentence', async () => {
    const [text = '', ...others] = await logged([LISTENING])
    expect(others).toEqual([])
    expect(text).toMatch(/^\{.*\}\n$/)
    expect(JSON.parse(text)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      event: 'server.listening',
      url: 'http://localhost:3000',
      port: 3000,
      msg: expect.stringContaining('http://localhost:3000'),
    })
  })

  test.each([
    ['silent', 0],
    ['error', 0],
    ['info', 1],
    ['debug', 2],
    ['trace', 2],
  ] as const)('is logged from its level on: %s', async (level, count) => {
    expect(await logged([LISTENING, { type: 'check.verified', checkId: 'c1' }], {}, level)).toHaveLength(count)
  })

  test('passes the mask as a whole', async () => {
    const [text = ''] = await logged([LISTENING], {}, 'info', (line) => line.replaceAll('3000', '[secret]'))
    expect(text).not.toContain('3000')
    expect(text).toContain('[secret]')
  })
})

describe('on a terminal', () => {
  test('a line is for people: the sentence, and no JSON', async () => {
    const [text = ''] = await logged([LISTENING], { isTerminal: true })
    expect(text).toContain('Listening on http://localhost:3000')
    expect(text).not.toContain('{')
    expect(text.trimEnd()).not.toContain('\n')
    expect(text.endsWith('\n')).toBe(true)
    expect(text).not.toContain(ESC)
  })

  test('it has colours if colours are on', async () => {
    expect((await logged([LISTENING], { isTerminal: true, hasColours: true })).join('')).toContain(ESC)
  })

  test('it passes the mask too', async () => {
    const [text = ''] = await logged([LISTENING], { isTerminal: true }, 'info', (line) => line.replaceAll('3000', 'x'))
    expect(text).not.toContain('3000')
  })
})
