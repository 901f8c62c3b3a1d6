import type { Finding } from '../verification/finding.ts'

/** Findings in the sentence of an event. */

export function withWarnings(what: string, findings: readonly Finding[]): string {
  return findings.length === 0 ? what : `${what}, with warnings: ${summaries(findings)}`
}

export function summaries(findings: readonly Finding[]): string {
  return findings.length === 0
    ? 'Graph has not been asked.'
    : findings.map(({ code, summary }) => `${code}: ${summary}`).join(' ')
}

export function ofCandidate(candidate: true | undefined): string {
  return candidate === true ? 'About the changed token: ' : ''
}
