// Runs `check --strict --json`, and shows what it says as annotations, outputs and the job's summary.
// Not shown: identifiers, Graph's words, and what the program writes to standard error. Logs are often public.
import { spawnSync } from 'node:child_process'
import { appendFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { annotation, conclusionOf, documentIn, linesOf, summaryOf } from './words.mjs'

const EXIT = { software: 70, unverified: 75, config: 78 }

const { INPUT_PROGRAM: program = '', INPUT_FAIL_ON_UNVERIFIED: failOnUnverified = 'true' } = process.env

/** The job's own credentials and our inputs are not the program's business. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(?:ACTIONS|INPUT)_/.test(name)),
)

function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

/** The document and the exit code; or what went wrong, and the exit code for it. */
function check() {
  if (!['true', 'false'].includes(failOnUnverified))
    return { code: EXIT.config, problem: 'The input fail-on-unverified is neither true nor false.' }
  if (program === '') return { code: EXIT.config, problem: 'The input program is empty. It names the program to run.' }
  const path = resolve(program)
  if (!isFile(path))
    return {
      code: EXIT.config,
      problem: 'The input program names no file. Download or unpack the program in a step before this one.',
    }
  const [command, ...first] = /\.[cm]?js$/.test(path) ? [process.execPath, path] : [path]
  const { error, signal, status, stdout } = spawnSync(command, [...first, 'check', '--strict', '--json'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
  })
  if (error?.code === 'EACCES')
    return {
      code: EXIT.config,
      problem: 'The program may not be executed. An artifact loses this permission: chmod +x.',
    }
  const document = documentIn(stdout ?? '')
  if (error === undefined && document !== null && document.exitCode === status) return { code: status, document }
  const end = error?.code ?? signal ?? `exit code ${status}`
  return {
    code: status || EXIT.software,
    problem: `The program did not print the document of check (${end}). To see what it prints, run it with --version in a step without secrets.`,
  }
}

function append(file, text) {
  if (file !== undefined && file !== '') appendFileSync(file, text)
}

const { code, document, problem } = check()
const isTolerated = document !== undefined && code === EXIT.unverified && failOnUnverified === 'false'
const lines =
  document === undefined ? [annotation('error', 'whatsapp-token-guard', problem)] : linesOf(document, isTolerated)
for (const line of lines) console.log(line)
console.log(conclusionOf(document, code))
append(process.env['GITHUB_OUTPUT'], `status=${document?.status ?? 'fail'}\nexit-code=${code}\n`)
append(process.env['GITHUB_STEP_SUMMARY'], summaryOf(document, code, problem))
process.exitCode = isTolerated ? 0 : code
