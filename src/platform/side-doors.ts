import { isProxyForced, isBun } from './runtime.ts'

/** What is in the environment, is meant for the runtime, and makes its requests less safe. */
export type SideDoor = { readonly name: string; readonly message: string }

type Environment = Readonly<Record<string, string | undefined>>

const VERIFY = 'NODE_TLS_REJECT_UNAUTHORIZED'

/**
 * From here on this process verifies every certificate, whatever its environment says: both runtimes look at this
 * variable with each connection. For a process that is our own, which hands down its environment as it was before.
 */
export function verifyCertificates(): void {
  if (process.env[VERIFY] !== undefined) process.env[VERIFY] = '1'
}

/**
 * Has requests to a host go there directly, whatever HTTP_PROXY says, where only NO_PROXY has that effect. The host is as a
 * URL has it: IPv6 in brackets.
 */
export function goDirectly(host: string, env: NodeJS.ProcessEnv = process.env, isNeeded = isProxyForced): void {
  if (!isNeeded) return
  const { no_proxy: lower, NO_PROXY: upper } = env
  const hosts = (lower || upper || '').split(',').filter((each) => each !== '')
  if (!hosts.includes(host)) env['no_proxy'] = [...hosts, host].join(',')
}

/** What is open, each to be warned of. A process that verifies has one fewer, and Bun prints no request of ours. */
export function sideDoors(env: Environment = process.env, onBun = isBun): readonly SideDoor[] {
  return [
    ...(env[VERIFY] === '0'
      ? [
          {
            name: VERIFY,
            message:
              'is 0: no certificate is verified, and the token goes to whoever answers in place of Graph (for a private CA set NODE_EXTRA_CA_CERTS)',
          },
        ]
      : []),
    ...(!onBun && printsRequests(env['NODE_DEBUG'] ?? '')
      ? [{ name: 'NODE_DEBUG', message: 'makes Node print the address of each request, which holds the token' }]
      : []),
  ]
}

/** Sections of Node's debug log that print the addresses of `fetch`. Node reads them before our first line. */
const PRINTING = ['undici', 'fetch']

/** As Node reads it: sections by commas, each with `*` for any text, in any case. */
function printsRequests(sections: string): boolean {
  return sections
    .split(',')
    .map(
      (section) =>
        new RegExp(
          `^${section
            .trim()
            .replaceAll(/[^\w*]/g, '\\$&')
            .replaceAll('*', '.*')}$`,
          'i',
        ),
    )
    .some((pattern) => PRINTING.some((section) => pattern.test(section)))
}
