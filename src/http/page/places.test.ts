import { describe, expect, test } from 'bun:test'
import { backToPage, isForm, placesFrom } from './places.ts'

describe('from the page', () => {
  const rows: readonly (readonly [string, 'public' | 'operator', string, string])[] = [
    ['/', 'public', '/operator', '/health/token'],
    ['/operator', 'operator', '/', '/health/token'],
    ['/token', 'public', '/token/operator', '/health/token'],
    ['/token/operator', 'operator', '/token', '/health/token'],
    ['/a/b', 'public', '/a/b/operator', '/health/token'],
    ['/a/b/operator', 'operator', '/a/b', '/health/token'],
  ]
  test.each(rows)('%s (%s) the other view is %s', (path, view, other, health) => {
    const { root, other: link } = placesFrom(path, view)
    // With and without a proxy that cuts a prefix off.
    for (const prefix of ['', '/prefix']) {
      const seen = `https://bot.example${prefix}${path}`
      expect(new URL(link, seen).pathname).toBe(prefix + other)
      expect(new URL(`${root}health/token`, seen).pathname).toBe(prefix + health)
    }
  })
})

describe('a form', () => {
  test.each([
    ['text/html,application/xhtml+xml,*/*;q=0.8', true],
    ['*/*', false],
    ['application/json', false],
  ])('is recognised by Accept: %s: %s', (accept, expected) => {
    expect(isForm(new Headers({ accept }))).toBe(expected)
    expect(isForm(new Headers())).toBe(false)
  })

  const rows: readonly (readonly [string, string])[] = [
    ['http://guard:3000/operator', '/operator'],
    ['https://bot.example/prefix/token/operator', '/prefix/token/operator'],
    ['https://evil.example//evil.example/', '/evil.example/'],
    ['https://evil.example/\\evil.example/', '/evil.example/'],
    ['nonsense', '../../operator'],
    ['', '../../operator'],
  ]
  test.each(rows)('on %j leads back to %s', (referer, location) => {
    const { status, headers } = backToPage(new Headers({ referer }))
    expect([status, headers?.['location']]).toEqual([303, location])
  })

  test('leads to the usual page where the browser does not say which one it is on', () => {
    expect(backToPage(new Headers(), '../../../tokens/1').headers?.['location']).toBe('../../../tokens/1')
  })
})
