/** What can be wrong with Graph's answers, whatever they are about. */
import { IDS } from './ids.ts'
import type { Scenario } from './scenario.ts'

export const ANSWER_SCENARIOS = {
  'rate-limited': {
    summary: 'The app made too many calls.',
    departs: { answers: { refusal: 'applicationLimit', usagePercent: 100 } },
  },
  failing: { summary: 'Graph answers 500.', departs: { answers: { refusal: 'outage' } } },
  slow: { summary: 'Each answer takes 1.5 seconds.', departs: { answers: { delayMs: 1_500 } } },
  hanging: {
    summary: 'Graph accepts and does not answer until the client goes or the scenario changes.',
    departs: { answers: { hang: true } },
  },
  nonsense: {
    summary: 'Answers that are none: HTML, nothing, wrong types, milliseconds, a list.',
    departs: { answers: { nonsense: true } },
  },
  'refusing-share': {
    summary: 'Graph calls three of ten tokens revoked, as in a failure of its own.',
    detail:
      'Of the tokens that `POST /__sandbox/tokens?count=N` has issued; the first token is none of them. With another scenario they live again.',
    departs: { answers: { refusedShare: 0.3 } },
  },
  'odd-once': {
    summary: 'The first debug_token says revoked, then all is well.',
    departs: { answers: { inspections: ['revoked'] } },
  },
  flapping: {
    summary: 'debug_token says valid four times, revoked four times, and so on.',
    departs: {
      answers: {
        inspections: [null, null, null, null, 'revoked', 'revoked', 'revoked', 'revoked'],
        inspectionsRepeat: true,
      },
    },
  },
  'newer-version': {
    summary: 'A newer version answers than the one that was asked for.',
    detail:
      'v26.0 answers, or the next version where v26.0 or newer was asked for. The fields are those of that version.',
    departs: { answers: { newerVersion: true } },
  },
  'wait-on-good': {
    summary: 'Good answers ask for a day’s wait, and show another business’s limit as used up.',
    detail: '`Retry-After: 86400` and `X-Business-Use-Case-Usage` come with every answer.',
    departs: {
      answers: {
        headers: {
          'retry-after': '86400',
          'x-business-use-case-usage': JSON.stringify({
            [IDS.otherBusiness]: [
              {
                type: 'ads_management',
                call_count: 100,
                total_cputime: 100,
                total_time: 100,
                estimated_time_to_regain_access: 600,
              },
            ],
          }),
        },
      },
    },
  },
} as const satisfies Record<string, Scenario>
