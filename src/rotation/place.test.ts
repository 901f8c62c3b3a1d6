import { describe, expect, test } from 'bun:test'
import dotenv from 'dotenv'
import fc from 'fast-check'
import { replaceInEnvFile, replaceInSecretFile, tokenIn } from './place.ts'

const OLD = 'EAAold1'
const NEW = 'EAAfresh22'
const bytes = (text: string) => Buffer.from(text, 'utf8')
const replaced = (text: string) => {
  const result = replaceInEnvFile(bytes(text), 'WHATSAPP_TOKEN', OLD, NEW)
  return result === null ? null : Buffer.from(result).toString('utf8')
}

describe('the token in an env file', () => {
  test.each([
    `WHATSAPP_TOKEN=${OLD}`,
    `WHATSAPP_TOKEN=${OLD}\n`,
    `\ufeffWHATSAPP_TOKEN=${OLD}\r\nB=2\r\n`,
    `# WHATSAPP_TOKEN=x\nA=ä \u00a0\nexport WHATSAPP_TOKEN = "${OLD}"   # the token\n\nB='x\ny'`,
    `WHATSAPP_TOKEN: '${OLD}'\n`,
    `WHATSAPP_TOKEN=\`${OLD}\`#x\n`,
    `WHATSAPP_TOKEN_FILE=/x\nXWHATSAPP_TOKEN=${OLD}\n  WHATSAPP_TOKEN=  ${OLD}  \nWHATSAPP_TOKENS=${OLD}\n`,
    `NOTE="a\nWHATSAPP_TOKEN=${OLD}\nb"\nWHATSAPP_TOKEN=${OLD}\n`,
  ])('is replaced, and nothing else is: %j', (text) => {
    const at = text.lastIndexOf(OLD, text.includes('XWHATSAPP') ? text.indexOf('\nWHATSAPP_TOKENS') : undefined)
    expect(replaced(text)).toBe(text.slice(0, at) + NEW + text.slice(at + OLD.length))
  })

  test('of several lines the last one counts, as dotenv reads it', () => {
    expect(replaced(`WHATSAPP_TOKEN=first\nWHATSAPP_TOKEN=${OLD}\n`)).toBe(
      `WHATSAPP_TOKEN=first\nWHATSAPP_TOKEN=${NEW}\n`,
    )
    expect(replaced(`WHATSAPP_TOKEN=${OLD}\nWHATSAPP_TOKEN=last\n`)).toBeNull()
  })

  test.each(['', 'A=1', `# WHATSAPP_TOKEN=${OLD}`, 'WHATSAPP_TOKEN=other', `NOTE="\nWHATSAPP_TOKEN=${OLD}\n"`])(
    'is missing: %j',
    (text) => {
      expect(replaced(text)).toBeNull()
    },
  )

  test('the rest of the file stays byte for byte', () => {
    const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/).filter((each) => each !== 'WHATSAPP_TOKEN')
    const value = fc.oneof(
      fc.stringMatching(/^[^\r\n"'`#\\]{0,12}$/),
      fc.stringMatching(/^"[^"\\]{0,12}"$/),
      fc.stringMatching(/^'[^'\\]{0,12}'$/),
    )
    const line = fc.oneof(
      fc.tuple(name, value).map(([key, text]) => `${key}=${text}`),
      fc.stringMatching(/^#[^\r\n]{0,20}$/),
      fc.constant(''),
    )
    const lines = fc.array(line, { maxLength: 6 })
    const own = fc.constantFrom(OLD, `"${OLD}"`, `'${OLD}'`, `${OLD} # mine`, ` ${OLD} `)
    fc.assert(
      fc.property(lines, own, lines, fc.constantFrom('\n', '\r\n'), (before, mine, after, end) => {
        const text = [...before, `WHATSAPP_TOKEN=${mine}`, ...after].join(end)
        // A quote that is never closed may swallow our line, for dotenv too.
        fc.pre(dotenv.parse(text)['WHATSAPP_TOKEN'] === OLD)
        expect(replaced(text)).toBe([...before, `WHATSAPP_TOKEN=${mine.replace(OLD, NEW)}`, ...after].join(end))
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('the token in a file of its own', () => {
  test.each(['', '\n', '\r\n', ' \n'])('keeps what follows it: %j', (ending) => {
    expect(String(replaceInSecretFile(bytes(OLD + ending), OLD, NEW))).toBe(NEW + ending)
  })

  test('is not there', () => {
    expect(replaceInSecretFile(bytes('other'), OLD, NEW)).toBeNull()
  })
})

test('the token of either file is read back', () => {
  expect(tokenIn(bytes(`A=1\nWHATSAPP_TOKEN="${OLD}"\n`), 'WHATSAPP_TOKEN')).toBe(OLD)
  expect(tokenIn(bytes(`${OLD}\n`), null)).toBe(OLD)
  expect(tokenIn(bytes('A=1'), 'WHATSAPP_TOKEN')).toBe('')
})
