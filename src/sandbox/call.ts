import { errors, type GraphError, Refusal } from './errors.ts'
import type { MediaStore } from './media-store.ts'
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
  readonly media: MediaStore
  readonly nowMs: number
  /** A number that differs from call to call, for ids. */
  readonly serial: number
  readonly method: string
  readonly url: URL
  /** The version that answers, as `v23.0`. */
  readonly version: string
  /** Query and body together; the body may hold objects, and files. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly bearer: string | undefined
}

export const parameter = (call: Call, name: string): string | undefined => {
  const value = call.parameters[name]
  if (typeof value === 'boolean' || typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** `a,b`, a JSON array, or the same name over and over, with `[]` or without. */
export function listed(call: Call, name: string): string[] {
  const value = call.parameters[name] ?? call.parameters[`${name}[]`] ?? []
  return (Array.isArray(value) ? value : String(value).split(','))
    .map((each) => String(each).trim())
    .filter((each) => each !== '')
}

export function required(call: Call, name: string): string {
  const value = parameter(call, name)
  if (value === undefined) throw new Refusal(errors.parameterMissing(name))
  return value
}

export type Caller =
  Extract<TokenReading, { kind: 'app' }> | (Extract<TokenReading, { kind: 'issued' }> & { readonly facts: TokenFacts })

const callingToken = (call: Call) => call.bearer ?? parameter(call, 'access_token')

/** Whether the call holds the app's secret, or a proof made with it. */
export function usesSecret(call: Call): boolean {
  const text = callingToken(call)
  if (text !== undefined && readToken(text, call.tokens, call.scene).kind === 'app') return true
  return ['appsecret_proof', 'client_secret'].some((name) => parameter(call, name) !== undefined)
}

/** Whose token came with the call, dead or alive. */
export function identify(call: Call, whenMissing: GraphError): Caller {
  const text = callingToken(call)
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
