import { fingerprintOf } from '../assembly/assemble.ts'
import { isSandboxToken } from '../config/token-text.ts'
import type { Hit } from './observations.ts'

/** PURE. Finds what looks like a secret of Meta's in texts. */

/** A token of Meta's, or an app id with its secret. Nothing longer that merely holds one. */
const SECRET = /(?<![A-Za-z0-9])(?:EAA[A-Za-z0-9]{60,}|\d{10,20}\|(?:[0-9a-f]{32}|[\w-]{27}))(?![\w-])/g

type Place = Pick<Hit, 'file' | 'where' | 'commit'>

/** The sandbox's own tokens are no secrets. */
export function hitsInLine(text: string, line: number, place: Place): readonly Hit[] {
  if (!text.includes('EAA') && !text.includes('|')) return []
  return [...text.matchAll(SECRET)].flatMap(([secret]) => {
    if (isSandboxToken(secret)) return []
    const kind = secret.includes('|') ? 'app token' : 'token'
    return [{ ...place, kind, fingerprint: fingerprintOf(secret), line } as const]
  })
}

export function hitsInText(text: string, place: Place): readonly Hit[] {
  if (!text.includes('EAA') && !text.includes('|')) return []
  return text.split('\n').flatMap((line, at) => hitsInLine(line, at + 1, place))
}

/** How `git log` must write a commit for the reader below: a mark that no content can have, then the indented message. */
export const LOG_FORMAT = '--format=%x01%h%n%w(0,1,1)%B%w(0)'

const LINE_MAX = 1024 * 1024
/** Longer than any token: what is cut in two is seen whole in the next piece. */
const OVERLAP = 1024

/**
 * Reads `git log -p -U0 --cc` as it comes. Lines of content begin with a column for each parent, so that neither a
 * message nor a file can pass for a header.
 */
export function createHistoryReader(onHit: (hit: Hit) => void): (text: string) => void {
  let [rest, commit, file, line, columns] = ['', '', '', 0, 0]
  const look = (text: string) => hitsInLine(text, line, { file, commit, where: 'history' }).forEach(onHit)
  const read = (text: string) => {
    if (text.startsWith('\u0001')) [commit, file, columns, line] = [text.slice(1), '(commit message)', -1, 0]
    else if (text.startsWith('diff ')) columns = 0
    else if (columns < 0) {
      line += 1
      look(text)
    } else if (text.startsWith('@@')) {
      columns = /^@+/.exec(text)?.[0].length ?? 1
      columns -= 1
      line = Number(/ \+(\d+)/.exec(text)?.[1] ?? 0)
    } else if (columns === 0) {
      if (text.startsWith('+++ ')) file = pathOf(text)
    } else if (!text.slice(0, columns).includes('-') && !text.startsWith('\\')) {
      look(text.slice(columns))
      line += 1
    }
  }
  return (chunk) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const each of lines) read(each)
    if (rest.length <= LINE_MAX) return
    if (columns > 0) look(rest)
    rest = `${rest.slice(0, Math.max(1, columns))}${rest.slice(-OVERLAP)}`
  }
}

/** `+++ b/path`, with a tab at its end where the path has blanks, in quotes where it has others. */
function pathOf(header: string): string {
  const path = header
    .slice(4)
    .replace(/\t$/, '')
    .replace(/^"(.*)"$/, '$1')
  return Buffer.from(path.replace(/^b\//, ''), 'latin1').toString('utf8')
}
