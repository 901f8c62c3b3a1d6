import { describe, expect, test } from 'bun:test'
import { transportFault } from './transport-fault.ts'

const withCode = (code: string) => Object.assign(new Error(`https://graph/?input_token=${'x'.repeat(9)}`), { code })

describe('a request that gets no answer', () => {
  test.each([
    [withCode('ENOTFOUND'), false, 'DNS: the host name was not resolved (ENOTFOUND)', 'DNS'],
    [withCode('ECONNREFUSED'), false, 'connection: refused (ECONNREFUSED)', 'connection'],
    [withCode('ECONNRESET'), false, 'connection: broken off (ECONNRESET)', 'connection'],
    [withCode('ETIMEDOUT'), false, 'time-out: no answer in time (ETIMEDOUT)', 'time-out'],
    [new DOMException('over', 'TimeoutError'), false, 'time-out: no answer in time', 'time-out'],
    [
      withCode('CERT_HAS_EXPIRED'),
      false,
      'TLS: the certificate or the TLS handshake was refused (CERT_HAS_EXPIRED)',
      'TLS',
    ],
    [
      withCode('UND_ERR_PRX_TLS'),
      true,
      'TLS: the certificate or the TLS handshake was refused (UND_ERR_PRX_TLS)',
      'TLS',
    ],
    [withCode('ENOTFOUND'), true, 'proxy: the host name was not resolved (ENOTFOUND)', 'proxy'],
    [withCode('ECONNREFUSED'), true, 'proxy: refused (ECONNREFUSED)', 'proxy'],
    [withCode('UnexpectedRedirect'), false, 'redirect: a redirect (UnexpectedRedirect)', 'redirect'],
    [
      new TypeError('fetch failed', { cause: withCode('ENOTFOUND') }),
      false,
      'DNS: the host name was not resolved (ENOTFOUND)',
      'DNS',
    ],
    ['a text', false, 'connection: failed (unknown)', 'connection'],
  ] as const)('%# is named by its code', (error, viaProxy, what, kind) => {
    expect(transportFault(error, viaProxy)).toEqual({ kind, what })
  })
})
