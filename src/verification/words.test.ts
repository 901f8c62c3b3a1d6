import { describe, expect, test } from 'bun:test'
import { reminderThresholdsMs } from './policy.ts'
import { because, DAY_MS, HOUR_MS, liveToken, NOW_MS, policy, judge } from './verification.fake.ts'
import { capital, codeText, isoTime, listed, quoted, span } from './words.ts'

test("reminders come at the policy's own step, and at 7, 3 and 1 days within it", () => {
  const days = (rotateBefore: number) => reminderThresholdsMs(rotateBefore * DAY_MS).map((ms) => ms / DAY_MS)
  expect([days(14), days(7), days(2)]).toEqual([
    [14, 7, 3, 1],
    [7, 3, 1],
    [2, 1],
  ])
})

test('a scope that one entry limits and another does not is not limited', () => {
  const messaging = (targetIds: readonly string[] | null) => ({ scope: 'whatsapp_business_messaging', targetIds })
  const limited = (...granularScopes: ReturnType<typeof messaging>[]) =>
    judge(liveToken({ granularScopes }), policy(), NOW_MS).map(({ code }) => code)
  expect(limited(messaging(['1']))).toEqual(['account.unassigned'])
  expect(limited(messaging(['1']), messaging(null))).toEqual([])
  expect(limited(messaging([]), messaging(['1']))).toEqual([])
})

test('a missing scope of which one alternative reads assets explains that they are not read', () => {
  const demanded = policy({ requiredScopes: [['catalog_management', 'whatsapp_business_messaging']] })
  const [missing] = judge(liveToken({ scopes: [] }), demanded, NOW_MS)
  expect(missing?.hides).toEqual(['account.unassigned', 'phone.unassigned'])
})

describe('words', () => {
  test("of an error are its codes, and Graph's message where there is one", () => {
    expect([codeText(because(190)), codeText(because(190, 463))]).toEqual(['190', '190/463'])
    expect(quoted(because(190, 463, 'gone'))).toBe(', error 190/463 "gone"')
    expect(quoted(because(190, null, ''))).toBe(', error 190')
    expect(quoted(null)).toBe('')
  })

  test('at the beginning of a sentence are large', () => {
    expect(capital('the token')).toBe('The token')
  })

  test('of a time have no empty milliseconds', () => {
    expect([isoTime(0), isoTime(1)]).toEqual(['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.001Z'])
  })

  const names = (count: number) => Array.from({ length: count }, (_, at) => `s${at}`)

  test('of a list end with how many more there are', () => {
    expect(listed(names(20))).toBe(names(20).join(', '))
    expect(listed(names(23))).toBe(`${names(20).join(', ')} and 3 more`)
  })

  test.each([
    [2 * DAY_MS, '2 days'],
    [2 * DAY_MS - 1, '47 hours'],
    [2 * HOUR_MS, '2 hours'],
    [2 * HOUR_MS - 1, '119 minutes'],
    [120_000, '2 minutes'],
    [119_999, '1 minute'],
    [-1, '0 minutes'],
  ])('of a span of %d ms promise nothing too long', (ms, words) => expect(span(ms)).toBe(words))
})
