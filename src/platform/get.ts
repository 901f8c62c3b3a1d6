import { get } from 'node:http'
import { hostInUrl } from './host.ts'
import { goDirectly } from './side-doors.ts'

export type Got =
  | { readonly ok: true; readonly status: number; readonly body: string }
  /** `problem`: the system's code (`ECONNREFUSED`), or `no answer in time`. */
  | { readonly ok: false; readonly problem: string }

const BODY_MAX = 16 * 1024

/** One plain GET of a neighbour: never by a proxy, and to every port, which `fetch` allows on neither runtime. */
export function getNearby(host: string, port: number, path: string, signal: AbortSignal): Promise<Got> {
  goDirectly(hostInUrl(host))
  return new Promise((resolve) => {
    const request = get({ host, port, path, agent: false, signal, headers: { host: 'localhost' } }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (text: string) => {
        if (body.length < BODY_MAX) body += text
      })
      response.on('end', () => resolve({ ok: true, status: response.statusCode ?? 0, body }))
      response.on('error', failed)
    })
    request.on('error', failed)
    signal.addEventListener('abort', () => failed(new Error()))

    function failed(error: Error & { readonly code?: string }): void {
      resolve({ ok: false, problem: signal.aborted ? 'no answer in time' : (error.code ?? 'unknown error') })
      request.destroy()
    }
  })
}
