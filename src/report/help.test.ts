import { describe, expect, test } from 'bun:test'
import { VARIABLE_NAMES, variable } from '../config/variables.ts'
import { helpText } from './help.ts'

const lines = helpText().split('\n')
const isHead = (line: string) => /^ {2}\S/.test(line)
/** The text next to each name, with its lines joined. */
const meanings = VARIABLE_NAMES.map((name) => {
  const start = lines.findIndex((line) => isHead(line) && line.trim().split(/[[ ]/)[0] === name)
  const length = lines.slice(start + 1).findIndex(isHead)
  const block = length === -1 ? lines.slice(start) : lines.slice(start, start + 1 + length)
  const [first = '', ...rest] = block.map((line) => line.trim())
  return [name, [first.replace(/^\S+ +/, ''), ...rest].join(' ')] as const
})

describe('the variables in --help', () => {
  test('are aligned: each text starts at the same column', () => {
    const starts = lines.map((line) => (isHead(line) ? /^ {2}\S+ +/.exec(line) : /^ +/.exec(line))?.[0].length)
    expect([...new Set(starts)]).toEqual([starts[0]])
    expect(starts[0]).toBeGreaterThan(0)
  })

  test('hold no colour, no tab and no blank at an end', () => {
    expect(lines.filter((line) => /\t|\s$|\u00A0/.test(line) || line.includes('\u001b'))).toEqual([])
  })

  test.each(meanings)('%s says what it is for', (name, text) => {
    expect(text).toStartWith(variable(name).meaning)
  })

  test.each(meanings)('%s says its default, if it has one', (name, text) => {
    const { shownDefault, default: value } = variable(name)
    const shown = shownDefault ?? value?.replaceAll(',', ', ') ?? null
    expect(text.includes('(default:')).toBe(shown !== null && shown !== 'required')
    if (shown !== null) expect(text).toContain(shown)
  })

  test.each(VARIABLE_NAMES)('%s says whether it can be read from a file', (name) => {
    expect(lines.some((line) => line.startsWith(`  ${name}[_FILE] `))).toBe(variable(name).file)
  })

  test('no line break separates a default from its label', () => {
    expect(lines.filter((line) => line.endsWith('(default:'))).toEqual([])
  })
})
