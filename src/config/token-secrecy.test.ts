import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { read } from './config.fake.ts'
import { judgeTokenText } from './token-text.ts'

const PART = 8
const partsOf = (text: string) =>
  Array.from({ length: Math.max(0, text.length - PART + 1) }, (_, at) => text.slice(at, at + PART))

/** The parts of a secret that the fault of a text shows. */
function shown(text: string, secret: string): readonly string[] {
  const { problem = '', expected = '' } = judgeTokenText(text) ?? {}
  return partsOf(secret).filter((part) => problem.includes(part) || expected.includes(part))
}

const core = fc
  .tuple(fc.constantFrom('EAA', 'EAAG', ''), fc.stringMatching(/^[A-Za-z0-9]{24,200}$/))
  .map(([begin, rest]) => begin + rest)

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** What shells, stores, files and people put around a token. */
const WRAPS: readonly ((core: string) => string)[] = [
  (text) => text,
  (text) => `"${text}"`,
  (text) => `Bearer ${text}`,
  (text) => `Authorization: Bearer ${text}`,
  (text) => `WHATSAPP_TOKEN=${text}`,
  (text) => `export TOKEN="${text}"`,
  (text) => JSON.stringify({ [text]: text }),
  (text) => `{"token": "${text}`,
  base64,
  (text) => base64(base64(text)),
  (text) => base64(`${text}\n`),
  (text) => `${text} # ${text}`,
  (text) => `# ${text}`,
  (text) => `${text.slice(0, 9)}\n${text.slice(9)}`,
  (text) => `${text}\n${text}`,
  (text) => `${text}\nNAME=${text}`,
  (text) => `${text}\r`,
  (text) => `${text.slice(0, 9)}\u200B${text.slice(9)}`,
  (text) => `${text}\\n`,
  (text) => `${text} `,
  (text) => `${text};`,
  (text) => `<${text}>`,
  (text) => text + text,
  (text) => `${text}***`,
  (text) => `${text}...`,
  (text) => `/run/${text}`,
  (text) => `op://${text}`,
  (text) => `vault:v1:${text}`,
  (text) => `https://example.org/${text}`,
  (text) => `12345|${text}`,
  (text) => `error: ${text} not found`,
  (text) => `\uFEFF${text}`,
  (text) => `$${text}`,
  (text) => `my_${text}`,
]

const wrapped = fc
  .tuple(core, fc.array(fc.constantFrom(...WRAPS), { minLength: 1, maxLength: 3 }))
  .map(([text, wraps]) => [text, wraps.reduce((inner, wrap) => wrap(inner), text)] as const)

test('no eight characters of a token in a row are shown, whatever is around it', () => {
  fc.assert(
    fc.property(wrapped, ([text, whole]) => {
      expect(shown(whole, text)).toEqual([])
      expect(shown(whole, base64(text))).toEqual([])
    }),
    { numRuns: 400 },
  )
})

test('no eight characters in a row of any other text are shown', () => {
  fc.assert(
    fc.property(fc.string({ minLength: PART, maxLength: 60, unit: 'binary' }), (text) => {
      expect(shown(text, text)).toEqual([])
    }),
  )
})

test('no eight characters of a token in a row are shown in any fault of the configuration', () => {
  fc.assert(
    fc.property(wrapped, ([text, whole]) => {
      const result = read({ WHATSAPP_TOKEN: whole })
      const faults = JSON.stringify(result.ok ? [] : result.faults)
      expect(partsOf(text).filter((part) => faults.includes(part))).toEqual([])
    }),
  )
})

test('only letters and digits pass, and a token alone always does', () => {
  const texts = fc.oneof(
    wrapped.map(([, whole]) => whole),
    fc.string({ unit: 'binary' }),
  )
  fc.assert(fc.property(texts, (text) => judgeTokenText(text) !== null || /^[A-Za-z0-9]+$/.test(text)))
  const tokens = fc.stringMatching(/^EAA[A-Za-z0-9]{40,250}$/).filter((text) => !/x{8}/i.test(text))
  fc.assert(fc.property(tokens, (text) => judgeTokenText(text) === null))
})

test('a long text is judged at once', () => {
  const size = 16 * 1024
  const texts = [' ', 'a', '\n', '\\n', '[', '{"a":', '"', '#', 'a=', '/a', '- ', 'EAA', '=', 'x '].map((unit) =>
    unit.repeat(size / unit.length),
  )
  const beginMs = performance.now()
  for (const text of texts) for (const whole of [text, `x${text}`, `${text}x`, ` ${text}#`]) judgeTokenText(whole)
  expect(performance.now() - beginMs).toBeLessThan(2_000)
})
