import { createSandbox } from '../../src/sandbox/sandbox.ts'

const { token, appSecret } = createSandbox()

export const SANDBOX_SECRETS: readonly string[] = [token, appSecret]

const PART = 8
/** Every sandbox token begins like this, so it shows nothing about this one. */
const PREFIX = 'EAASANDBOX'

/** Every part of eight characters, so that neither a masked middle nor a cut end passes. */
function partsOf(secret: string): readonly string[] {
  if (secret.length <= PART) return [secret]
  return Array.from({ length: secret.length - PART + 1 }, (_, at) => secret.slice(at, at + PART))
}

export function expectNoSecret(text: string, secrets: readonly string[]): void {
  const parts = secrets.flatMap(partsOf).filter((part) => !PREFIX.includes(part))
  const part = parts.find((each) => text.includes(each))
  if (part === undefined) return
  const at = text.indexOf(part)
  throw new Error(`a part of a secret shows: …${text.slice(Math.max(0, at - 200), at + 60)}…`)
}
