import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { isIP as isNodesIP } from 'node:net'
import { isIP, isLoopbackHost } from './host.ts'

const anyAddress = fc.oneof(
  fc.ipV4(),
  fc.ipV4Extended(),
  fc.ipV6(),
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefF.:%[]@/ x-'), maxLength: 24 }),
  fc.array(fc.nat(300), { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.')),
  fc.tuple(fc.ipV6(), fc.constantFrom('%eth0', '%', '%1', '%a b', '%é')).map((parts) => parts.join('')),
)

describe('isIP', () => {
  test('says what node:net says', () => {
    fc.assert(
      fc.property(anyAddress, (text) => isIP(text) === isNodesIP(text)),
      { numRuns: 5_000 },
    )
  })

  for (const text of [
    '',
    '1',
    '127.1',
    '0x7f.1',
    '01.2.3.4',
    '1.2.3.4.',
    '::1]@evil.example/[::',
    '::',
    '::ffff:1.2.3.4',
  ])
    test(`also of ${JSON.stringify(text)}`, () => expect(isIP(text)).toBe(isNodesIP(text)))
})

test('only what stays on the machine is loopback', () => {
  const hosts = [
    'localhost',
    '[::1]',
    '127.0.0.1',
    '127.9.9.9',
    '127.0.0.1.example',
    'x.localhost',
    'localhost.',
    '[::2]',
  ]
  expect(hosts.filter(isLoopbackHost)).toEqual(['localhost', '[::1]', '127.0.0.1', '127.9.9.9'])
})
