import { describe, expect, test } from 'bun:test'
import { causeNamed } from '../verification/causes.ts'
import { transportFault } from './transport.ts'

const withCode = (code: string) => Object.assign(new Error(`https://graph/?input_token=${'x'.repeat(9)}`), { code })

describe('a request that gets no answer', () => {
  test.each([
    [withCode('ENOTFOUND'), false, 'DNS: the host name was not resolved (ENOTFOUND)', 'dns_failed'],
    [withCode('ECONNREFUSED'), false, 'connection: refused (ECONNREFUSED)', 'no_connection'],
    [withCode('ECONNRESET'), false, 'connection: broken off (ECONNRESET)', 'no_connection'],
    [withCode('ETIMEDOUT'), false, 'time-out: no answer in time (ETIMEDOUT)', 'no_answer_in_time'],
    [new DOMException('over', 'TimeoutError'), false, 'time-out: no answer in time', 'no_answer_in_time'],
    [
      withCode('CERT_HAS_EXPIRED'),
      false,
      'TLS: the certificate or the TLS handshake was refused (CERT_HAS_EXPIRED)',
      'tls_refused',
    ],
    [
      withCode('UND_ERR_PRX_TLS'),
      true,
      'TLS: the certificate or the TLS handshake was refused (UND_ERR_PRX_TLS)',
      'tls_refused',
    ],
    [withCode('ENOTFOUND'), true, 'proxy: the host name was not resolved (ENOTFOUND)', 'proxy_failed'],
    [withCode('ECONNREFUSED'), true, 'proxy: refused (ECONNREFUSED)', 'proxy_failed'],
    [withCode('UnexpectedRedirect'), false, 'redirect: a redirect (UnexpectedRedirect)', 'redirected'],
    [
      new TypeError('fetch failed', { cause: withCode('ENOTFOUND') }),
      false,
      'DNS: the host name was not resolved (ENOTFOUND)',
      'dns_failed',
    ],
    ['a text', false, 'connection: failed (unknown)', 'no_connection'],
  ] as const)('%# is named by its code', (error, viaProxy, what, cause) => {
    expect(transportFault(error, viaProxy)).toEqual({ what, cause })
  })

  test('has an advice of its own for each', () => {
    const causes = [
      'dns_failed',
      'tls_refused',
      'proxy_failed',
      'no_answer_in_time',
      'no_connection',
      'redirected',
    ] as const
    expect(new Set(causes.map((name) => causeNamed(name).remedy)).size).toBe(causes.length)
  })
})
