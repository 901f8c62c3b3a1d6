import { describe, expect, test } from 'bun:test'
import { SecretMask } from './mask.ts'

const secret = (at: number) => `secret-number-${at}-${'abcdefgh'.repeat(3)}${at}`

describe('a mask that learns', () => {
  test('takes out what it has learnt, old and new, and every part of it', () => {
    const mask = new SecretMask()
    expect(mask.apply('a plain-old-text')).toBe('a plain-old-text')
    mask.learn(['first-secret-text'])
    mask.learn(['second-secret-text'])
    expect(mask.apply('it is first-secret-text or ond-secret-t')).toBe('it is [secret] or [secret]')
  })

  test('takes out the secret parts of a URL, and leaves its host and its plain words', () => {
    const mask = new SecretMask()
    mask.learn(['https://hooks.example/services/T0AB1CD2E/whatsapp-alerts/xYz7kLm9Qr?key=0123456789abcdef'])
    expect(mask.apply('https://hooks.example/services whatsapp:webhooks')).toBe(
      'https://hooks.example/services whatsapp:webhooks',
    )
    expect(mask.apply('T0AB1CD2E, xYz7kLm9, 456789ab')).toBe('[secret], [secret], [secret]')
  })

  test("takes out a database's password, and leaves its host and its user", () => {
    const mask = new SecretMask()
    const password = 's3cr%40t-of-the-db'
    mask.learn([`postgres://token_guard:${password}@db.internal:5432/fleet`, 'postgres://db.internal/fleet'])
    expect(mask.apply('token_guard at db.internal:5432/fleet')).toBe('token_guard at db.internal:5432/fleet')
    expect(mask.apply('s3cr%40t-of-the-db, s3cr@t-of-the-db')).toBe('[secret], [secret]')
  })

  test('takes out the whole path of a URL, even if it consists of plain words', () => {
    const mask = new SecretMask()
    mask.learn(['https://hooks.example/wa/webhook', 'https://bare.example/'])
    expect(mask.apply('to https://hooks.example/wa/webhook, of the field /wa/webhook')).toBe(
      'to https://hooks.example[secret], of the field /wa/webhook',
    )
    expect(mask.apply('https://bare.example/docs')).toBe('https://bare.example/docs')
  })

  test('takes out each of several addresses, and leaves the format in front of one', () => {
    const mask = new SecretMask()
    mask.learn(['https://hooks.example/services/T0AB1CD2E\nteams+https://flow.example/paths/invoke?sig=Qr7xYz8kLm'])
    expect(mask.apply('T0AB1CD2E at https://hooks.example/, Qr7xYz8kLm at https://flow.example/')).toBe(
      '[secret] at https://hooks.example/, [secret] at https://flow.example/',
    )
    expect(mask.apply('to https://flow.example/paths/invoke?sig=Qr7xYz8kLm')).toBe('to https://flow.example[secret]')
  })

  test('keeps the newest secrets if a source changes all the time', () => {
    const mask = new SecretMask()
    for (let at = 0; at < 500; at++) mask.learn([`${at}`.padStart(12, 'x')])
    expect(mask.apply(`${499}`.padStart(12, 'x'))).toBe('[secret]')
    expect(mask.apply(`${470}`.padStart(12, 'x'))).toBe('[secret]')
  })

  test('keeps a secret that is learnt again each time, however many others come and go', () => {
    const mask = new SecretMask()
    for (let at = 0; at < 500; at++) mask.learn([`${at}`.padStart(12, 'x'), 'the-one-in-service'])
    expect(mask.apply('the-one-in-service')).toBe('[secret]')
  })

  test('is the same function for as long as it lives', () => {
    const mask = new SecretMask()
    const { apply } = mask
    mask.learn([secret(1)])
    expect(apply(secret(1))).toBe('[secret]')
  })
})
