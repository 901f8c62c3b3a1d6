import { MARKS, type Tone } from './words.ts'

const COLOURS: Readonly<Record<Tone, string>> = {
  pass: '#0f7a4b',
  warn: '#a15c00',
  fail: '#c0263a',
  unknown: '#5a6474',
}

/** The status where the tab shows it, in form and in colour. */
export function favicon(tone: Tone): string {
  const disc = `<circle r="16" fill="${COLOURS[tone]}"/>`
  const mark = `<text y="7" font-size="20" font-weight="700" text-anchor="middle" fill="#fff">${MARKS[tone]}</text>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-16 -16 32 32">${disc}${mark}</svg>`
  return `data:image/svg+xml,${svg.replaceAll(/[<>"#%:]/g, encodeURIComponent)}`
}
