import { bodiesChapter, scenariosChapter } from './bodies.ts'
import { commandsChapter, exitsChapter, signalsChapter } from './commands.ts'
import { findingsChapter, notesChapter } from './findings.ts'
import { linkTo, paragraphs } from './markdown.ts'
import { eventsChapter, metricsChapter, routesChapter } from './service.ts'
import { variablesChapter } from './variables.ts'

/** `docs/reference.md`, written from the tables in the source. */
export async function reference(): Promise<string> {
  const chapters = [
    commandsChapter(),
    exitsChapter(),
    signalsChapter(),
    variablesChapter(),
    routesChapter(),
    findingsChapter(),
    notesChapter(),
    eventsChapter(),
    await metricsChapter(),
    bodiesChapter(),
    scenariosChapter(),
  ]
  const headings = chapters.map((text) => text.split('\n')[0]?.replace('## ', '') ?? '')
  return `${paragraphs(
    '# Reference',
    'Everything that this program promises by name: what other programs, dashboards and scripts may rely on. Search this page for the name that you have. Each section is complete by itself.',
    'This page is written from the tables in the source (`npm run docs`), and a test compares the two.',
    `Chapters: ${headings.map((each) => linkTo(each, each)).join(', ')}.`,
    ...chapters,
  )}\n`
}
