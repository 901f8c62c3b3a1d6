import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { anyAlert, EXAMPLE } from './receivers/alerts.fake.ts'
import { BODIES, parsedHtml, SHOWN_FORMATS, type ShownFormat } from './receivers/bodies.fake.ts'
import { clean, within } from './receivers/cutting.ts'
import { ADDRESS_OF, bodiesOf, receiverAt, textsIn } from './receivers/rendering.fake.ts'

describe.each(SHOWN_FORMATS)('%s', (format) => {
  test('gets what its documentation demands, within its limits, whatever is in an alert', () => {
    fc.assert(
      fc.property(anyAlert, (alert) => {
        for (const body of bodiesOf(format, alert)) expect(BODIES[format].safeParse(body).error).toBeUndefined()
      }),
      { numRuns: 150, endOnFailure: true },
    )
  })

  test('gets no invisible sign and no half of a character', () => {
    fc.assert(
      fc.property(anyAlert, (alert) => {
        for (const text of bodiesOf(format, alert).flatMap(textsIn)) {
          // The word joiner behind an @ is ours.
          expect(text.replaceAll('@\u2060', '').replaceAll('\n', ' ')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
        }
      }),
      { numRuns: 100, endOnFailure: true },
    )
  })

  test('shows status, cause, remedy and instance', () => {
    const shown = bodiesOf(format, EXAMPLE).flatMap(textsIn).join('\n').replaceAll('\\', '')
    for (const part of ['fail', 'scope.missing', 'permission_unticked', 'A token keeps the permissions', 'web-1'])
      expect(shown).toContain(part)
  })

  test.each([
    ['long', { summary: 'x'.repeat(400) }],
    ['short', { summary: '', remedy: '', causes: [], step: null }],
    ['full of signs', { summary: 'a & b', remedy: '&'.repeat(650) }],
  ])('shows as many findings as have room, and names others: %s ones', (_what, change) => {
    const [first] = EXAMPLE.findings
    if (first === undefined) throw new Error('the example has no finding')
    const findings = Array.from({ length: 60 }, (_, at) => ({ ...first, ...change, code: `code.${at}` as never }))
    const [body] = bodiesOf(format, { ...EXAMPLE, findings })
    expect(BODIES[format].safeParse(body).error).toBeUndefined()
    const shown = textsIn(body)
    expect(shown.join('\n')).toContain('✗ code.0')
    if (format !== 'pagerduty') expect(shown.join('\n')).toMatch(/And \d+ more: ✗ code\.|✗ code\.59/)
    // The end is not cut off: where it happened stands there.
    if (format === 'slack') expect(body?.['text']).toEndWith('2026-11-25 12:30 UTC')
  })

  test('keeps its limits where every text is long and of three bytes a sign', () => {
    const long = '字'.repeat(2_000)
    const texts = { service: long, instance: long, drifts: [{ field: long, severity: 'error' as const }] }
    const [first] = EXAMPLE.findings
    if (first === undefined) throw new Error('the example has no finding')
    for (const count of [1, 200]) {
      const findings = Array.from({ length: count }, (_, at) => ({ ...first, summary: `${at}${long}`, remedy: long }))
      const bodies = bodiesOf(format, { ...EXAMPLE, ...texts, findings })
      for (const body of bodies) expect(BODIES[format].safeParse(body).error).toBeUndefined()
    }
  })

  test('shows once what holds of two numbers', () => {
    const findings = EXAMPLE.findings.flatMap((each) => [each, each])
    const shown = bodiesOf(format, { ...EXAMPLE, findings })
      .flatMap(textsIn)
      .join('\n')
      .replaceAll('\\', '')
    expect(shown).toContain('! phone.blocked (2 times)')
    expect(shown.split('POST ')).toHaveLength(bodiesOf(format, EXAMPLE).flatMap(textsIn).join().split('POST ').length)
  })

  test('gets no signature', () => {
    expect(receiverAt(ADDRESS_OF[format]).receiver.isSigned).toBe(false)
  })
})

/** What is left of a body's texts once the receiver's own escapes and our own markup are taken out: it may hold no markup. */
const UNESCAPED: readonly (readonly [ShownFormat, (text: string) => string, RegExp])[] = [
  ['slack', (text) => text.replaceAll(/&(?:amp|lt|gt);/g, ''), /[&<>]/],
  [
    'discord',
    (text) => text.replaceAll(/\\[^A-Za-z0-9\s]/g, '').replaceAll('**What to do:**', ''),
    /[\\`*_~|<>[\]()#@]/,
  ],
  ['google-chat', (text) => text, /[*~`<>[\]\\]|(?<![\p{L}\p{N}_＿])_|_(?![\p{L}\p{N}_…])/u],
  [
    'telegram',
    (text) => text.replaceAll(/<(b|i|code)>([^<>]*)<\/\1>/g, '$2').replaceAll(/&(?:amp|lt|gt);/g, ''),
    /[&<>]/,
  ],
]

describe('hostile text', () => {
  test.each(UNESCAPED)('is no markup at %s', (format, unescaped, markup) => {
    fc.assert(
      fc.property(anyAlert, (alert) => {
        const texts =
          format === 'telegram'
            ? bodiesOf(format, alert).map((body) => body['text'] as string)
            : bodiesOf(format, alert).flatMap(textsIn)
        for (const text of texts) expect(unescaped(text)).not.toMatch(markup)
      }),
      { numRuns: 100, endOnFailure: true },
    )
  })

  test('calls no one at Slack, Mattermost and Rocket.Chat', () => {
    const [body] = bodiesOf('slack', { ...EXAMPLE, instance: '@channel <!here>' })
    expect(body?.['text']).toContain('@\u2060channel &lt;!here&gt;')
  })

  test('calls no one at Telegram', () => {
    const [body] = bodiesOf('telegram', { ...EXAMPLE, instance: '@somebody' })
    expect(body?.['text']).toContain('@\u2060somebody')
  })

  test('is shown as it was written: Telegram', () => {
    const [body] = bodiesOf('telegram', { ...EXAMPLE, instance: '<b>&amp;' })
    expect(parsedHtml(body?.['text'])).toContain('Instance <b>&amp;, whatsapp-token-guard, 2026-11-25 12:30 UTC')
  })
})

describe('a cut', () => {
  test.each([
    ['fits', 10, 'fits'],
    ['exactly ten', 11, 'exactly ten'],
    ['one too many', 11, 'one too ma…'],
    ['a😀b', 3, 'a…'],
    ['😀😀', 1, '…'],
  ])('of %j to %d is %j', (text, max, cut) => {
    expect(within(max, text)).toBe(cut)
  })

  test('comes before the escaping and is measured after it', () => {
    expect(within(12, 'a&b&c', (sign) => (sign === '&' ? '&amp;' : sign))).toBe('a&amp;b…')
  })

  test('takes out what is invisible, and puts one line in place of several', () => {
    expect(clean(' a\u202e\u200bb\r\n\tc\ud83d ')).toBe('a b c\ufffd')
  })
})
