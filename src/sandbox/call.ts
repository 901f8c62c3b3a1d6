import { errors, type GraphError, Refusal } from './errors.ts'
import type { Scene } from './scene.ts'
import {
  type Death,
  deathError,
  type IssuedTokens,
  proofHolds,
  readToken,
  type TokenFacts,
  tokenFacts,
  type TokenReading,
} from './tokens.ts'

/** One request as the routes see it. */
export type Call = {
  readonly scene: Scene
  readonly tokens: IssuedTokens
  readonly nowMs: number
  /** A number that differs from call to call, for ids. */
  readonly serial: number
  readonly method: string
  readonly url: URL
  /** The version that answers, as `v23.0`. */
  readonly version: string
  /** Query and body together; the body may hold objects. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly bearer: string | undefined
}

export const parameter = (call: Call, name: string): string | undefined => {
  const value = call.parameters[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function required(call: Call, name: string): string {
  const value = parameter(call, name)
  if (value === undefined) throw new Refusal(errors.parameterMissing(name))
  return value
}

/** A list as forms and JSON give it: with commas, or as one. */
export function listed(call: Call, name: string): readonly string[] {
  const value = call.parameters[name]
  const parts = Array.isArray(value) ? value.map(String) : required(call, name).split(',')
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

export type Caller =
  Extract<TokenReading, { kind: 'app' }> | (Extract<TokenReading, { kind: 'issued' }> & { readonly facts: TokenFacts })

/** Whose token came with the call, dead or alive. */
export function identify(call: Call, whenMissing: GraphError): Caller {
  const text = call.bearer ?? parameter(call, 'access_token')
  if (text === undefined) throw new Refusal(whenMissing)
  const reading = readToken(text, call.tokens, call.scene)
  if (reading.kind === 'unreadable') throw new Refusal(reading.error)
  if (reading.kind === 'app') return reading
  return { ...reading, facts: tokenFacts(call.scene, reading.issued, call.nowMs) }
}

export function refuseDead(call: Call, caller: Caller, death: Death | null): void {
  if (caller.kind === 'issued' && death !== null) {
    throw new Refusal(deathError(death, caller.facts, call.scene, call.nowMs))
  }
}

export function checkProof(call: Call, caller: Caller): void {
  const proof = parameter(call, 'appsecret_proof')
  if (proof === undefined && call.scene.world.app.proofRequired) throw new Refusal(errors.proofRequired())
  if (proof !== undefined && !proofHolds(proof, caller.text, call.scene)) throw new Refusal(errors.proofInvalid())
}

/** What every edge but debug_token demands. */
export function authenticate(call: Call, whenMissing: GraphError = errors.noToken()): Caller {
  const caller = identify(call, whenMissing)
  refuseDead(call, caller, caller.kind === 'issued' ? caller.facts.death : null)
  checkProof(call, caller)
  return caller
}

const AUTHORIZATION = /^(?:Bearer|OAuth) +(.+)$/i

export const bearerOf = (request: Request): string | undefined =>
  AUTHORIZATION.exec(request.headers.get('authorization') ?? '')?.[1]

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

async function readBody(request: Request): Promise<Record<string, unknown>> {
  if (request.method === 'GET' || request.method === 'HEAD') return {}
  const text = await request.text()
  if (!request.headers.get('content-type')?.includes('json')) return Object.fromEntries(new URLSearchParams(text))
  try {
    const body: unknown = JSON.parse(text)
    return isObject(body) ? body : {}
  } catch {
    return {}
  }
}

export const readParameters = async (request: Request, url: URL): Promise<Record<string, unknown>> => ({
  ...Object.fromEntries(url.searchParams),
  ...(await readBody(request)),
})
