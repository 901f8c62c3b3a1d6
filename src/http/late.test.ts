import { expect, test } from 'bun:test'
import { ALL_WELL } from '../report/health.fake.ts'
import { knownOf } from './app.fake.ts'
import { lateMetrics } from './late.ts'
import { createMetrics, type Metrics } from './metrics.ts'

const BUILD = { version: '1.2.3', runtime: 'bun 1.4.5' }

test.each([0, 3, 700, 2_000])('metrics that load late have all %d counts', async (times) => {
  const count = ({ countCheck, countDrift, countRequest, countAlert }: Metrics) => {
    for (let nth = 0; nth < times; nth++) {
      countCheck(nth % 2 === 0 ? 'verified' : 'refused', nth)
      countRequest('ok')
    }
    countDrift('error')
    countAlert('delivered')
  }
  const [late, atOnce] = [lateMetrics(BUILD), createMetrics(BUILD)]
  count(late)
  count(atOnce)
  const known = knownOf({ answers: ALL_WELL })
  const first = await late.render(known)
  expect(first).toEqual(await atOnce.render(known))
  count(late)
  count(atOnce)
  expect(await late.render(known)).toEqual(await atOnce.render(known))
})
