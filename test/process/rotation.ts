import { expect } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { without, type Graph } from './graph.ts'
import { run, type Environment, type Runtime } from './harness.ts'
import { SANDBOX_SECRETS } from './secrets.ts'

/** Rotations, as their tests begin them and look at them. */

const TOKEN = /EAASANDBOX[A-Za-z0-9]+/

/** A token in `.env`, among other lines. */
export function inEnvFile(graph: Graph, folder: string) {
  const path = join(folder, '.env')
  const write = (token: string) => `# mine\nA="x\ny"\nexport WHATSAPP_TOKEN='${token}' # the token\r\nB=2`
  writeFileSync(path, write(graph.env['WHATSAPP_TOKEN'] ?? ''))
  const token = () => tokenIn(path)
  const isWhole = () => readFileSync(path, 'utf8') === write(token())
  const env = { ...without(graph.env, 'WHATSAPP_TOKEN'), TOKEN_GUARD_BOOT_TIMEOUT: '20s' }
  return { path, staged: `${path}.token-guard-rotate`, env, token, isWhole, old: graph.env['WHATSAPP_TOKEN'] ?? '' }
}

export function tokenIn(path: string): string {
  return TOKEN.exec(readFileSync(path, 'utf8'))?.[0] ?? ''
}

/** What Graph says about a token now. */
export async function isValid(graph: Graph, token: string): Promise<boolean> {
  const query = new URLSearchParams({ input_token: token, access_token: token })
  const answer: any = await (await fetch(`${graph.url}/v23.0/debug_token?${query}`)).json()
  return answer.data?.is_valid === true
}

/** How many tokens Graph was asked for. */
export const madeBy = (graph: Graph) => graph.asked.filter((each) => /access_tokens?$/.test(each)).length

/** No token shows, not even the new one. */
export async function rotate(runtime: Runtime, args: readonly string[], env: Environment, cwd: string) {
  const ended = await run(runtime, ['rotate', ...args], env, { cwd, secrets: SANDBOX_SECRETS })
  if (!args.includes('--print')) expect(`${ended.stdout}${ended.stderr}`).not.toMatch(/EAASANDBOX\w{4}/)
  return ended
}

/** The text without its line breaks. */
export const unwrapped = (printed: string) => printed.replaceAll(/\s+/g, ' ')
