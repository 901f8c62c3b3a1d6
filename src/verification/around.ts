import type { AccountFacts, AppFacts, Facts, LiveToken, NumbersFacts, PhoneFacts, SubscriptionsFacts } from './facts.ts'

/** What the other answers say, for the few findings that need a second one. It may soften or explain, never accuse. */
export type Around = {
  /** `null` where the token is not alive, or not known. */
  readonly live: LiveToken | null
  readonly account: AccountFacts | null
  readonly numbers: NumbersFacts | null
  readonly subscriptions: SubscriptionsFacts | null
  readonly app: AppFacts | null
  /** By their ids. */
  readonly phones: ReadonlyMap<string, PhoneFacts>
}

export function around(answers: readonly Facts[]): Around {
  const about = <About extends Facts['about']>(name: About) =>
    answers.find((facts): facts is Extract<Facts, { about: About }> => facts.about === name) ?? null
  const token = about('token')
  const phones = answers.flatMap((facts) => (facts.about === 'phone' ? [[facts.phoneNumberId, facts] as const] : []))
  return {
    live: token?.kind === 'live' ? token : null,
    account: about('account'),
    numbers: about('numbers'),
    subscriptions: about('subscriptions'),
    app: about('app'),
    phones: new Map(phones),
  }
}
