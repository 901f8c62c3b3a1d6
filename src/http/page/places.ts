import type { HttpAnswer } from '../answer.ts'

/** Where things are, seen from the page: mounted below another path, and behind a proxy that cuts a prefix off. */

/** The other view of the page, and `root`: what the paths of the health routes follow. */
export type Places = { readonly root: string; readonly other: string }

export function placesFrom(path: string, view: 'public' | 'operator'): Places {
  const segments = path.split('/')
  const root = '../'.repeat(segments.length - 2)
  const own = segments.at(view === 'public' ? -1 : -2) ?? ''
  if (view === 'operator') return { root, other: own === '' ? './' : `../${own}` }
  return { root, other: own === '' ? 'operator' : `${own}/operator` }
}

/** The page's button where there is no script: a browser that goes where the answer is. */
export function isForm(headers: Headers): boolean {
  return headers.get('accept')?.includes('text/html') === true
}

/** To the page that the form is on, wherever it is. Never to another host, whatever the header says. */
export function backToPage(headers: Headers, usual = '../../operator'): HttpAnswer {
  const from = headers.get('referer') ?? ''
  const location = URL.canParse(from) ? new URL(from).pathname.replace(/^[/\\]+/, '/') : usual
  return { status: 303, type: 'text/plain', body: 'See the page.\n', headers: { vary: 'Authorization', location } }
}
