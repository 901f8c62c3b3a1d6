import { type Call, type Caller, checkProof, identify, parameter, refuseDead } from './call.ts'
import { errors, Refusal } from './errors.ts'
import { IDS } from './ids.ts'
import { nextPretence } from './scene.ts'
import { type Death, deathError, type IssuedToken, readToken, scopesAfter, tokenFacts } from './tokens.ts'
import type { Ending } from './world.ts'

type Inspection = { readonly data: Readonly<Record<string, unknown>> }

/** GET /debug_token. A top-level 190 speaks of the inspector, `data.error` of the inspected token. */
export function inspect(call: Call): Inspection {
  const pretence = nextPretence(call.scene)
  const inspector = identify(call, errors.inspectorDenied())
  const input = parameter(call, 'input_token')
  refuseDead(call, inspector, deathOfInspector(inspector, input, pretence))
  checkProof(call, inspector)
  if (input === undefined) throw new Refusal(errors.parameterMissing('input_token'))
  if (inspector.kind === 'issued' && !call.scene.world.app.selfInspectionAllowed) {
    throw new Refusal(errors.inspectorDenied())
  }
  return inspectionOf(call, inspector, input, pretence)
}

/** An expired token that inspects itself learns so from the answer, and is not refused: the one exception. */
function deathOfInspector(inspector: Caller, input: string | undefined, pretence: Ending | null): Death | null {
  if (inspector.kind === 'app') return null
  const death = pretence ?? inspector.facts.death
  return death === 'expired' && input === inspector.text ? null : death
}

function inspectionOf(call: Call, inspector: Caller, input: string, pretence: Ending | null): Inspection {
  const reading = readToken(input, call.tokens, call.scene)
  if (reading.kind === 'unreadable') return unreadable(reading.error.message)
  const { appId } = call.scene.world.token
  const appOf = (kind: 'app' | 'issued') => (kind === 'app' ? IDS.app : appId)
  if (appOf(inspector.kind) !== appOf(reading.kind)) throw new Refusal(errors.foreignApp())
  return reading.kind === 'app' ? ofAppToken() : ofIssuedToken(call, reading.issued, pretence)
}

const unreadable = (message: string): Inspection => ({
  data: { error: { code: 190, message }, is_valid: false, scopes: [] },
})

const ofAppToken = (): Inspection => ({
  data: { app_id: IDS.app, type: 'APP', application: 'Sandbox App', is_valid: true, scopes: [] },
})

function ofIssuedToken(call: Call, issued: IssuedToken, pretence: Ending | null): Inspection {
  const { token } = call.scene.world
  const facts = tokenFacts(call.scene, issued, call.nowMs)
  const death = pretence ?? facts.death
  const error = death === null ? undefined : deathError(death, facts, call.scene, call.nowMs)
  if (error !== undefined && death === 'unreadable') return unreadable(error.message)
  return {
    data: {
      app_id: token.appId,
      type: facts.type,
      application: token.application,
      data_access_expires_at: facts.dataAccessEndsAtSeconds,
      ...(error && { error: { code: error.code, message: error.message, subcode: error.subcode } }),
      expires_at: facts.expiresAtSeconds,
      is_valid: death === null,
      issued_at: facts.issuedAtSeconds,
      ...scopesAfter(death, call.scene, issued),
      user_id: IDS.systemUser,
    },
  }
}
