import * as fc from 'fast-check'
import { causeFields, type CauseName } from '../../verification/causes.ts'
import { ALERT_EVENTS, type Alert, type AlertFinding } from '../alert.ts'

/** What others could put into a text: mentions, links, markup, signs that hide or turn text, half a surrogate pair. */
const HOSTILE = [
  '<!channel>',
  '<@U123>',
  '<users/all>',
  '@everyone @here @all',
  '[click](https://evil.example)',
  '<https://evil.example|click>',
  '<a href="https://evil.example">x</a>',
  '<b>',
  '</code>',
  '&amp;lt;',
  '**bold** _italic_ ~~struck~~ `code` ```block``` ||spoiler||',
  '# heading\n- item\n> quote',
  '\\',
  '\\*',
  '\u202eright to left\u2066',
  '\u200b\u200d\ufeff\u{e0041}',
  '\u0000\u001b[2J\r\n\u2028\u2029',
  '\ud83d',
  '\ude00',
  '👩‍👩‍👧',
  '字'.repeat(700),
  '&'.repeat(3_000),
  '<'.repeat(1_500),
  '_'.repeat(900),
  '😀'.repeat(1_200),
] as const

const anyText = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 60 }), fc.string()), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''))

const anyFinding: fc.Arbitrary<AlertFinding> = fc.record({
  code: anyText as fc.Arbitrary<AlertFinding['code']>,
  severity: fc.constantFrom('fail' as const, 'warn' as const, 'unverified' as const),
  summary: anyText,
  remedy: anyText,
  step: fc.constantFrom(null, 1, 4, 6),
  causes: fc
    .subarray<CauseName>(['session_ended', 'permission_unticked', 'number_never_registered'], { minLength: 1 })
    .map(causeFields),
})

const anyStatus = fc.constantFrom('pass' as const, 'warn' as const, 'fail' as const)

export const anyAlert: fc.Arbitrary<Alert> = fc.record({
  id: fc.constant('msg_0123456789abcdef0123456789a'),
  event: fc.constantFrom(...(Object.keys(ALERT_EVENTS) as Alert['event'][])),
  status: anyStatus,
  previousStatus: fc.option(anyStatus),
  findings: fc.array(anyFinding, { maxLength: 70 }),
  drifts: fc.array(fc.record({ field: anyText, severity: fc.constantFrom('error' as const, 'info' as const) }), {
    maxLength: 3,
  }),
  at: fc.constant('2026-11-25T12:30:00.000Z'),
  service: anyText,
  instance: anyText,
  text: anyText,
})

const finding = (code: AlertFinding['code'], severity: AlertFinding['severity'], summary: string, cause: CauseName) => {
  const causes = causeFields([cause])
  const { remedy, step } = causes[0] ?? { remedy: '', step: null }
  return { code, severity, summary, remedy, step, causes }
}

/** A real one: a token lost a permission, and a number was never registered. */
export const EXAMPLE: Alert = {
  id: 'msg_4f2ad1c09b7e3a5568c0e1f2a3b',
  event: 'status.changed',
  status: 'fail',
  previousStatus: 'warn',
  findings: [
    finding('scope.missing', 'fail', 'The permission whatsapp_business_management is missing.', 'permission_unticked'),
    finding(
      'phone.blocked',
      'warn',
      'The number was added and never registered (platform_type NOT_APPLICABLE).',
      'number_never_registered',
    ),
  ],
  drifts: [{ field: 'scopes', severity: 'error' }],
  at: '2026-11-25T12:30:00.000Z',
  service: 'whatsapp-token-guard',
  instance: 'web-1',
  text: "whatsapp-token-guard on web-1: the token's status went from warn to fail.",
}
