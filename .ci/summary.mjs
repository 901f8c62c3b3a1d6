// Adds up the test reports in out/, names what was skipped and what failed, and closes with the line `N passed, N failed`.
import { existsSync, readFileSync } from 'node:fs'

const reports = ['out/test.xml', 'out/system.xml']
const failedSteps = process.argv.slice(2)
const FAILED = /<testcase name="([^"]*)"[^>]*? file="([^"]*)"[^>]*>\s*<failure[^>]*? message="([^"]*)"/g
const MESSAGE_LINES = 20
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#10': '\n', '#13': '', '#9': '\t' }
const plain = (text) => text.replace(/&(#?\w+);/g, (entity, name) => ENTITIES[name] ?? entity)
const attribute = (xml, name) => Number(new RegExp(`<testsuites[^>]*\\b${name}="(\\d+)"`).exec(xml)?.[1] ?? 0)

let [passed, failed, skipped] = [6, 0, 0]
for (const report of reports) {
  if (!existsSync(report)) {
    console.log(`missing: ${report}`)
    failed += 1
    continue
  }
  const xml = readFileSync(report, 'utf8')
  const [tests, failures, skips] = ['tests', 'failures', 'skipped'].map((name) => attribute(xml, name))
  passed += tests - failures - skips
  failed += failures
  skipped += skips
  for (const [, name] of xml.matchAll(/<testcase name="([^"]*)"[^>]*>\s*<skipped/g))
    console.log(`skipped: ${plain(name)}`)
  for (const [, name, file, message] of xml.matchAll(FAILED)) {
    const lines = plain(message).split('\n').slice(0, MESSAGE_LINES)
    console.log([`failed: ${plain(name)} (${file})`, ...lines.map((line) => `    ${line}`)].join('\n'))
  }
  if (tests === 0) failed += 1
}

// Types, lint, format, dead code, secrets and the bench's limits count as one each; a test run that failed without a failing test counts too.
for (const step of failedSteps) {
  console.log(`failed: ${step}`)
  if (step.startsWith('test')) failed += failed === 0 ? 1 : 0
  else {
    passed -= 1
    failed += 1
  }
}
if (skipped > 0) console.log(`${skipped} skipped`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
