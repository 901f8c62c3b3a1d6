import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { isIP as isNodesIP } from 'node:net'
import { isIP, isLoopbackHost, isPrivateHost } from './host.ts'

const anyAddress = fc.oneof(
  fc.ipV4(),
  fc.ipV4Extended(),
  fc.ipV6(),
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefF.:%[]@/ x-'), maxLength: 24 }),
  fc.array(fc.nat(300), { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.')),
  fc.tuple(fc.ipV6(), fc.constantFrom('%eth0', '%', '%1', '%a b', '%é')).map((parts) => parts.join('')),
)

describe('isIP', () => {
  test('agrees with node:net', () => {
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

test('only an address that stays on the machine is loopback', () => {
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

test('only names without a dot, some endings and literal private addresses are private', () => {
  const isPrivate = [
    'ntfy',
    'alerts.internal',
    'printer.local',
    'alerts.monitoring.svc',
    'alerts.monitoring.svc.cluster.local',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '[fc00::1]',
    '[fd12:3456::1]',
  ]
  const isPublic = [
    '',
    'alerts.example',
    'internal',
    'local.example',
    'xinternal.com',
    'internal.',
    'svc.cluster.local.example',
    '9.255.255.255',
    '11.0.0.1',
    '172.15.0.1',
    '172.32.0.1',
    '192.167.1.1',
    '169.254.169.254',
    '[fe80::1]',
    '[::ffff:a00:1]',
    '[fc::1]',
  ]
  expect([...isPrivate, ...isPublic].filter(isPrivateHost)).toEqual([...isPrivate, 'internal'])
})
