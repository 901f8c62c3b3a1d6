import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { judgeTokenText } from './token-text.ts'

const REAL = `EAAG${'aB3dE5gH7'.repeat(20)}`
const utf16 = (text: string, bom = '') => Buffer.from(bom + text, 'utf16le').toString('utf8')

const faulty: readonly (readonly [name: string, text: string, problem: RegExp])[] = [
  ['empty', '', /empty/],
  ['UTF-16 with a BOM', utf16(REAL, '\uFEFF'), /UTF-16/],
  ['UTF-16 without a BOM', utf16(REAL), /UTF-16/],
  ['UTF-16 big-endian', Buffer.from(`\uFEFF${REAL}`, 'utf16le').swap16().toString('utf8'), /UTF-16/],
  ['NUL', `${REAL}\0`, /binary/],
  ['bytes that are no UTF-8', Buffer.from([0x89, 0x50, 0xc3, 0x28, 0x41]).toString('utf8'), /binary/],
  ['a BOM', `\uFEFF${REAL}`, /byte order mark/],
  ['blanks alone', ' \t ', /blanks only/],
  ['double quotes', `"${REAL}"`, /quotes/],
  ['single quotes', `'${REAL}'`, /quotes/],
  ['typographic quotes', `“${REAL}”`, /quotes/],
  ['Bearer in quotes: the quotes come first', `"Bearer ${REAL}"`, /quotes/],
  ['Bearer in front', `Bearer ${REAL}`, /Bearer/],
  ['bearer in small letters', `bearer ${REAL}`, /Bearer/],
  ['a whole header', `Authorization: Bearer ${REAL}`, /header/],
  ['an app token', '1234567890|abcdefABCDEF-123_x', /app token/],
  ['two lines', `${REAL}\n${REAL}`, /more than one line/],
  ['a newline at the end', `${REAL}\n`, /newline/],
  ['a blank before', ` ${REAL}`, /blank before or after/],
  ['a blank after', `${REAL} `, /blank before or after/],
  ['a blank inside', `EAAG ${REAL}`, /blanks in it/],
  ['a quote inside', `EAAG"${REAL}`, /quote/],
  ['a cut', `EAAGabc...xyz`, /shortened/],
  ['another character', `${REAL}-`, /characters/],
  ['a letter beyond ASCII', `${REAL}é`, /characters/],
  ['a zero-width blank', `${REAL}\u200B`, /characters/],
]

describe('judgeTokenText tells', () => {
  test.each(faulty)('%s', (_name, text, problem) => {
    expect(judgeTokenText(text)).toMatch(problem)
  })

  test.each([
    'your_token_here',
    'YOUR_TOKEN',
    'your-access-token',
    '<token>',
    '<YOUR TOKEN>',
    '[token]',
    '{{token}}',
    'EAAxxxx',
    'EAAxxxxxxxxxxxxxxxx',
    'EAAG...',
    'EAA…',
    '…',
    '...',
    'changeme',
    'change_me',
    'replace_me',
    'REPLACE_WITH_TOKEN',
    'replaceme',
    'undefined',
    'null',
    'None',
    'todo',
    'xxx',
    '***',
    'paste-token-here',
    'insert_token',
    'token_here',
    '%WHATSAPP_TOKEN%',
    'my_token',
    'yourtokenhere',
    'placeholder',
    'whatsapp_token_here',
  ])('the placeholder %s', (text) => {
    expect(judgeTokenText(text)).toMatch(/placeholder/)
  })

  test.each(['${WHATSAPP_TOKEN}', '$TOKEN', '${TOKEN:-x}', '$(cat token)', '${{ secrets.TOKEN }}'])(
    'the reference %s',
    (text) => {
      expect(judgeTokenText(text)).toMatch(/another variable/)
    },
  )
})

describe('judgeTokenText lets pass', () => {
  test.each([REAL, 'garbage', 'EAASANDBOX1a2b', 'x', '123', 'TESTTOKEN'])('%s', (text) => {
    expect(judgeTokenText(text)).toBeNull()
  })
})

test('a problem never holds the text', () => {
  const texts = fc.string({ minLength: 24, maxLength: 300, unit: 'binary' })
  fc.assert(fc.property(texts, (text) => !(judgeTokenText(text) ?? '').includes(text)))
})
