import { expect, test } from 'bun:test'
import { isAway, isMendable } from './database.ts'

const withCode = (code: string) => Object.assign(new Error('x'), { code })

test.each([
  [withCode('ECONNREFUSED'), true, true],
  [new Error('Connection terminated unexpectedly'), true, true],
  [withCode('57P01'), true, true],
  [withCode('53300'), true, true],
  [withCode('40P01'), true, true],
  [withCode('08006'), true, true],
  [withCode('28P01'), false, true],
  [withCode('42501'), false, true],
  [withCode('42P01'), false, true],
  [withCode('3D000'), false, true],
  [new TypeError('x is undefined'), false, false],
  [withCode('08P01'), false, false],
  [withCode('42601'), false, false],
  [withCode('22P02'), false, false],
])('%o', (error, away, mendable) => {
  expect([isAway(error), isMendable(error)]).toEqual([away, mendable])
})
