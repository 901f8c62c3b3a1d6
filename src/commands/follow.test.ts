import { afterEach, describe, expect, test } from 'bun:test'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { OTHER_TOKEN, TOKEN } from '../config/config.fake.ts'
import { GOOD, REVOKED, SECOND_MS, type Other } from '../guard/guard.fake.ts'
import {
  following,
  OPERATOR,
  OTHER_OPERATOR,
  OTHER_SECRET,
  removeFolders,
  SANDBOX_TOKEN,
  SECRET,
} from './follow.fake.ts'

afterEach(removeFolders)

const NOTICED_MS = 1.5 * SECOND_MS

describe('a changed token', () => {
  test('is read twice the same before it is proposed, and takes over', async () => {
    const { write, clock, made, guard, told } = await following()
    write('token', OTHER_TOKEN)
    await clock.advance(SECOND_MS)
    expect(made).toEqual([])
    await clock.advance(250)
    expect(guard.token).toBe(made[0] as Other)
    expect(told()).toEqual(['token.reloaded'])
  })

  test('that is still being written is not', async () => {
    const { write, clock, made, guard } = await following()
    for (let length = 30; length < OTHER_TOKEN.length; length += 20) {
      write('token', OTHER_TOKEN.slice(0, length))
      await clock.advance(200)
    }
    write('token', OTHER_TOKEN)
    await clock.advance(NOTICED_MS)
    expect(made.map(({ credentials }) => credentials.token?.reveal())).toEqual([OTHER_TOKEN])
    expect(guard.token).toBe(made[0] as Other)
  })

  test('that changes again before its refusal is confirmed is never told as refused', async () => {
    const { write, clock, made, told, guard } = await following(REVOKED)
    write('token', OTHER_TOKEN.slice(0, 90))
    await clock.advance(SECOND_MS + 250)
    expect(told()).toEqual(['check.refusal_suspected'])
    write('token', TOKEN)
    await clock.advance(2 * SECOND_MS)
    expect([made.length, told(), guard.health().status]).toEqual([1, [], 'pass'])
  })

  test('that changes to a third one before its refusal is confirmed is never told as refused', async () => {
    const { write, clock, events } = await following(REVOKED)
    write('token', OTHER_TOKEN.slice(0, 90))
    await clock.advance(1.9 * SECOND_MS)
    write('token', OTHER_TOKEN)
    await clock.advance(4 * SECOND_MS)
    const refused = events.filter(({ type }) => type === 'token.reload_refused')
    expect(refused).toMatchObject([{ fingerprint: OTHER_TOKEN.slice(-12) }])
  })

  test('is not asked about under mode off', async () => {
    const { write, clock, made, asked, follower } = await following(GOOD, { TOKEN_GUARD_MODE: 'off' })
    asked.length = 0
    write('token', OTHER_TOKEN)
    await clock.advance(10 * SECOND_MS)
    await follower.now()
    expect([made, asked]).toEqual([[], []])
  })

  test('that is put back is no candidate any more', async () => {
    const { write, clock, told, guard } = await following(REVOKED)
    write('token', OTHER_TOKEN)
    await clock.advance(3 * SECOND_MS)
    expect([told().at(-1), guard.health().status]).toEqual(['token.reload_refused', 'warn'])
    write('token', TOKEN)
    await clock.advance(NOTICED_MS)
    expect([told(), guard.health().status]).toEqual([[], 'pass'])
  })

  test('that was refused is told again when it comes back', async () => {
    const { write, clock, events } = await following(REVOKED)
    for (const text of [OTHER_TOKEN, TOKEN, OTHER_TOKEN]) {
      write('token', text)
      await clock.advance(3 * SECOND_MS)
    }
    expect(events.filter(({ type }) => type === 'token.reload_refused')).toHaveLength(2)
  })

  test('is not looked for once a stop has begun', async () => {
    const { write, clock, made, stop } = await following()
    stop.abort()
    write('token', OTHER_TOKEN)
    await clock.advance(10 * SECOND_MS)
    expect(made).toEqual([])
  })
})

describe('asked to look now', () => {
  test('it does not wait, and a token that takes over is not asked about twice', async () => {
    const { write, follower, clock, made, asked } = await following()
    asked.length = 0
    write('token', OTHER_TOKEN)
    const done = follower.now()
    await clock.advance(0)
    await done
    expect(made).toHaveLength(1)
    expect([made[0]?.asked.filter((question) => question === 'token'), asked]).toEqual([['token'], []])
  })

  test('it verifies the token in service where nothing has changed', async () => {
    const { follower, clock, asked, made } = await following()
    asked.length = 0
    const done = follower.now()
    await clock.advance(0)
    await done
    expect([asked.length, made.length]).toEqual([5, 0])
  })

  test('it tries a refused one again, and logs it no second time', async () => {
    const { write, follower, clock, made, told } = await following(REVOKED)
    write('token', OTHER_TOKEN)
    await clock.advance(3 * SECOND_MS)
    told()
    made[0]?.play(GOOD)
    const done = follower.now()
    await clock.advance(SECOND_MS)
    await done
    expect([made.length, told('check.verified')]).toEqual([1, ['token.reloaded']])
  })
})

describe('a token file that is no use', () => {
  const spoilt: readonly (readonly [string, (path: string) => void, RegExp])[] = [
    ['empty', (path) => writeFileSync(path, ''), /is empty/],
    ['gone', (path) => rmSync(path), /does not exist/],
    ['a folder', (path) => (rmSync(path), mkdirSync(path)), /is a folder/],
    ['huge', (path) => writeFileSync(path, 'a'.repeat(100_000)), /larger than 64 KiB/],
    ['in quotes', (path) => writeFileSync(path, `"${OTHER_TOKEN}"`), /quotes/],
    ['two lines', (path) => writeFileSync(path, `${OTHER_TOKEN}\n\n`), /newline/],
    ['binary', (path) => writeFileSync(path, Buffer.from([0, 255, 254, 1])), /WHATSAPP_TOKEN_FILE|names/],
    ['with Bearer', (path) => writeFileSync(path, `Bearer ${OTHER_TOKEN}`), /Bearer/],
    ['an app token', (path) => writeFileSync(path, '700700700700701|abcdefabcdefabcdefabcdef'), /app token/],
  ]
  test.each(spoilt)('%s, is one warning, and no candidate', async (_what, spoil, problem) => {
    const { path, clock, warnings, made, write, guard } = await following()
    spoil(path('token'))
    await clock.advance(10 * SECOND_MS)
    expect(warnings()).toMatchObject([{ name: 'WHATSAPP_TOKEN_FILE', message: expect.stringMatching(problem) }])
    expect(JSON.stringify(warnings())).not.toContain(OTHER_TOKEN)
    expect([made.length, guard.health().status]).toEqual([0, 'pass'])
    rmSync(path('token'), { recursive: true, force: true })
    write('token', OTHER_TOKEN)
    await clock.advance(NOTICED_MS)
    expect(guard.token).toBe(made[0] as Other)
  })

  test('for a moment only is no warning at all', async () => {
    const { write, clock, warnings } = await following()
    write('token', '')
    await clock.advance(SECOND_MS)
    write('token', TOKEN)
    await clock.advance(10 * SECOND_MS)
    expect(warnings()).toEqual([])
  })

  test('again after it was well, is a warning again', async () => {
    const { write, clock, warnings } = await following()
    for (const text of ['', TOKEN, '']) {
      write('token', text)
      await clock.advance(3 * SECOND_MS)
    }
    expect(warnings()).toHaveLength(2)
  })
})

test('an env file that is no use is one warning, however many secrets may be in it', async () => {
  const { path, clock, warnings } = await following()
  mkdirSync(join(dirname(path('token')), '.env'))
  await clock.advance(10 * SECOND_MS)
  expect(warnings()).toMatchObject([{ name: '.env', message: expect.stringContaining('is a folder') }])
})

describe('a token that may not be used here', () => {
  test('is a warning: a sandbox token in production', async () => {
    const { write, clock, warnings, made } = await following(GOOD, { NODE_ENV: 'production' })
    write('token', SANDBOX_TOKEN)
    await clock.advance(3 * SECOND_MS)
    expect([warnings().length, made.length]).toEqual([1, 0])
    expect(warnings()).toMatchObject([{ name: 'WHATSAPP_TOKEN' }])
  })
})

describe('the other secrets', () => {
  test("the app's is a candidate too, and told by its own name", async () => {
    const { write, clock, made, logged, guard } = await following()
    write('secret', OTHER_SECRET)
    await clock.advance(2 * NOTICED_MS)
    expect(made[0]?.credentials.appSecret?.reveal()).toBe(OTHER_SECRET)
    expect(made[0]?.credentials.token?.reveal()).toBe(TOKEN)
    expect(guard.token).toBe(made[0] as Other)
    expect(logged).toEqual([{ type: 'secret.reloaded', name: 'META_APP_SECRET' }])
  })

  test("the app's that cannot be read holds up no token", async () => {
    const { write, clock, made, path, guard } = await following()
    rmSync(path('secret'))
    write('token', OTHER_TOKEN)
    await clock.advance(NOTICED_MS)
    expect(guard.token).toBe(made[0] as Other)
    expect(made[0]?.credentials.appSecret?.reveal()).toBe(SECRET)
  })

  test("the operator's counts at once; one that is no use leaves the old one", async () => {
    const { write, clock, follower, logged, warnings } = await following()
    write('operator', 'short')
    await clock.advance(3 * SECOND_MS)
    expect([follower.secret('TOKEN_GUARD_OPERATOR_TOKEN')?.reveal(), warnings().length]).toEqual([OPERATOR, 1])
    write('operator', OTHER_OPERATOR)
    await clock.advance(NOTICED_MS)
    expect(follower.secret('TOKEN_GUARD_OPERATOR_TOKEN')?.reveal()).toBe(OTHER_OPERATOR)
    expect(logged.at(-1)).toEqual({ type: 'secret.reloaded', name: 'TOKEN_GUARD_OPERATOR_TOKEN' })
  })
})
