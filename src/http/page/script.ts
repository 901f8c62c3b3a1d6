import { relative } from './relative.ts'

/**
 * The page's script. Fetches the same page and changes only what differs: focus, scroll, selection and what is open
 * stay, and nothing is read out but a change of the state.
 */
const SOURCE = `
${relative.toString()}
const byId = (id) => document.getElementById(id)
// Without the credentials that a person may have typed into the address: fetch refuses those.
const here = location.origin + location.pathname + location.search
const script = document.currentScript.textContent
const main = document.querySelector('main')
const form = document.querySelector('[method=post]')
const icon = document.querySelector('[rel=icon]')
const notice = byId('notice')
let heardAt = Date.now()
let ahead = heardAt - main.dataset.now
let asked = 0
let shown = 0
let problem = ''
let timer

const say = (text) => { byId('said').textContent = text }
const spoken = () => byId('word').textContent + '. ' + byId('sentence').textContent
const write = (node, text) => { if (node.textContent !== text) node.textContent = text }

const tick = () => {
  for (const time of document.querySelectorAll('.ago')) write(time, relative(Date.now() - ahead - Date.parse(time.dateTime)))
  if (problem) write(notice, problem + ' Last heard ' + relative(Date.now() - heardAt) + '.')
}

const alike = (a, b) => a.nodeName === b.nodeName && (a.id || '') === (b.id || '')
const sync = (old, next) => {
  if (old.nodeType === 3) return write(old, next.textContent)
  for (const { name } of [...old.attributes]) if (name !== 'open' && !next.hasAttribute(name)) old.removeAttribute(name)
  for (const { name, value } of next.attributes)
    if (name !== 'open' && old.getAttribute(name) !== value) old.setAttribute(name, value)
  if (old.matches('.ago')) return
  let at = old.firstChild
  const dropUntil = (end) => {
    while (at !== end) {
      const gone = at
      at = at.nextSibling
      gone.remove()
    }
  }
  for (const child of [...next.childNodes]) {
    let same = at
    while (same && !alike(same, child)) same = same.nextSibling
    if (!same) { old.insertBefore(child, at); continue }
    dropUntil(same)
    at = same.nextSibling
    sync(same, child)
  }
  dropUntil(null)
}

// What a person looks at stays where it is, whatever grows above it.
const topOf = (element) => element.getBoundingClientRect().top
const steadily = (change) => {
  const held = [document.activeElement, document.elementFromPoint(innerWidth / 2, innerHeight / 2)].find(
    (each) => each?.matches('main *') && topOf(each) >= 0 && topOf(each) < innerHeight,
  )
  const before = held && topOf(held)
  change()
  if (held?.isConnected && scrollY > 0) scrollBy(0, topOf(held) - before)
}

const refresh = async () => {
  const turn = ++asked
  try {
    const answer = await fetch(here, { cache: 'no-store', signal: AbortSignal.timeout(10000) })
    if (!answer.ok) throw answer.status
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
    if (turn < shown) return
    shown = turn
    // Another release of the service has another page.
    if (fresh.querySelector('script')?.textContent !== script) return location.reload()
    const next = fresh.querySelector('main')
    const isOther = next.dataset.key !== main.dataset.key
    steadily(() => sync(main, next))
    heardAt = Date.now()
    ahead = heardAt - next.dataset.now
    document.title = fresh.title
    icon.href = fresh.querySelector('[rel=icon]').href
    if (problem || isOther) say((problem ? 'The service answers again. ' : '') + spoken())
    problem = ''
    tick()
  } catch (error) {
    if (turn < shown) return
    const isNew = !problem
    problem = typeof error === 'number' ? 'The service answers with ' + error + '.' : 'The service does not answer.'
    document.title = document.title.replace(/.*?–/, '? No answer –')
    icon.href = icon.dataset.lost
    tick()
    if (isNew) say(notice.textContent)
  }
  notice.hidden = !problem
  document.body.classList.toggle('lost', !!problem)
}

const follow = async () => {
  clearTimeout(timer)
  await refresh()
  clearTimeout(timer)
  timer = setTimeout(follow, document.hidden ? 30000 : 5000)
}

form?.addEventListener('submit', async (event) => {
  event.preventDefault()
  const button = form.querySelector('button')
  if (button.ariaDisabled === 'true') return
  const text = button.textContent
  button.ariaDisabled = 'true'
  button.textContent = 'Verifying…'
  say('Verifying.')
  try {
    const answer = await fetch(new URL(form.getAttribute('action'), here), { method: 'POST' })
    await refresh()
    if (answer.status === 200) say('Verified now. ' + spoken())
    else {
      const why = 'Not verified: the service answers with ' + answer.status + '.'
      say((notice.textContent = answer.ok ? 'The check takes longer.' : why))
      notice.hidden = false
    }
  } catch {
    await refresh()
  }
  button.textContent = text
  button.ariaDisabled = null
})

byId('live').hidden = false
setInterval(tick, 1000)
timer = setTimeout(follow, 5000)
addEventListener('visibilitychange', () => document.hidden || follow())
`

/** Without what only the source needs. No text in it has such a sign between spaces. */
export const SCRIPT = SOURCE.replaceAll(/\n\s*(\/\/.*)?/g, '\n')
  .replaceAll(/\n+/g, '\n')
  .replaceAll(/ (=>|[=!]?==|&&|=) /g, '$1')
