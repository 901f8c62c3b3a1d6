import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { clip, labelled, painter, styleOf, wrap, type Colour } from './paint.ts'

const anyWords = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 30 })
const anyWidth = fc.integer({ min: 1, max: 60 })

describe('wrap', () => {
  test('keeps every word, in order', () => {
    fc.assert(
      fc.property(anyWords, anyWidth, (words, width) => {
        expect(wrap(words.join(' '), width).join(' ')).toBe(words.join(' '))
      }),
    )
  })

  test('keeps the width, except for a longer word: it stays whole on a line of its own', () => {
    fc.assert(
      fc.property(anyWords, anyWidth, (words, width) => {
        expect(wrap(words.join(' '), width).filter((line) => line.length > width && line.includes(' '))).toEqual([])
      }),
    )
  })

  test('breaks no sooner than it must', () => {
    fc.assert(
      fc.property(anyWords, anyWidth, (words, width) => {
        const lines = wrap(words.join(' '), width)
        const early = lines.filter((line, at) => {
          const [first] = lines[at + 1]?.split(' ') ?? []
          return first !== undefined && line.length + 1 + first.length <= width
        })
        expect(early).toEqual([])
      }),
    )
  })
})

describe('labelled', () => {
  test('puts each line of the text under the first', () => {
    expect(labelled('name', 'one two three', 2, 6, 15)).toBe('  name  one two\n        three')
  })

  test('needs no label and no text', () => {
    expect(labelled('', 'one two', 4, 0, 80)).toBe('    one two')
    expect(labelled('name', '', 0, 6, 80)).toBe('name  ')
  })
})

describe('clip', () => {
  test.each([
    ['as it is', 8, 'as it is'],
    ['one more', 7, 'one mo…'],
    ['no blank at the end', 4, 'no…'],
  ])('%s', (text, width, expected) => {
    expect(clip(text, width)).toBe(expected)
  })

  test('is never wider', () => {
    fc.assert(fc.property(fc.string(), anyWidth, (text, width) => expect(clip(text, width).length <= width).toBe(true)))
  })
})

describe('colours', () => {
  test.each(['green', 'red', 'yellow', 'bold', 'dim'] as Colour[])('%s', (colour) => {
    expect(painter(false)(colour, 'text')).toBe('text')
    const painted = painter(true)(colour, 'text')
    expect(painted).toStartWith('\u001b[')
    expect(painted).toContain('text')
    expect(painted).toEndWith('m')
  })
})

describe('the style of a stream', () => {
  test.each([
    [null, 100],
    [80, 80],
    [100, 100],
    [250, 100],
    [60, 60],
    [20, 60],
  ])('of %p columns is %d wide', (columns, width) => {
    expect(styleOf({ hasColours: false, columns }).width).toBe(width)
  })
})
