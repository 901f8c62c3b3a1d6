import { STYLE, tightened } from '../page/style.ts'

/** What the pages of a fleet need besides: counts, a table that becomes blocks where it is narrow, a form. */

const SOURCE = `
.badge.unknown, li .unknown { color: var(--unknown); background: var(--unknown-tint) }
.stranger { overflow-wrap: anywhere }
h1 { font-size: clamp(1.75rem, 5vw, 2.5rem) }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: 1rem; margin-top: 1rem }
.tile { text-decoration: none; padding: 1rem 1.25rem; border-top: 5px solid var(--edge) }
.tile:hover { background: var(--unknown-tint) }
.tile.fail { border-top-color: var(--fail) }
.tile.warn { border-top-color: var(--warn) }
.tile.pass { border-top-color: var(--pass) }
.number { display: block; font-size: 1.75rem; font-weight: 650; line-height: 1.3; font-variant-numeric: tabular-nums }
.pair { display: grid; gap: 0 1rem; align-items: start }
#work .at, .list .at { white-space: normal }
#work .at { display: block; font-size: .8125rem }
#held > p { margin-bottom: .75rem }
.which { margin-bottom: 1rem }
.which .stranger { font-weight: 650 }
ul:first-child { margin-top: 0 }
ul:first-child > li:first-child { border-top: 0; padding-top: 0 }
.search { display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: end; margin-bottom: 1rem }
.search label { display: grid; gap: .25rem; font-size: .875rem; color: var(--soft); flex: 0 1 auto; min-width: 0 }
.search label:first-child { flex: 1 1 16rem }
input, select {
  font: inherit; font-size: 1rem; color: var(--text); background: var(--card);
  border: 1px solid var(--edge); border-radius: .5rem; padding: .5rem .75rem; min-height: 2.75rem; width: 100%; min-width: 0;
}
.chips { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; flex: 1 0 100% }
.chips:empty { display: none }
.list { padding: .5rem 1.25rem; overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .9375rem }
th, td { text-align: start; vertical-align: top; padding: .6rem .75rem .6rem 0; border-top: 1px solid var(--line); font-weight: 400 }
thead th { border-top: 0; color: var(--soft); font-size: .875rem; white-space: nowrap }
tbody th { font-weight: 600 }
td:last-child, th:last-child { padding-right: 0 }
td code { display: block; line-height: 1.45rem }
td .ago { white-space: nowrap }
.list .stranger { display: -webkit-inline-box; vertical-align: top; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden }
.pages { justify-content: flex-end; margin-top: 1rem }
.pages a { padding: .5rem 0 }
@media (min-width: 44.01rem) {
  table { table-layout: fixed }
  thead th:nth-child(1) { width: 6.5rem }
  thead th:nth-child(4) { width: 19% }
  thead th:nth-child(5) { width: 22% }
  thead th:nth-child(6) { width: 5.5rem }
}
@media screen {
  .list .at { display: none }
}
@media screen and (min-width: 44.01rem) {
  .pair { grid-template-columns: minmax(0, 5fr) minmax(0, 3fr) }
  .pair > :only-child { grid-column: 1 / -1 }
}
@media (max-width: 44rem) {
  .list { padding: 0 1.25rem }
  .list table, .list tbody, .list tr, .list tbody th, .list td { display: block }
  .list thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  .list tr { padding: .75rem 0; border-top: 1px solid var(--line) }
  .list tr:first-child { border-top: 0 }
  .list th, .list td { border: 0; padding: .1rem 0 }
  .list td:empty { display: none }
  .list td[data-name]::before { content: attr(data-name) ':\\a0'; color: var(--soft) }
  .search label, .search button { flex: 1 1 100% }
}
@media print {
  .tiles { display: grid }
  .search, .pages, [href='#find'] { display: none }
  thead th:nth-child(6) { width: 7rem }
}
`

export const FLEET_STYLE = STYLE + tightened(SOURCE)
