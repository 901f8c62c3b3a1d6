import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import type { FleetSearch } from '../../fleet/worst-first.ts'
import { isSearch, listAddress, listQueryFrom, NO_SEARCH, tokenAddress, type ListQuery } from './addresses.ts'
import { FLEET_STATUSES } from './fleet-words.ts'

const read = (address: string): ListQuery => {
  const { searchParams } = new URL(address, 'http://fleet.example/')
  return listQueryFrom((name) => searchParams.get(name) ?? undefined)
}

const text = fc.string({ unit: 'grapheme', maxLength: 300 }).filter((each) => each.trim() === each && each !== '')
const maybe = fc.option(text)
const anySearch: fc.Arbitrary<FleetSearch> = fc.record({
  status: maybe,
  code: maybe,
  app: maybe,
  tenant: maybe,
  text: maybe,
})
const anyStart = fc.option(
  fc.record({
    direction: fc.constantFrom('onwards' as const, 'backwards' as const),
    place: fc.record({ status: fc.constantFrom(...FLEET_STATUSES), id: fc.string({ unit: 'grapheme' }) }),
  }),
)

describe('an address of the list', () => {
  test('is read as it was written, whatever the ids and the tenants are', () => {
    fc.assert(
      fc.property(anySearch, anyStart, (search, start) => {
        expect(read(listAddress(search, start))).toEqual({ search, start })
      }),
    )
  })

  test('of an empty form searches for nothing', () => {
    const { search, start } = read('/?q=&status=&code=+&after=')
    expect([search, isSearch(search), start]).toEqual([NO_SEARCH, false, null])
  })

  test.each(['', 'fail', 'dead:x', ':x'])('begins anew at a place that is none: %j', (after) => {
    expect(read(`/?after=${after}`).start).toBeNull()
  })
})

test('the address of a token stays one part of a path', () => {
  fc.assert(
    fc.property(text, (id) => {
      expect(tokenAddress(id)).toMatch(/^tokens\/[^/?#]+$/)
    }),
  )
})
