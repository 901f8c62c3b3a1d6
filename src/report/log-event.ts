import type { Failure as AlertFailure } from '../alerts/courier.ts'
import type { ReportReceived } from '../backend/reports.ts'
import type { Fault, Notice } from '../config/config.ts'
import type { GuardEvent } from '../guard/events.ts'
import type { Drift } from '../verification/drift.ts'
import type { Finding } from '../verification/finding.ts'
import type { FindingFields } from './finding-fields.ts'
import type { TokenSource } from './token-source.ts'

/** Where the token came from, as far as the event says it. */
type Sourced = { readonly tokenSource?: TokenSource | null }

type Decided<Type extends string, Code> = Sourced & {
  readonly type: Type
  readonly findings: readonly Finding[]
  readonly exitCode: Code
}

/** Everything that is logged, as data. */
export type LogEvent =
  | Exclude<GuardEvent, { type: 'boot.verified' }>
  | ({ readonly type: 'boot.verified'; readonly findings: readonly Finding[] } & Sourced)
  | ({ readonly type: 'config.invalid'; readonly faults: readonly Fault[] } & Sourced)
  | { readonly type: 'config.unknown'; readonly notice: Extract<Notice, { kind: 'unknown' }> }
  /** A FIFO that has not been written yet: by the names of who names it, with the path that is shown. */
  | { readonly type: 'config.waiting'; readonly names: readonly string[]; readonly waitMs: number }
  | { readonly type: 'config.warning'; readonly name: string; readonly message: string }
  | Decided<'boot.refused', number>
  | Decided<'boot.would_refuse', number>
  | Decided<'boot.unverified', number | null>
  /** Nothing was heard, and what an earlier process heard is good enough. `ageMs`: of Graph's last word. */
  | ({ readonly type: 'boot.remembered'; readonly findings: readonly Finding[]; readonly ageMs: number } & Sourced)
  /** `ageMs`: of Graph's last word. */
  | { readonly type: 'upstream.used'; readonly ageMs: number }
  /** Once until it is of use again. */
  | { readonly type: 'upstream.unusable'; readonly problem: string }
  | ReportReceived
  | { readonly type: 'state.failed'; readonly path: string; readonly problem: string }
  /** `retryInMs` is `null` where it is given up. */
  | ({ readonly type: 'alert.failed' } & AlertFailure)
  /** Once until one succeeds again. */
  | { readonly type: 'heartbeat.failed'; readonly problem: string }
  | { readonly type: 'secret.reloaded'; readonly name: string }
  | { readonly type: 'child.started'; readonly program: string; readonly pid: number }
  | { readonly type: 'child.failed'; readonly problem: string; readonly exitCode: number }
  /** `willRestart`: it is being ended, to be started again with the new token. */
  | { readonly type: 'child.outdated'; readonly willRestart: boolean }
  | {
      readonly type: 'child.ended'
      readonly code: number | null
      readonly signal: string | null
      readonly exitCode: number
    }
  /** `signal` is `null` where a refused token is the reason. */
  | { readonly type: 'child.stopping'; readonly signal: string | null; readonly delayMs: number }
  | { readonly type: 'server.listening'; readonly url: string; readonly port: number }
  | { readonly type: 'server.failed'; readonly problem: string; readonly exitCode: number }
  | { readonly type: 'server.stopping'; readonly signal: string; readonly delayMs: number }
  | { readonly type: 'server.stopped'; readonly signal: string }
  | ({ readonly type: 'sandbox.listening' } & SandboxAddress)
  | { readonly type: 'fleet.listening'; readonly url: string; readonly port: number }
  | { readonly type: 'fleet.synced'; readonly listed: number; readonly removed: number }
  /** The list lost too much at once. */
  | { readonly type: 'fleet.list_suspect'; readonly listed: number; readonly missing: number }
  | { readonly type: 'fleet.source_failed'; readonly what: 'list' | 'tokens'; readonly problem: string }
  | { readonly type: 'fleet.database_away'; readonly problem: string }
  | { readonly type: 'fleet.database_back' }
  | ({ readonly type: 'fleet.changed' } & FleetChange)
  /** Many tokens of an app are refused at once. `count` is `null` where it is not counted. */
  | { readonly type: 'fleet.blind'; readonly count: number }
  | OfIncident<'fleet.suspect'>
  | OfIncident<'fleet.cleared'>
  | OfIncident<'fleet.confirmed'>
  | { readonly type: 'defect'; readonly error: string }

type OfIncident<Type extends string> = { readonly type: Type; readonly appId: string; readonly count: number | null }

/** What a check of one token of a fleet changed. */
export type FleetChange = {
  readonly tokenId: string
  readonly tenant: string | null
  readonly appId: string | null
  readonly happened: 'status.changed' | 'token.drift' | 'findings.changed' | 'token.expires_soon'
  readonly previousStatus: 'pass' | 'warn' | 'fail' | null
  readonly status: 'pass' | 'warn' | 'fail'
  readonly findings: readonly FindingFields[]
  readonly drifts: readonly Drift[]
}

export type SandboxAddress = {
  readonly url: string
  readonly token: string
  readonly businessAccountId: string
  readonly phoneNumberId: string
  readonly appId: string
  readonly appSecret: string
  readonly scenario: string
}

export type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal'
