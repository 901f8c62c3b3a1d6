import { EXIT, type ExitCode } from '../exit-codes.ts'
import type { Fault } from '../config/config.ts'
import type { FindingFields } from '../report/finding-fields.ts'

/** The options are wrong, or Graph refuses the one who asks (`inspector.*`, `graph.version_unknown`): trying again does not help. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  /** What `token-guard` would exit with: EX_CONFIG of sysexits.h. */
  readonly exitCode = EXIT.config
  /** Every fault of the options, by the option's name. Empty where Graph refuses the asker. */
  readonly faults: readonly Fault[]
  /** What Graph refused the asker with. Empty where the options are wrong. */
  readonly findings: readonly FindingFields[]

  constructor(faults: readonly Fault[], findings: readonly FindingFields[] = []) {
    super(
      [
        ...faults.map(({ name, problem, expected }) => `${name} ${problem}. Expected ${expected}.`),
        ...findings.map(described),
      ].join('\n'),
    )
    this.faults = faults
    this.findings = findings
  }
}

/** Graph answered, and the token breaks the policy. */
export class TokenRefusedError extends Error {
  override readonly name = 'TokenRefusedError'
  /** What `token-guard` would exit with: EX_NOPERM of sysexits.h. */
  readonly exitCode = EXIT.refused
  /** What is wrong, the gravest first, each with its remedy. */
  readonly findings: readonly FindingFields[]

  constructor(findings: readonly FindingFields[]) {
    super(`The token is refused.\n${findings.map(described).join('\n')}`)
    this.findings = findings
  }
}

/** Graph gave no definite answer within the boot time, or the guard was stopped first: trying again may help. */
export class TokenUnverifiedError extends Error {
  override readonly name = 'TokenUnverifiedError'
  /** What `token-guard` would exit with: EX_TEMPFAIL of sysexits.h. */
  readonly exitCode = EXIT.temporary
  /** Why there is no answer. */
  readonly findings: readonly FindingFields[]

  constructor(findings: readonly FindingFields[]) {
    super(`The token could not be verified: no definite answer from Graph.\n${findings.map(described).join('\n')}`)
    this.findings = findings
  }
}

/** Why a boot did not give the permission to start. */
export function errorFor(exitCode: ExitCode | null, findings: readonly FindingFields[]): Error {
  if (exitCode === EXIT.refused) return new TokenRefusedError(findings)
  return exitCode === EXIT.config ? new ConfigurationError([], findings) : new TokenUnverifiedError(findings)
}

function described({ code, expected, observed, remedy, step }: FindingFields): string {
  const guide = step === null ? '' : ` (guide, step ${step})`
  return `${code}: expected ${expected}; Graph said ${observed}. ${remedy}${guide}`
}
