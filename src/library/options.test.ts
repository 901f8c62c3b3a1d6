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
    [{ webhookUrl: 'https://hooks.example/wa' }, null],
    [{ webhookUrl: 'hooks.example/wa' }, 'webhookUrl'],
    [{ webhookUrl: () => 'https://hooks.example/wa' }, 'webhookUrl'],
    [{ failOn: ['phone.blocked', 'token.type'] }, null],
    [{ failOn: [] }, null],
    [{ failOn: ['token.revoked'] }, 'failOn'],
    [{ failOn: [1] }, 'failOn'],
  ])('%j: %s', async (more, name) => {
    const make = () => createTokenGuard(options(more as TokenGuardOptions))
    if (name === null) return void make()
    expect((await caught(make)).faults).toMatchObject([{ name }])
  })

  test('name each other in the faults', async () => {
    const { message } = await caught(() => createTokenGuard(options({ failOn: ['graph.stale'] })))
    expect(message).toContain('failOn names graph.stale: a missing answer is never a verdict; see staleStatus')
  })

  test("show nothing of the webhook's path, even if Graph repeats it", async () => {
    const webhookUrl = 'https://hooks.example/wa/Zq7Xw9Kd3Lm5Pv8Rt2Yb'
    const error = { code: 1, message: `Cannot deliver to ${webhookUrl}` }
    const fetch = async () => Response.json({ error }, { status: 400 })
    const guard = createTokenGuard(options({ webhookUrl, fetch, bootTimeout: '200ms' }))
    const { message } = await caught(() => guard.boot())
    expect(message).toContain('Cannot deliver to https://hooks.example[secret]')
    expect(JSON.stringify(guard)).not.toContain('Zq7Xw9')
  })

  test('with a function for the token are judged without it, and the token is judged at boot', async () => {
    expect((await caught(() => createTokenGuard({ token: () => '', checkInterval: 'x' }))).faults).toMatchObject([
      { name: 'checkInterval' },
    ])
    const guard = createTokenGuard(options({ token: async () => 'Bearer x' }))
    const error = await caught(() => guard.boot())
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(error.faults).toMatchObject([{ name: 'token' }])
  })
})
