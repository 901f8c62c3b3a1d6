import { judgeCombinations } from './combinations.ts'
import type { Fault } from './config.ts'
import type { Pipes } from '../platform/pipes.ts'
import type { NamedPipe } from './named-pipes.ts'
import { pipesToRead } from './pipes-to-read.ts'
import { judge, readVariable, type Reading, type ReadRequest } from './readings.ts'
import type { Secret } from './secret.ts'
import { readSources } from './sources.ts'
import { VARIABLE_NAMES, variable, type Value, type VariableName } from './variables.ts'

/** The variables whose value is a secret: they may change while the program runs. */
export type SecretName = {
  [Name in VariableName]: Value<Name> extends Secret ? Name : never
}[VariableName]

/** Those that decide what Graph says. The others take effect as soon as they are read. */
export type JudgedSecretName = 'WHATSAPP_TOKEN' | 'META_APP_SECRET' | 'WHATSAPP_WEBHOOK_URL'
const JUDGED: readonly JudgedSecretName[] = ['WHATSAPP_TOKEN', 'META_APP_SECRET', 'WHATSAPP_WEBHOOK_URL']

export type OwnSecretName = Exclude<SecretName, JudgedSecretName>
export type OwnSecrets = Readonly<Record<OwnSecretName, Secret | null>>

const SECRET_NAMES = VARIABLE_NAMES.filter((name): name is SecretName => variable(name).secret)

/** What a secret's source holds now. With a fault it holds nothing of use. */
export type SecretNow = { readonly secret: Secret | null; readonly fault: Fault | null }
export type SecretsNow = Readonly<Record<SecretName, SecretNow>>

export const OWN_SECRET_NAMES = SECRET_NAMES.filter(
  (name): name is OwnSecretName => !JUDGED.some((each) => each === name),
)

/** The secrets' sources once more; all else is as the start read it. Both read files and no FIFO; neither throws. */
export type SecretsAgain = {
  /** The program's own, as the start read them. */
  readonly atStart: OwnSecrets
  readonly read: (pipes: Pipes) => SecretsNow
  /** The FIFOs that they lead to and that are not among these. */
  readonly pipesToRead: (pipes: Pipes) => readonly NamedPipe[]
}

export function secretsAgain(request: ReadRequest, start: readonly Reading[]): SecretsAgain {
  const atStart = OWN_SECRET_NAMES.map((name) => [name, start.find((each) => each.name === name)?.value ?? null])
  return {
    atStart: Object.fromEntries(atStart) as OwnSecrets,
    read: (pipes) => readSecretsAgain({ ...request, pipes }, start),
    pipesToRead: (pipes) => {
      const { sources } = readSources({ ...request, pipes })
      const secrets = start.filter(({ name }) => variable(name).secret)
      return pipesToRead(
        sources,
        secrets.map(({ name }) => readVariable(name, sources, { ...request, pipes })),
      )
    },
  }
}

function readSecretsAgain(request: ReadRequest, start: readonly Reading[]): SecretsNow {
  const { sources, faults } = readSources(request)
  // Where an env file cannot be read, a weaker source's value is not what is meant.
  const [fileFault = null] = faults
  const fresh = start
    .filter(({ name }) => variable(name).secret)
    .map((before) => ({ before, reading: readVariable(before.name, sources, request) }))
    .map(({ before, reading }) => ({ ...reading, fault: fileFault ?? reading.fault ?? goneFault(before, reading) }))
  const together = start.map((old) => fresh.find(({ name, fault }) => name === old.name && fault === null) ?? old)
  const between = judgeCombinations(judge(together, sources, request.cwd, false))
  return Object.fromEntries(
    SECRET_NAMES.map((name) => {
      const reading = fresh.find((each) => each.name === name)
      const fault = reading?.fault ?? between.find((each) => bearerOf(each.name) === name) ?? null
      // A secret's row reads nothing else.
      return [name, { secret: fault === null ? ((reading?.value ?? null) as Secret | null) : null, fault }]
    }),
  ) as Record<SecretName, SecretNow>
}

function goneFault(before: Reading, { name, found }: Reading): Fault | null {
  if (found.kind !== 'unset' || before.found.kind === 'unset') return null
  return { name, problem: 'is not set any more', expected: variable(name).expected }
}

/** Nothing but a secret has changed: a new fault between two variables is that secret's. */
function bearerOf(name: VariableName): SecretName {
  return name === 'META_APP_SECRET' || name === 'TOKEN_GUARD_ALERT_URL' ? name : 'WHATSAPP_TOKEN'
}
