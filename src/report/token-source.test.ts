import { describe, expect, test } from 'bun:test'
import { deadToken } from '../verification/verification.fake.ts'
import { logLine } from './events.ts'
import { healthOf, stateOf } from './health.fake.ts'
import { styleOf } from './paint.ts'
import { faultsText, verificationText } from './text.ts'
import { originText, othersAdvice, sourceSentences, type TokenSource } from './token-source.ts'

const [OLD, NEW] = ['0123456789ab', 'ba9876543210']
const source = (change: Partial<TokenSource> = {}): TokenSource => ({
  from: 'environment',
  fingerprint: OLD,
  others: [],
  ...change,
})
const TWO = source({ others: [{ from: '.env', fingerprint: NEW }] })
const PLAIN = styleOf({ hasColours: false, columns: null })
const flat = (text: string) => text.replaceAll(/\s+/g, ' ')

describe('where a token came from, in words', () => {
  test.each([
    ['environment', 'the environment'],
    ['.env', '.env'],
    ['env-file', 'the file of --env-file'],
    ['library', 'an option of the library'],
    ['environment → /run/secrets/token', '/run/secrets/token (WHATSAPP_TOKEN_FILE in the environment)'],
    ['.env → /a → b', '/a → b (WHATSAPP_TOKEN_FILE in .env)'],
  ])('%s is "%s"', (from, words) => {
    expect(originText(source({ from }))).toBe(`${words}, fingerprint ${OLD}`)
  })

  test('a faulty text has no fingerprint', () => {
    expect(originText(source({ fingerprint: null }))).toBe('the environment')
  })
})

describe('other tokens', () => {
  test('are not mentioned if there are none', () => {
    expect(othersAdvice(source())).toBeNull()
  })

  test('are named, with why they are not used and how they would be', () => {
    const text = othersAdvice(TWO)
    expect(text).toStartWith(
      `.env holds another token (fingerprint ${NEW}): not used, because the environment comes first.`,
    )
    for (const way of ['unset WHATSAPP_TOKEN', 'pm2 restart NAME --update-env', 'docker compose up -d', 'a new shell'])
      expect(text).toContain(way)
  })

  test('in a weaker source than a file, are used once the variable is removed from the file', () => {
    expect(othersAdvice({ ...TWO, from: '.env.local' })).toEndWith(
      'To use the other one, remove WHATSAPP_TOKEN from .env.local.',
    )
    expect(othersAdvice({ ...TWO, from: '.env.local → /token' })).toContain(
      'remove WHATSAPP_TOKEN_FILE from .env.local',
    )
  })

  test('that are invalid are named without advice', () => {
    expect(othersAdvice(source({ others: [{ from: '.env', fingerprint: null }] }))).toBe(
      '.env holds another text, which is no token: not used, because the environment comes first.',
    )
  })
})

describe('the source is shown', () => {
  const refused = { answers: [deadToken('revoked')] }
  const report = (tokenSource: TokenSource | null, exitCode = 77) => {
    const [health, state] = [healthOf(refused), stateOf(refused)]
    return verificationText({ graphName: 'Graph', health, state, exitCode, tokenSource, conclusion: 'x' }, PLAIN)
  }

  test('in one line of the report, and with another token in a second one', () => {
    expect(report(source()).split('\n')).toContain(`  from the environment, fingerprint ${OLD}`)
    expect(flat(report(source()))).not.toContain('another')
    expect(flat(report(TWO))).toContain(`– ${othersAdvice(TWO)}`)
    expect(report(null)).not.toContain('fingerprint')
  })

  test('under the faults, if the token itself is faulty', () => {
    const fault = { name: 'WHATSAPP_TOKEN', problem: 'is a placeholder', expected: 'a token' }
    const faulty = { ...TWO, fingerprint: null }
    expect(flat(faultsText([fault], faulty, PLAIN))).toContain(`comes from the environment. – ${othersAdvice(TWO)}`)
    expect(faultsText([{ ...fault, name: 'LOG_LEVEL' }], TWO, PLAIN)).not.toContain('.env')
  })

  test('in the sentence of a wrong configuration, if the token itself is faulty', () => {
    const sentence = (name: string, tokenSource: TokenSource | null) =>
      logLine({ type: 'config.invalid', faults: [{ name, problem: 'is wrong', expected: '' }], tokenSource }).message
    expect(sentence('WHATSAPP_TOKEN_FILE', TWO)).toEndWith(`WHATSAPP_TOKEN_FILE is wrong.${sourceSentences(TWO)}`)
    expect(sentence('WHATSAPP_TOKEN', null)).toEndWith('WHATSAPP_TOKEN is wrong')
    expect(sentence('LOG_LEVEL', TWO)).toEndWith('LOG_LEVEL is wrong')
  })

  test.each(['boot.refused', 'boot.would_refuse'] as const)('in the sentence and the fields of %s', (type) => {
    const { fields, message } = logLine({ type, findings: [], exitCode: 77, tokenSource: TWO })
    expect(fields['tokenSource']).toEqual(TWO)
    expect(message).toEndWith(sourceSentences(TWO))
    expect(sourceSentences(TWO)).toStartWith(` The token comes from the environment, fingerprint ${OLD}. .env holds`)
  })

  test.each(['boot.verified', 'boot.unverified'] as const)('in the fields of %s', (type) => {
    const { fields, message } = logLine({ type, findings: [], exitCode: 75, tokenSource: TWO })
    expect(fields['tokenSource']).toEqual(TWO)
    expect(message).not.toContain(OLD)
  })

  test('nowhere if an event has none', () => {
    expect(Object.keys(logLine({ type: 'boot.verified', findings: [] }).fields)).not.toContain('tokenSource')
  })
})
