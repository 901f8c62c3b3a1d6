import { readCapped } from '../net/capped.ts'
import { systemClock } from '../platform/clock.ts'
import { parseJson } from '../platform/parse-json.ts'
import { problem, type HttpAnswer } from './answer.ts'

/** What a backend posts: a Graph error, or a webhook body of Meta's. */

const BYTES_MAX = 64 * 1024
/** One that drips in byte by byte is not waited for. */
const READ_MS_MAX = 10_000

export type ReportBody = string | 'too large' | 'too slow'

/** Read no further than the cap, and no longer than ten seconds. */
export async function readReport(message: Pick<Request, 'body' | 'headers'>): Promise<ReportBody> {
  if (Number(message.headers.get('content-length')) > BYTES_MAX) return 'too large'
  const ended = new AbortController()
  const read = readCapped(message, BYTES_MAX)
    .then(
      (text) => text ?? 'too large',
      () => '',
    )
    .finally(() => ended.abort())
  const late = systemClock.sleep(READ_MS_MAX, ended.signal).then((isLate) => (isLate ? 'too slow' : read))
  return Promise.race([read, late])
}

/** The same whatever becomes of it: whoever asks learns nothing by it. */
export function reportAnswer(body: ReportBody, report: (met: unknown) => void): HttpAnswer {
  if (body === 'too large') return problem(413, 'this is larger than 64 KiB', { connection: 'close' })
  if (body === 'too slow') return problem(408, 'this took longer than ten seconds', { connection: 'close' })
  const met = parseJson(body)
  if (met === undefined)
    return problem(400, 'this is no JSON: send the body that Graph answered, or the one of a webhook')
  report(met)
  return { status: 202, type: 'application/json', body: '{"accepted":true}' }
}
