import { expect, test } from 'bun:test'
import { NOTHING_SENT, QUIET_MS, sent } from './policy.ts'
import { fromRememberedLedger, ledgerSchema, toRememberedLedger } from './remembered-ledger.ts'

const NOW = { wallMs: 10_000_000, monotonicMs: 500 }
const said = { status: 'fail', wrong: ['token.revoked'] } as const
const ledger = { ...sent(NOTHING_SENT, said, { expiresAtMs: 7, thresholdMs: 3 }, NOW), isOfBoot: true }

test('what was sent is the same to another process, by the wall clock', () => {
  const json = ledgerSchema.parse(JSON.parse(JSON.stringify(toRememberedLedger(ledger))))
  const later = { wallMs: NOW.wallMs + 60_000, monotonicMs: 5 }
  const again = fromRememberedLedger(json, later)
  expect(again).toEqual({
    ...ledger,
    sentAt: { wallMs: NOW.wallMs, monotonicMs: 5 - 60_000 },
    failedAt: { wallMs: NOW.wallMs, monotonicMs: 5 - 60_000 },
  })
  expect(fromRememberedLedger(toRememberedLedger(NOTHING_SENT), later)).toEqual(NOTHING_SENT)
})

test.each(['pass', 'warn', 'fail'] as const)('a message that said %s is remembered', (status) => {
  const kept = toRememberedLedger(sent(NOTHING_SENT, { status, wrong: [] }, null, NOW))
  expect(ledgerSchema.parse(JSON.parse(JSON.stringify(kept)))).toEqual(kept)
})

test('a clock that was set back over a restart lengthens no wait', () => {
  const back = { wallMs: NOW.wallMs - 3_600_000, monotonicMs: 5 }
  const { sentAt } = fromRememberedLedger(toRememberedLedger(ledger), back)
  expect(back.wallMs - (sentAt?.wallMs ?? 0)).toBe(QUIET_MS)
})
