import { expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { explainedAt } from '../../src/report/explained-at.ts'
import { CAUSES, causeNamed, type CauseName } from '../../src/verification/causes.ts'
import { APP_CAUSES } from '../../src/verification/causes/app.ts'
import { ASSETS_CAUSES } from '../../src/verification/causes/asset-causes.ts'
import { CONNECTION_CAUSES } from '../../src/verification/causes/connection-causes.ts'
import { SENDING_CAUSES } from '../../src/verification/causes/sending.ts'
import { TOKEN_CAUSES } from '../../src/verification/causes/token-causes.ts'
import { ROOT } from './sources.ts'

/** `npm run docs` writes `docs/causes.md` from the tables of causes. */
const DOC = `${ROOT}docs/causes.md`

/** Causes of a refused read. A finding names the cause that fits the node instead. */
const NEVER_SHOWN: readonly CauseName[] = ['not_visible', 'permission_refused', 'locked', 'field_unknown']

const GROUPS: readonly (readonly [title: string, causes: object])[] = [
  ['The token', TOKEN_CAUSES],
  ['The app, and who inspects', APP_CAUSES],
  ['Account, number and webhooks', ASSETS_CAUSES],
  ['Sending', SENDING_CAUSES],
  ['The way to Graph', CONNECTION_CAUSES],
]

const INTRO = `# Causes

A [finding](reference.md#findings) says what is wrong; its \`causes\` say why, the gravest first, each with what to do. The
names are what \`check --json\`, the log, alerts and the operator's view show, and they stay. This page is written from the tables in
the source, and a test compares the two.
`

/** Makes a whole sentence of a part of one. */
function asSentence(text: string): string {
  const upper = `${text[0]?.toUpperCase()}${text.slice(1)}`
  return upper.endsWith('.') ? upper : `${upper}.`
}

function section(name: CauseName): string {
  const { sentence, remedy, step } = causeNamed(name)
  const guide = step === null ? '' : ` ([Guide](guide.md), step ${step}.)`
  return [`### ${name}`, ...(sentence === undefined ? [] : [asSentence(sentence)]), `${remedy}${guide}`].join('\n\n')
}

const written = [
  INTRO,
  ...GROUPS.flatMap(([title, causes]) => [
    `## ${title}\n`,
    ...(Object.keys(causes) as CauseName[])
      .filter((name) => !NEVER_SHOWN.includes(name))
      .map((name) => `${section(name)}\n`),
  ]),
].join('\n')

test('the page of causes is what the tables say', () => {
  if (process.env['DOCS_WRITE'] === '1') writeFileSync(DOC, written)
  expect(readFileSync(DOC, 'utf8').replaceAll(/\s+/g, ' ')).toBe(written.replaceAll(/\s+/g, ' '))
})

test('every cause has the anchor that the report links to', () => {
  const anchors = [...readFileSync(DOC, 'utf8').matchAll(/^### (\w+)$/gm)].map(([, name]) => `docs/causes.md#${name}`)
  const shown = (Object.keys(CAUSES) as CauseName[]).filter((name) => !NEVER_SHOWN.includes(name))
  expect(shown.map((name) => explainedAt(name)).toSorted()).toEqual(anchors.toSorted())
})

test.each(Object.entries(CAUSES))('%s has advice of at most three sentences', (_name, { remedy }) => {
  // A dot within an address or a name does not end a sentence.
  expect(remedy.split(/\.(?:\s|$)/).filter((part) => part.trim() !== '').length).toBeLessThanOrEqual(3)
})
