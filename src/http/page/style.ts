/** The page's style: the system's fonts, four tones, light and dark, narrow and wide, and on paper. */

const SOURCE = `
:root {
  --ground: #f5f6f8; --card: #fff; --text: #1a1f27; --soft: #566070; --line: #dde1e7; --edge: #6f7a8a;
  --pass: #0b7043; --warn: #8a5000; --fail: #b81f35; --unknown: #4d5766;
  --pass-tint: #e3f4ea; --warn-tint: #fcf0d9; --fail-tint: #fde9eb; --unknown-tint: #eceff3;
  --warn-deep: #f3b43b;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1216; --card: #181c22; --text: #e8ebf0; --soft: #9ea8b6; --line: #2b313a; --edge: #7b8696;
    --pass: #57d49a; --warn: #f0b45b; --fail: #ff8d98; --unknown: #b3bdca;
    --pass-tint: #12301f; --warn-tint: #35270f; --fail-tint: #3a191e; --unknown-tint: #262c35;
    --pass-deep: #0c5e3a; --warn-deep: #d3952a; --fail-deep: #95192c; --unknown-deep: #3d4653;
  }
}
* { box-sizing: border-box; margin: 0 }
html { color-scheme: light dark; overflow-anchor: none; -webkit-text-size-adjust: 100% }
body {
  font: 16px/1.55 system-ui, sans-serif;
  color: var(--text); background: var(--ground);
  overflow-wrap: anywhere; max-width: 62rem; margin: 0 auto; padding: 1.25rem clamp(1rem, 4vw, 2rem) 3rem;
}
code { font: .875em ui-monospace, Menlo, Consolas, monospace }
a { color: inherit; text-underline-offset: .2em }
:focus-visible { outline: 3px solid var(--edge); outline-offset: 2px; border-radius: .4rem }
.soft { color: var(--soft); font-size: .875rem }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.top { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.25rem; min-height: 2.75rem; margin-bottom: 1rem }
.title { font-weight: 650; margin-right: auto }
#live::before { content: ''; display: inline-block; width: .5rem; height: .5rem; margin-right: .45rem; border-radius: 50%; background: var(--pass) }
.lost #live { visibility: hidden }
button {
  font: inherit; font-weight: 600; color: var(--text); background: var(--card);
  border: 1px solid var(--edge); border-radius: .5rem; padding: .5rem 1.1rem; min-height: 2.75rem; cursor: pointer;
}
button:hover { background: var(--unknown-tint) }
[aria-disabled=true] { color: var(--soft); cursor: progress }
#notice { background: var(--card); border: 2px solid var(--fail); border-radius: .75rem; padding: .75rem 1rem; margin-bottom: 1rem; font-weight: 600 }
.banner { display: flex; gap: 1.5rem; color: #fff; border-radius: 1rem; padding: clamp(1.25rem, 4vw, 2.25rem) }
.banner .mark { flex: none; width: 3.75rem; height: 3.75rem; border-radius: 50%; font-size: 2rem; border: 3px solid }
.banner.pass { background: var(--pass-deep, var(--pass)) }
.banner.warn { background: var(--warn-deep); color: #241800 }
.banner.fail { background: var(--fail-deep, var(--fail)) }
.banner.unknown, .lost .banner.banner { background: var(--unknown-deep, var(--unknown)) }
.lost .banner.banner { color: #fff }
h1 { font-size: clamp(2rem, 6vw, 2.75rem); line-height: 1.1; font-weight: 700; letter-spacing: -.02em }
#sentence { font-size: 1.125rem; margin-top: .5rem; max-width: 44rem; text-wrap: pretty }
#asked, #attempted, #next, #mode { font-size: .875rem; margin-top: .75rem }
#attempted { margin-top: .25rem }
h2 { font-size: 1.125rem; font-weight: 650; margin: 2.25rem 0 .75rem }
h3 { font-size: 1rem; font-weight: 650 }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem }
.finding { border-left: 5px solid var(--warn); }
.finding.fail { border-left-color: var(--fail) }
.finding:target { outline: 3px solid var(--edge) }
.finding + .finding { margin-top: .75rem }
.finding > p { max-width: 48rem }
.kind { margin-bottom: .6rem }
.finding h3 { font-size: 1.0625rem; margin-bottom: .35rem }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) minmax(0, 1fr); gap: .35rem 1.5rem; font-size: .9375rem }
.finding dl, details dl { margin-top: .9rem; padding-top: .9rem; border-top: 1px solid var(--line) }
dt { color: var(--soft) }
.mark { display: inline-grid; place-items: center; font-weight: 700; line-height: 1 }
li .mark { flex: none; width: 1.5rem; height: 1.5rem; border-radius: 50%; font-size: .8125rem }
.badge { font-size: .8125rem; font-weight: 650; border-radius: 1rem; padding: .1rem .6rem; white-space: nowrap }
.badge.pass, li .pass { color: var(--pass); background: var(--pass-tint) }
.badge.warn, li .warn { color: var(--warn); background: var(--warn-tint) }
.badge.fail, li .fail { color: var(--fail); background: var(--fail-tint) }
.groups { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17.5rem), 1fr)); gap: 1rem; align-items: start }
ul { list-style: none; padding: 0; margin-top: .6rem }
li { display: grid; grid-template-columns: 1.5rem minmax(0, 1fr) auto; gap: 0 .75rem; padding: .6rem 0; border-top: 1px solid var(--line) }
li:last-child { padding-bottom: 0 }
.name::first-letter { text-transform: uppercase }
li .soft { grid-column: 2 / -1; font-size: .8125rem }
li .badge.badge { background: none; padding: 0; align-self: center }
li .badge > span { display: none }
summary .soft { display: block; padding-left: 1rem }
.when { font-variant-numeric: tabular-nums }
.at { white-space: nowrap }
.soft .at::before, #asked .at::before, #attempted .at::before { content: '· ' }
.life { display: block; overflow: visible }
.whole { fill: var(--line) }
.due { fill: var(--warn); opacity: .45 }
.lived { fill: var(--edge) }
circle { fill: var(--card); stroke: var(--text); stroke-width: 4 }
.ends { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .75rem 2rem; margin-top: .9rem }
.ends .at { display: block; color: var(--soft); font-size: .875rem }
.ends .ago { font-weight: 600 }
summary { cursor: pointer; padding: .6rem 0 }
details + details { border-top: 1px solid var(--line) }
details dl { margin: 0 0 .9rem; }
#written { margin-top: 2rem }
footer { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .5rem 2rem; border-top: 1px solid var(--line); margin-top: 1rem; padding-top: 1rem }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem }
@media (max-width: 34rem) {
  .banner { flex-direction: column; gap: 1rem }
  .banner .mark { width: 3rem; height: 3rem; font-size: 1.5rem }
  dl { grid-template-columns: 1fr; gap: 0 }
  dd + dt { margin-top: .6rem }
  .ends { flex-direction: column }
  #asked .when, #attempted .when { display: block }
}
@media (prefers-reduced-motion: no-preference) {
  .banner { transition: background-color .4s }
  #live::before { animation: breathe 2.5s ease-in-out infinite }
  @keyframes breathe { 50% { opacity: .35 } }
}
@media (forced-colors: active) {
  .banner, .badge, .mark { border: 1px solid }
}
@media print {
  :root { --ground: #fff }
  body { max-width: none; padding: 0; font-size: 11pt }
  form, nav, #live, noscript, .ago { display: none }
  .when .at.at::before { content: none !important }
  .banner { color: #000; background: none !important; border: 3px solid; padding: 1rem }
  .banner .mark { color: inherit }
  .card, .banner, li { break-inside: avoid }
  h2 { break-after: avoid }
  ::details-content { content-visibility: visible; block-size: auto }
}
`

/** Without what only the source needs. */
export function tightened(source: string): string {
  return source.replaceAll(/\s*([{}:;,>\n])\s*/g, '$1').replaceAll(';}', '}')
}

export const STYLE = tightened(SOURCE)
