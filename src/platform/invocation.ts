import { basename } from 'node:path'

/** How the program was started, to name it as its user knows it: `npx whatsapp-token-guard`, `bun run token-guard`. */
export function invocation(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): string {
  const script = env['npm_lifecycle_event']
  const agent = /^(npm|bun|pnpm|yarn)\//.exec(env['npm_config_user_agent'] ?? '')?.[1] ?? 'npm'
  if (env['npm_command'] === 'exec' && script === 'npx') return 'npx whatsapp-token-guard'
  if (script === 'token-guard') return agent === 'npm' ? 'npm run token-guard --' : `${agent} run token-guard`
  const name = basename(argv[1] ?? '').replace(/\.[cm]?[jt]s$/, '')
  return name === 'whatsapp-token-guard' ? name : 'token-guard'
}
