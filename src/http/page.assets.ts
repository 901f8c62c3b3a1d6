/** The page's style and script. The policy names them by their hashes: nothing else runs. */

export const STYLE = `
:root { --pass: #1a7f37; --warn: #9a6700; --fail: #cf222e; --line: #d0d7de; --soft: #59636e }
@media (prefers-color-scheme: dark) {
  :root { --pass: #3fb950; --warn: #d29922; --fail: #f85149; --line: #3d444d; --soft: #9198a1 }
}
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; margin: 0 }
h2 { font-size: 1.2rem; margin-top: 2rem }
h3 { font-size: 1rem; margin-bottom: 0 }
h3 + p { margin-top: .25rem }
.mark { font-weight: 700 }
.pass { color: var(--pass) }
.warn { color: var(--warn) }
.fail { color: var(--fail) }
table { border-collapse: collapse; width: 100%; margin-top: 1.5rem }
caption { text-align: left; font-weight: 600; padding-bottom: .25rem }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-top: 1px solid var(--line) }
th { font-weight: 500 }
tbody th { white-space: nowrap }
thead th { border: 0; font-size: .85rem; color: var(--soft) }
td { overflow-wrap: anywhere }
td:first-child, time { white-space: nowrap }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .5rem 0 }
dt, footer { color: var(--soft) }
dd { margin: 0; overflow-wrap: anywhere }
footer { margin-top: 3rem; font-size: .85rem }
a { color: inherit }
#lost { background: var(--fail); color: #fff; padding: .5rem 1rem }
@media (max-width: 40rem) { td:last-child, thead th:last-child { display: none } }
`

/** Fetches the same page and changes what differs, so that nothing flickers, scrolls or is read out again. */
export const SCRIPT = `
const lost = document.getElementById('lost')
const refresh = async () => {
  try {
    const answer = await fetch(location.href, { cache: 'no-store' })
    if (!answer.ok) throw new Error(answer.status)
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const [main, next] = [document, fresh].map((page) => page.querySelector('main'))
    if (main.innerHTML !== next.innerHTML) main.replaceChildren(...next.childNodes)
    document.title = fresh.title
    lost.hidden = true
  } catch {
    document.title = '? no answer – WhatsApp token'
    lost.hidden = false
  }
}
setInterval(() => document.hidden || refresh(), 5000)
addEventListener('visibilitychange', () => document.hidden || refresh())
`
