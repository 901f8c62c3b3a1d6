import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { addressOf } from './address.ts'
import { sha256 } from './digest.ts'

const HOOK = 'https://hooks.example/wa/abc'

describe('the address of a URL', () => {
  test('is its host, and a digest of scheme, host and path', () => {
    expect(addressOf(HOOK)).toEqual({ host: 'hooks.example', digest: sha256(HOOK) })
  })

  test.each([
    ['a slash at the end', `${HOOK}/`],
    ['a query', `${HOOK}?key=1`],
    ['a fragment', `${HOOK}#part`],
    ['all three', `${HOOK}/?key=1#part`],
    ['the default port', 'https://hooks.example:443/wa/abc'],
    ['credentials', 'https://me:word@hooks.example/wa/abc'],
    ['capitals in scheme and host', 'HTTPS://Hooks.Example/wa/abc'],
    ['a ".." in the path', 'https://hooks.example/wa/x/../abc'],
  ])('is the same with %s', (_what, text) => {
    expect(addressOf(text)).toEqual(addressOf(HOOK))
  })

  test.each([
    ['scheme', 'http://hooks.example/wa/abc'],
    ['host', 'https://hooks2.example/wa/abc'],
    ['port', 'https://hooks.example:8443/wa/abc'],
    ['path', 'https://hooks.example/wa/abd'],
    ['path, in capitals', 'https://hooks.example/wa/ABC'],
    ['path, with two slashes at its end', `${HOOK}//`],
  ])('differs with the %s', (_what, text) => {
    expect(addressOf(text)?.digest).toMatch(/^[0-9a-f]{64}$/)
    expect(addressOf(text)?.digest).not.toBe(addressOf(HOOK)?.digest)
  })

  test.each([
    ['http://h.example', 'h.example'],
    ['http://h.example:80/', 'h.example'],
    ['http://h.example:443/', 'h.example:443'],
    ['https://[::1]:8443/x', '[::1]:8443'],
    ['https://me:word@h.example/', 'h.example'],
    ['https://bücher.example/', 'xn--bcher-kva.example'],
  ])('%s has the host %s', (text, host) => {
    expect(addressOf(text)?.host).toBe(host)
  })

  test('is the same without a path and with the root', () => {
    expect(addressOf('https://h.example')).toEqual(addressOf('https://h.example/'))
  })

  test('never holds path, query or credentials', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9]{12,40}$/)
    fc.assert(
      fc.property(part, part, part, (user, path, query) => {
        const shown = JSON.stringify(addressOf(`https://${user}:${user}@h.example/${path}?${query}`))
        expect([user, path, query].filter((secret) => shown.includes(secret))).toEqual([])
      }),
    )
  })
})

describe('no address is', () => {
  test.each([
    '',
    'hooks.example/wa',
    '/wa/abc',
    '//hooks.example/wa',
    'ftp://hooks.example/wa',
    'javascript:alert(1)',
    'https:hooks.example',
    'https:/hooks.example',
    'https:///hooks.example',
    'https:\\\\hooks.example',
    'https://hooks.example\\wa',
    'https://',
    'https://[::1',
    'https://h.example:99999/',
    ' https://hooks.example',
    'https://hooks.example/a b',
    'https://hooks.example/a\n',
  ])('%j', (text) => {
    expect(addressOf(text)).toBeNull()
  })

  test('a text of more than 2,048 characters', () => {
    const url = (length: number) => 'https://h.example/'.padEnd(length, 'x')
    expect(addressOf(url(2_048))).not.toBeNull()
    expect(addressOf(url(2_049))).toBeNull()
  })

  test('any random text, and none throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => addressOf(text) === null))
  })
})
