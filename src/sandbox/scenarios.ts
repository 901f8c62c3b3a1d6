import type { Scenario } from './scenario.ts'
import { ANSWER_SCENARIOS } from './scenarios.answers.ts'
import { ASSET_SCENARIOS } from './scenarios.assets.ts'
import { CREDENTIAL_SCENARIOS } from './scenarios.credential.ts'
import { WEBHOOK_SCENARIOS } from './scenarios.webhooks.ts'
import { HEALTHY_WORLD, type World } from './world.ts'

/** All that the sandbox plays. To add a scenario, add a row to one of the four tables. */
export const SCENARIOS = {
  ...CREDENTIAL_SCENARIOS,
  ...ASSET_SCENARIOS,
  ...WEBHOOK_SCENARIOS,
  ...ANSWER_SCENARIOS,
} as const satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof SCENARIOS

export const SCENARIO_NAMES = Object.keys(SCENARIOS) as readonly ScenarioName[]

export const isScenarioName = (name: string): name is ScenarioName => Object.hasOwn(SCENARIOS, name)

export function worldOf(name: ScenarioName): World {
  const { departs }: Scenario = SCENARIOS[name]
  const parts = Object.entries(HEALTHY_WORLD) as [keyof World, object][]
  return Object.fromEntries(parts.map(([part, usual]) => [part, { ...usual, ...departs[part] }])) as World
}
