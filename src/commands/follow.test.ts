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
    const { write, clock, made, guard, newEvents } = await following()
    write('token', OTHER_TOKEN)
    await clock.advance(SECOND_MS)
    expect(made).toEqual([])
    await clock.advance(250)
    expect(guard.token).toBe(made[0] as Other)
    expect(newEvents()).toEqual(['token.reloaded'])
  })

  test('is not proposed while it is still being written', async () => {
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

  test('that changes again before its refusal is confirmed is never reported as refused', async () => {
    const { write, clock, made, newEvents, guard } = await following(REVOKED)
    write('token', OTHER_TOKEN.slice(0, 90))
    await clock.advance(SECOND_MS + 250)
    expect(newEvents()).toEqual(['check.refusal_suspected'])
    write('token', TOKEN)
    await clock.advance(2 * SECOND_MS)
    expect([made.length, newEvents(), guard.health().status]).toEqual([1, [], 'pass'])
  })

  test('that changes to a third one before its refusal is confirmed is never reported as refused', async () => {
    const { write, clock, events } = await following(REVOKED)
    write('token', OTHER_TOKEN.slice(0, 90))
    await clock.advance(1.9 * SECOND_MS)
    write('token', OTHER_TOKEN)
    await clock.advance(4 * SECOND_MS)
    const refused = events.filter(({ type }) => type === 'token.reload_refused')
    expect(refused).toMatchObject([{ fingerprint: OTHER_TOKEN.slice(-12) }])
  })

  test('is not verified in mode off', async () => {
    const { write, clock, made, asked, follower } = await following(GOOD, { TOKEN_GUARD_MODE: 'off' })
    asked.length = 0
    write('token', OTHER_TOKEN)
    await clock.advance(10 * SECOND_MS)
    await follower.now()
    expect([made, asked]).toEqual([[], []])
  })

  test('is no candidate any more once the old one is put back', async () => {
    const { write, clock, newEvents, guard } = await following(REVOKED)
    write('token', OTHER_TOKEN)
    await clock.advance(3 * SECOND_MS)
    expect([newEvents().at(-1), guard.health().status]).toEqual(['token.reload_refused', 'warn'])
    write('token', TOKEN)
    await clock.advance(NOTICED_MS)
    expect([newEvents(), guard.health().status]).toEqual([[], 'pass'])
  })

  test('that was refused is reported again when it comes back', async () => {
    const { write, clock, events } = await following(REVOKED)
    for (const text of [OTHER_TOKEN, TOKEN, OTHER_TOKEN]) {
      write('token', text)
      await clock.advance(3 * SECOND_MS)
    }
    expect(events.filter(({ type }) => type === 'token.reload_refused')).toHaveLength(2)
  })

  test('is not read once a stop has begun', async () => {
    const { write, clock, made, stop } = await following()
    stop.abort()
    write('token', OTHER_TOKEN)
    await clock.advance(10 * SECOND_MS)
    expect(made).toEqual([])
  })
})

describe('a look on demand', () => {
  test('does not wait, and does not verify a token twice that takes over', async () => {
    const { write, follower, clock, made, asked } = await following()
    asked.length = 0
    write('token', OTHER_TOKEN)
    const done = follower.now()
    await clock.advance(0)
    await done
    expect(made).toHaveLength(1)
    expect([made[0]?.asked.filter((question) => question === 'token'), asked]).toEqual([['token'], []])
  })

  test('verifies the token in service if nothing has changed', async () => {
    const { follower, clock, asked, made } = await following()
    asked.length = 0
    const done = follower.now()
    await clock.advance(0)
    await done
    expect([asked.length, made.length]).toEqual([5, 0])
  })

  test('tries a refused token again, without logging it a second time', async () => {
    const { write, follower, clock, made, newEvents } = await following(REVOKED)
    write('token', OTHER_TOKEN)
    await clock.advance(3 * SECOND_MS)
    newEvents()
    made[0]?.play(GOOD)
    const done = follower.now()
    await clock.advance(SECOND_MS)
    await done
    expect([made.length, newEvents('check.verified')]).toEqual([1, ['token.reloaded']])
  })
})

describe('an unusable token file', () => {
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
  test.each(spoilt)('%s, causes one warning and no candidate', async (_what, spoil, problem) => {
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

  test('causes no warning if it lasts only a moment', async () => {
    const { write, clock, warnings } = await following()
    write('token', '')
    await clock.advance(SECOND_MS)
    write('token', TOKEN)
    await clock.advance(10 * SECOND_MS)
    expect(warnings()).toEqual([])
  })

  test('causes another warning if it was usable in between', async () => {
    const { write, clock, warnings } = await following()
    for (const text of ['', TOKEN, '']) {
      write('token', text)
      await clock.advance(3 * SECOND_MS)
    }
    expect(warnings()).toHaveLength(2)
  })
})

test('an unusable env file causes one warning, however many secrets it may hold', async () => {
  const { path, clock, warnings } = await following()
  mkdirSync(join(dirname(path('token')), '.env'))
  await clock.advance(10 * SECOND_MS)
  expect(warnings()).toMatchObject([{ name: '.env', message: expect.stringContaining('is a folder') }])
})

describe('a token that may not be used here', () => {
  test('causes a warning: a sandbox token in production', async () => {
    const { write, clock, warnings, made } = await following(GOOD, { NODE_ENV: 'production' })
    write('token', SANDBOX_TOKEN)
    await clock.advance(3 * SECOND_MS)
    expect([warnings().length, made.length]).toEqual([1, 0])
    expect(warnings()).toMatchObject([{ name: 'WHATSAPP_TOKEN' }])
  })
})

describe('the other secrets', () => {
  test("the app's secret makes a candidate too, and is reported under its own name", async () => {
    const { write, clock, made, logged, guard } = await following()
    write('secret', OTHER_SECRET)
    await clock.advance(2 * NOTICED_MS)
    expect(made[0]?.credentials.appSecret?.reveal()).toBe(OTHER_SECRET)
    expect(made[0]?.credentials.token?.reveal()).toBe(TOKEN)
    expect(guard.token).toBe(made[0] as Other)
    expect(logged).toEqual([{ type: 'secret.reloaded', name: 'META_APP_SECRET' }])
  })

  test('an unreadable app secret does not hold up the token', async () => {
    const { write, clock, made, path, guard } = await following()
    rmSync(path('secret'))
    write('token', OTHER_TOKEN)
    await clock.advance(NOTICED_MS)
    expect(guard.token).toBe(made[0] as Other)
    expect(made[0]?.credentials.appSecret?.reveal()).toBe(SECRET)
  })

  test('a changed operator token counts at once; an unusable one leaves the old one in force', async () => {
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
