import { describe, expect, test } from 'bun:test'
import { OTHER_TOKEN, read, TOKEN } from './config.fake.ts'

const line = (token: string) => `WHATSAPP_TOKEN=${token}\n`
const placesOf = (...given: Parameters<typeof read>) =>
  read(...given).tokenPlaces.map(({ from, secret }) => [
    from.replace(/ → .*\/config-\w+\//, ' → '),
    secret?.reveal() ?? null,
  ])

describe('where tokens come from', () => {
  test('nowhere, if none is set', () => {
    expect(placesOf({})).toEqual([])
  })

  test('the strongest source first, then the weaker ones that hold another one', () => {
    const files = { '.env.local': line(OTHER_TOKEN), '.env': line(`${TOKEN}3`) }
    expect(placesOf({ WHATSAPP_TOKEN: TOKEN }, files)).toEqual([
      ['environment', TOKEN],
      ['.env.local', OTHER_TOKEN],
      ['.env', `${TOKEN}3`],
    ])
    expect(placesOf({}, files)).toEqual([
      ['.env.local', OTHER_TOKEN],
      ['.env', `${TOKEN}3`],
    ])
  })

  test('a weaker source with the same token does not count as another', () => {
    const files = { '.env.local': line(TOKEN), '.env': line(TOKEN) }
    expect(placesOf({}, files)).toEqual([['.env.local', TOKEN]])
  })

  test('a value that Bun loaded from a file counts as the file, not as another source', () => {
    const files = { '.env': line(TOKEN) }
    expect(placesOf({ WHATSAPP_TOKEN: TOKEN }, files, { runtimeLoadsEnvFiles: true })).toEqual([['.env', TOKEN]])
    expect(placesOf({ WHATSAPP_TOKEN: OTHER_TOKEN }, files, { runtimeLoadsEnvFiles: true })).toEqual([
      ['environment', OTHER_TOKEN],
      ['.env', TOKEN],
    ])
  })

  test('the file of --env-file has its own name, and the other files are not sources', () => {
    const files = { '.env': line(TOKEN), 'prod.env': line(OTHER_TOKEN) }
    expect(placesOf({}, files, { envFile: 'prod.env' })).toEqual([['env-file', OTHER_TOKEN]])
  })

  test('a file that WHATSAPP_TOKEN_FILE names is shown with its path', () => {
    const files = { 'secrets/token': OTHER_TOKEN, '.env': 'WHATSAPP_TOKEN_FILE=./secrets/token\n' }
    expect(placesOf({ WHATSAPP_TOKEN: TOKEN }, files)).toEqual([
      ['environment', TOKEN],
      ['.env → secrets/token', OTHER_TOKEN],
    ])
  })

  test('a faulty text has no token, whether it is in use or not', () => {
    expect(placesOf({ WHATSAPP_TOKEN: 'your_token_here' }, { '.env': line(TOKEN) })).toEqual([
      ['environment', null],
      ['.env', TOKEN],
    ])
    expect(placesOf({ WHATSAPP_TOKEN: TOKEN }, { '.env': line('your_token_here') })).toEqual([
      ['environment', TOKEN],
      ['.env', null],
    ])
  })

  test('a weaker source that cannot be read is left out, the strongest is not', () => {
    const missing = { '.env': 'WHATSAPP_TOKEN_FILE=./secrets/missing\n' }
    expect(placesOf({ WHATSAPP_TOKEN: TOKEN }, missing)).toEqual([['environment', TOKEN]])
    expect(placesOf({}, missing)).toEqual([['.env → secrets/missing', null]])
  })

  test('a path that may be the token itself is not shown', () => {
    expect(placesOf({ WHATSAPP_TOKEN_FILE: TOKEN })).toEqual([['environment → a file', null]])
  })
})
