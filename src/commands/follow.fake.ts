import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TOKEN } from '../config/config.fake.ts'
import { readConfig } from '../config/read.ts'
import { GOOD, inService, otherToken, type Other, type Script } from '../guard/guard.fake.ts'
import type { LogEvent } from '../report/log-event.ts'
import { Follower } from './follow.ts'
import type { Credentials } from '../assembly/assemble.ts'

export const [SECRET, OTHER_SECRET] = ['a1b2c3d4e5f6a7b8', '0f9e8d7c6b5a4938'] as const
export const SANDBOX_TOKEN = `EAASANDBOX${'x1'.repeat(90)}`
export const [OPERATOR, OTHER_OPERATOR] = ['operator-token-one', 'operator-token-two'] as const
const BEGIN = { token: TOKEN, secret: SECRET, operator: OPERATOR }
type Name = keyof typeof BEGIN

const folders: string[] = []

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
}

/** A guard in service that follows three files, on a fake clock. Graph's answers about other tokens are scripted. */
export async function following(script: Script = GOOD, more: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'follow-'))
  folders.push(folder)
  const path = (name: Name) => join(folder, name)
  const write = (name: Name, text: string) => writeFileSync(path(name), text)
  for (const [name, text] of Object.entries(BEGIN)) write(name as Name, text)
  const env = {
    WHATSAPP_TOKEN_FILE: path('token'),
    META_APP_ID: '700700700700701',
    META_APP_SECRET_FILE: path('secret'),
    TOKEN_GUARD_OPERATOR_TOKEN_FILE: path('operator'),
    ...more,
  }
  const read = readConfig({ options: {}, env, cwd: folder, envFile: null, runtimeLoadsEnvFiles: false })
  if (!read.ok) throw new Error(JSON.stringify(read.faults))
  const all = await inService()
  const made: (Other & { readonly credentials: Credentials })[] = []
  const logged: LogEvent[] = []
  const follower = new Follower(
    {
      config: read.config,
      log: (event) => logged.push(event),
      guard: all.guard,
      ownSecrets: read.again.atStart,
      readSecretsAgain: () => read.again.read(new Map()),
      readPipesAgain: () => Promise.resolve(),
      guardedToken: (credentials) => {
        const fingerprint = (credentials.token?.reveal() ?? '').slice(-12)
        const other = { ...otherToken(all, script, fingerprint), credentials }
        made.push(other)
        return other
      },
    },
    all.clock,
  )
  const stop = new AbortController()
  void follower.run(stop.signal)
  const warnings = () => logged.filter(({ type }) => type === 'config.warning')
  return { ...all, follower, path, write, made, logged, warnings, stop }
}
