import type { Variable } from './variable.ts'
import { FLEET_VARIABLES } from './variables.fleet.ts'
import { GRAPH_VARIABLES } from './variables.graph.ts'
import { POLICY_VARIABLES } from './variables.policy.ts'
import { SERVICE_VARIABLES } from './variables.service.ts'

/** All variables, in the order in which people read them. The four tables are the only places that know their names. */
export const VARIABLES = { ...GRAPH_VARIABLES, ...POLICY_VARIABLES, ...SERVICE_VARIABLES, ...FLEET_VARIABLES } as const

export type VariableName = keyof typeof VARIABLES
/** What a variable's text means. */
export type Value<Name extends VariableName> = Extract<
  ReturnType<(typeof VARIABLES)[Name]['read']>,
  { readonly value: unknown }
>['value']

export const VARIABLE_NAMES = Object.keys(VARIABLES) as readonly VariableName[]

/** The row of a variable, without what is special to it. */
export function variable(name: VariableName): Variable {
  return VARIABLES[name]
}
