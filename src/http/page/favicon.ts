import { MARKS, type Tone } from './words.ts'

const COLOURS: Readonly<Record<Tone, string>> = {
  pass: '#0f7a4b',
  warn: '#a15c00',
  fail: '#c0263a',
  unknown: '#5a6474',
}

/** The status where the tab shows it, in form and in colour. */
export function favicon(tone: Tone): string {
  const disc = `<circle cx="16" cy="16" r="16" fill="${COLOURS[tone]}"/>`
  const mark = `<text x="16" y="23" font-size="20" font-weight="700" font-family="sans-serif" text-anchor="middle" fill="#fff">${MARKS[tone]}</text>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${disc}${mark}</svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
