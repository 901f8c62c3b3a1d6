import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { helpText } from '../report/help.ts'
import { VARIABLE_NAMES, variable } from './variables.ts'

const exampleText = readFileSync(join(import.meta.dirname, '../../.env.example'), 'utf8')
const assignments = [...exampleText.matchAll(/^(# )?([A-Z_]+)=(.*)$/gm)]
const plain = assignments.filter(([, , name = '']) => !name.endsWith('_FILE'))

describe('.env.example', () => {
  test('has the variables of the table in its order', () => {
    expect(plain.map(([, , name]) => name ?? '')).toEqual([...VARIABLE_NAMES])
  })

  test('shows their defaults', () => {
    for (const [, , name = '', shown = ''] of plain) {
      const row = variable(name as (typeof VARIABLE_NAMES)[number])
      expect(`${name}=${shown.replaceAll('"', '')}`).toBe(`${name}=${row.default ?? ''}`)
    }
  })

  test('names the files of those that have the form, right above', () => {
    const names = assignments.map(([, , name = '']) => name)
    const withFiles = VARIABLE_NAMES.flatMap((name) => (variable(name).file ? [`${name}_FILE`, name] : [name]))
    expect(names).toEqual(withFiles)
  })

  test('comments out everything except the token', () => {
    const active = assignments.filter(([, comment]) => comment === undefined)
    expect(active.map(([text]) => text)).toEqual(['WHATSAPP_TOKEN='])
  })
})

describe('the table', () => {
  test('has defaults that its own rows can read', () => {
    for (const name of VARIABLE_NAMES) {
      const row = variable(name)
      if (row.default !== null) expect(row.read(row.default)).toHaveProperty('value')
    }
  })
})

describe('helpText', () => {
  test('names every variable once, in at most 100 columns', () => {
    const lines = helpText().split('\n')
    expect(lines.filter((line) => line.length > 100)).toEqual([])
    const names = lines.flatMap((line) => /^ {2}([A-Z_]+)(?:\[_FILE\])? {2,}\S/.exec(line)?.[1] ?? [])
    expect(names).toEqual([...VARIABLE_NAMES])
  })

  test('shows the defaults', () => {
    expect(helpText()).toContain('(default: 5m)')
    expect(helpText()).toContain('(required)')
  })
})
