// What GitHub shows of the document of `check --json`: texts for everyone, in the forms that GitHub reads.

/** An identifier, an app secret, a token. Remedies hold none: this is for what a later version might add. */
const PRIVATE = /EAA[A-Za-z0-9]{8,}|[0-9a-f]{32}|\d{7,}/g
/** What a terminal or a reader could take for something else. Line ends are escaped below. */
const INVISIBLE = /[^\P{C}\r\n]/gu

const isText = (value) => typeof value === 'string'
const isList = (value, isItem) => Array.isArray(value) && value.every(isItem)

/** The document in what the program printed, or `null`. */
export function documentIn(text) {
  try {
    const document = JSON.parse(text)
    const { version, status, exitCode, findings, faults, notes } = document
    const isDocument =
      version === 1 &&
      ['pass', 'warn', 'fail'].includes(status) &&
      Number.isInteger(exitCode) &&
      isList(findings, ({ code, severity, remedy }) => [code, severity, remedy].every(isText)) &&
      isList(faults, ({ name, problem, expected }) => [name, problem, expected].every(isText)) &&
      isList(notes, (note) => isText(note.text))
    return isDocument ? document : null
  } catch {
    return null
  }
}

const publicly = (text) => text.replace(PRIVATE, '***').replace(INVISIBLE, ' ')

const escapeMessage = (text) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const escapeProperty = (text) => escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

/** A workflow command, in which no text can end the command or begin another one. */
export function annotation(level, title, message) {
  return `::${level} title=${escapeProperty(publicly(title))}::${escapeMessage(publicly(message))}`
}

const SEVERITIES = {
  fail: 'This refuses the token.',
  warn: 'This is a warning, and warnings count here (--strict).',
  unverified: 'Graph gave no answer to this.',
}

const causeOf = ({ causes }) => (isText(causes?.[0]?.name) ? causes[0].name : null)

/** A fault may quote the value, which may be an identifier. */
const unquoted = (text) => text.replace(/".*"/s, '"…"')
const faultText = ({ name, problem }) => `${name} ${unquoted(problem)}.`

/** One annotation for each finding and each fault. */
export function linesOf({ findings, faults }, isTolerated) {
  const ofFaults = faults.map((fault) =>
    annotation('error', 'config.invalid', `${faultText(fault)}\nExpected: ${fault.expected}`),
  )
  const ofFindings = findings.map((finding) => {
    const { code, severity, remedy } = finding
    const isWarning = severity === 'warn' || (severity === 'unverified' && isTolerated)
    const cause = causeOf(finding)
    const more = cause === null ? '' : `\nMore: docs/causes.md#${cause}`
    const message = `${SEVERITIES[severity] ?? severity}\nWhat to do: ${remedy}${more}`
    return annotation(isWarning ? 'warning' : 'error', code, message)
  })
  return [...ofFaults, ...ofFindings]
}

const CONCLUSIONS = {
  0: 'The token is verified.',
  75: 'There is no full verdict: Graph did not answer everything. Trying again may help.',
  77: 'The token is refused.',
  78: 'The configuration is wrong, or Graph refuses the one who asks.',
}

/** One sentence, for the log and the summary. */
export function conclusionOf(document, code) {
  const sentence = (document === undefined ? undefined : CONCLUSIONS[code]) ?? 'The token was not checked.'
  return `${sentence} (exit ${code})`
}

const inMarkdown = (text) =>
  publicly(text)
    .replace(/[\\`*_{}[\]<>|#~&!]/g, '\\$&')
    .replace(/[\r\n]+/g, ' ')
const tableRow = (...cells) => `| ${cells.map(inMarkdown).join(' | ')} |\n`

/** The job's summary, as Markdown. */
export function summaryOf(document, code, problem) {
  const heading = `### WhatsApp token\n\n${conclusionOf(document, code)}\n`
  if (document === undefined) return `${heading}\n${inMarkdown(problem)}\n`
  const { findings, faults, notes } = document
  const rows = [
    ...faults.map((fault) => tableRow('config.invalid', 'fail', faultText(fault), fault.expected)),
    ...findings.map((finding) => tableRow(finding.code, finding.severity, causeOf(finding) ?? '–', finding.remedy)),
  ]
  const table =
    rows.length === 0
      ? ''
      : `\n| finding | severity | cause | what to do |\n| --- | --- | --- | --- |\n${rows.join('')}`
  const list = notes.length === 0 ? '' : `\n${notes.map(({ text }) => `- ${inMarkdown(text)}\n`).join('')}`
  return `${heading}${table}${list}`
}
