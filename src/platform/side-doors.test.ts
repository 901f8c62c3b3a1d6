import { afterEach, expect, test } from 'bun:test'
import { goDirectly, sideDoors, verifyCertificates } from './side-doors.ts'

const NAME = 'NODE_TLS_REJECT_UNAUTHORIZED'
const before = process.env[NAME]
afterEach(() => {
  if (before === undefined) delete process.env[NAME]
  else process.env[NAME] = before
})

const namesOf = (env: Record<string, string>, onBun: boolean) => sideDoors(env, onBun).map(({ name }) => name)

test.each([
  ['0', [NAME]],
  ['1', []],
  ['', []],
  // Both runtimes still verify then.
  ['false', []],
])('NODE_TLS_REJECT_UNAUTHORIZED=%p causes the warnings %p', (value, expected) => {
  expect(namesOf({ [NAME]: value }, true)).toEqual(expected)
  expect(namesOf({ [NAME]: value }, false)).toEqual(expected)
})

test.each([
  ['undici', true],
  ['fetch', true],
  ['FETCH', true],
  ['http,undici', true],
  ['http, fetch', true],
  ['*', true],
  ['und*', true],
  ['*et*', true],
  ['', false],
  ['http', false],
  ['net,tls', false],
  ['fetching', false],
  ['f.tch', false],
  ['(', false],
])('NODE_DEBUG=%s prints requests on Node: %p', (value, isOpen) => {
  expect(namesOf({ NODE_DEBUG: value }, false)).toEqual(isOpen ? ['NODE_DEBUG'] : [])
  expect(namesOf({ NODE_DEBUG: value }, true)).toEqual([])
})

test('an empty environment causes no warning', () => {
  expect(namesOf({}, false)).toEqual([])
})

test('a process that is made to verify certificates causes no warning any more', () => {
  process.env[NAME] = '0'
  expect(sideDoors().map(({ name }) => name)).toEqual([NAME])
  verifyCertificates()
  expect([process.env[NAME], sideDoors()]).toEqual(['1', []])
})

test('a process that verifies by itself is not changed', () => {
  delete process.env[NAME]
  verifyCertificates()
  expect(process.env[NAME]).toBeUndefined()
})

test.each([
  [{}, '127.0.0.1'],
  [{ NO_PROXY: '' }, '127.0.0.1'],
  [{ NO_PROXY: 'a.example,' }, 'a.example,127.0.0.1'],
  [{ no_proxy: 'b.example', NO_PROXY: 'a.example' }, 'b.example,127.0.0.1'],
  [{ no_proxy: '', NO_PROXY: 'a.example' }, 'a.example,127.0.0.1'],
] as const)('a host to go to directly is added to %p, once', (before, expected) => {
  const env: Record<string, string> = { ...before }
  goDirectly('127.0.0.1', env, false)
  expect(env).toEqual(before)
  goDirectly('127.0.0.1', env, true)
  goDirectly('127.0.0.1', env, true)
  expect(env['no_proxy']).toBe(expected)
})
