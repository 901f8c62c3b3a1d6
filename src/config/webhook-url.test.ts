import { describe, expect, test } from 'bun:test'
import { configOf, read, TOKEN } from './config.fake.ts'

describe('WHATSAPP_WEBHOOK_URL', () => {
  test('is a secret that keeps its text', () => {
    const { webhookUrl } = configOf({ WHATSAPP_TOKEN: TOKEN, WHATSAPP_WEBHOOK_URL: 'https://hooks.example/wa' })
    expect(webhookUrl?.reveal()).toBe('https://hooks.example/wa')
    expect(`${webhookUrl}${JSON.stringify(webhookUrl)}`).toBe('[secret]"[secret]"')
  })

  test('has no form that names a file', () => {
    const env = { WHATSAPP_TOKEN: TOKEN, WHATSAPP_WEBHOOK_URL_FILE: '/nowhere' }
    expect(configOf(env).webhookUrl).toBeNull()
  })

  test.each([
    'hooks.example/HIDDEN-path',
    'ftp://h.example/HIDDEN-path',
    'https://me:HIDDEN-path@h.example/',
    ' HIDDEN-path',
  ])('a fault never holds the text: %j', (text) => {
    const result = read({ WHATSAPP_TOKEN: TOKEN, WHATSAPP_WEBHOOK_URL: text })
    expect(result.ok ? '' : JSON.stringify(result.faults)).toContain('WHATSAPP_WEBHOOK_URL')
    expect(JSON.stringify(result)).not.toContain('HIDDEN')
  })
})
