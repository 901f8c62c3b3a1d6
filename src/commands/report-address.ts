import { isForeign } from '../http/access.ts'
import { problem, toResponse, type HttpAnswer } from '../http/answer.ts'
import { readReport, reportAnswer } from '../http/report-route.ts'
import { listen, ListenError } from '../platform/listen.ts'
import type { Listening, Peer } from '../platform/listening.ts'
import { pathOf } from '../platform/path.ts'
import { randomHex } from '../platform/random.ts'

/** The address at which the command of `run` reports what it met. Whoever does not know it cannot guess it. */
export type ReportAddress = { readonly url: string; readonly close: Listening['close'] }

const SECRET_BYTES = 16

/** On this machine alone. Where it cannot be opened: why. */
export async function openReportAddress(report: (met: unknown) => void): Promise<ReportAddress | { problem: string }> {
  const path = `/report/${randomHex(SECRET_BYTES)}`
  const handler = async (request: Request, peer: Peer) => toResponse(await answerOf(request, peer), false)
  const answerOf = async (request: Request, { host }: Peer): Promise<HttpAnswer> => {
    if (!isSamePath(pathOf(request.url), path)) return problem(404, 'there is nothing here')
    if (request.method !== 'POST') return problem(405, 'this method is not allowed here', { allow: 'POST' })
    if (isForeign(request.headers, host)) return problem(403, 'this is not for other sites (Origin, Sec-Fetch-Site)')
    return reportAnswer(await readReport(request), report)
  }
  const problems: string[] = []
  for (const host of ['127.0.0.1', '::1'])
    try {
      const { url, close } = await listen({ handler }, host, 0)
      return { url: `${url}${path}`, close }
    } catch (error) {
      if (!(error instanceof ListenError)) throw error
      problems.push(error.message)
    }
  return { problem: problems.join(' ') }
}

/** In the same time wherever they differ. */
function isSamePath(given: string, expected: string): boolean {
  const { timingSafeEqual } = process.getBuiltinModule('node:crypto')
  const [one, other] = [Buffer.from(given), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}
