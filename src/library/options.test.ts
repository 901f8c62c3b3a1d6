import { afterAll, describe, expect, test } from 'bun:test'
import { ConfigurationError, createTokenGuard, type TokenGuardOptions } from '../index.ts'
import { caught, fromSandbox } from './library.fake.ts'

const { options, stop } = fromSandbox()
afterAll(stop)

describe('the options', () => {
  test('are judged at once, each fault by its option', async () => {
    const error = await caught(() =>
      createTokenGuard({
        token: 'your-token-here',
        checkInterval: '5',
        phoneNumberId: ['a'],
        appSecret: 'abc',
        chekInterval: 1,
      } as object),
    )
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(error.exitCode).toBe(78)
    expect(error.faults.map(({ name }: { name: string }) => name).toSorted()).toEqual(
      ['appSecret', 'checkInterval', 'chekInterval', 'phoneNumberId', 'token'].toSorted(),
    )
    expect(error.message).toContain('did you mean checkInterval?')
    expect(error.message).not.toContain('TOKEN_GUARD_')
    expect(error.message).not.toContain('META_APP')
  })

  test.each([[{}], [{ token: '' }], [{ token: undefined }]])('%j have no token', async (given) => {
    expect((await caught(() => createTokenGuard(given))).faults).toMatchObject([{ name: 'token' }])
  })

  test.each([
    [{ checkInterval: 999 }, 'checkInterval'],
    [{ checkInterval: 1_000.5 }, 'checkInterval'],
    [{ checkTimeout: '9s', bootTimeout: '5s' }, 'checkTimeout'],
    [{ graphUrl: 'http://graph.example' }, null],
    [{ expiry: 'sometimes' }, 'expiry'],
    [{ operatorToken: 'short' }, 'operatorToken'],
    [{ logger: {} }, 'logger'],
    [{ fetch: 1 }, 'fetch'],
  ])('%j: %s', async (more, name) => {
    const make = () => createTokenGuard(options(more as TokenGuardOptions))
    if (name === null) return void make()
    expect((await caught(make)).faults).toMatchObject([{ name }])
  })

  test('of a token that comes by a function are judged without it, and the token at boot', async () => {
    expect((await caught(() => createTokenGuard({ token: () => '', checkInterval: 'x' }))).faults).toMatchObject([
      { name: 'checkInterval' },
    ])
    const guard = createTokenGuard(options({ token: async () => 'Bearer x' }))
    const error = await caught(() => guard.boot())
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(error.faults).toMatchObject([{ name: 'token' }])
  })
})
