import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { hookEnvironment } from './hook-environment.ts'

test('holds neither the variables of secrets, nor any other that holds a secret', () => {
  const env = {
    PATH: '/bin',
    WHATSAPP_TOKEN: 'x',
    ADDRESS: 'https://store.example/?key=EAAold',
    COPY: 'EAAold',
    GONE: undefined,
  }
  expect(hookEnvironment(env, ['WHATSAPP_TOKEN'], ['EAAold', ''])).toEqual({ PATH: '/bin', GONE: undefined })
})

test('no secret is left, whatever the environment is', () => {
  const secret = fc.string({ minLength: 1 })
  const env = fc.dictionary(fc.string(), fc.oneof(fc.string(), secret))
  fc.assert(
    fc.property(env, fc.array(secret), fc.array(fc.string()), (given, secrets, names) => {
      const left = hookEnvironment(given, names, secrets)
      for (const [name, value = ''] of Object.entries(left))
        expect(names.includes(name) || secrets.some((each) => value.includes(each))).toBe(false)
      const lost = Object.keys(given).filter((name) => !Object.hasOwn(left, name))
      for (const name of lost)
        expect(names.includes(name) || secrets.some((each) => (given[name] ?? '').includes(each))).toBe(true)
    }),
  )
})
