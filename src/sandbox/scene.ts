import { type ScenarioName, worldOf } from './scenarios.ts'
import type { Ending, World } from './world.ts'

/** A scenario being played: its world, since when, and how often it was asked. */
export type Scene = {
  readonly name: ScenarioName
  /** What the scenario makes of it, and calls since. */
  world: World
  readonly sinceMs: number
  /** Aborts when another scenario is played or the sandbox closes: hanging and slow answers end with it. */
  readonly ended: AbortController
  inspections: number
  inspectionAnswers: number
  otherAnswers: number
}

export const startScene = (name: ScenarioName, sinceMs: number): Scene => ({
  name,
  world: worldOf(name),
  sinceMs,
  ended: new AbortController(),
  inspections: 0,
  inspectionAnswers: 0,
  otherAnswers: 0,
})

/** What the next debug_token pretends about the token; null is the truth. */
export function nextPretence(scene: Scene): Ending | null {
  const { inspections, inspectionsRepeat } = scene.world.answers
  const turn = scene.inspections
  scene.inspections += 1
  return inspections[inspectionsRepeat ? turn % inspections.length : turn] ?? null
}
