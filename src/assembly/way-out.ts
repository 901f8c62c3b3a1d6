import type { Fault } from '../config/config.ts'
import { transportFor, type Transport } from '../net/fetch.ts'

/** The way to Graph, by its proxy, if there is one; or what is wrong with the proxy's variable. */
export async function wayTo(
  graphUrl: string,
): Promise<({ readonly ok: true } & Transport) | { readonly ok: false; readonly fault: Fault }> {
  const found = await transportFor(graphUrl)
  if (found.ok) return found
  const expected = 'a URL such as http://proxy.example:3128, or nothing'
  return { ok: false, fault: { name: 'HTTPS_PROXY', problem: found.problem, expected } }
}
