import { describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { temporaryFolder } from '../process/harness.ts'
import { has } from '../system/programs.ts'
import { ROOT } from './sources.ts'

/** The workflows keep their rules, and their shell steps do what they are named for. */

type Step = {
  readonly name?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}
type Job = {
  readonly needs?: string | readonly string[]
  readonly permissions?: Readonly<Record<string, string>>
  readonly steps?: readonly Step[]
  readonly uses?: string
  readonly 'timeout-minutes'?: number
}
type Workflow = { readonly on: object; readonly permissions?: object; readonly jobs: Readonly<Record<string, Job>> }

const read = (path: string) => readFileSync(ROOT + path, 'utf8')
const workflow = (path: string) => Bun.YAML.parse(read(path)) as Workflow
const CI = '.github/workflows/ci.yml'
const RELEASE = '.github/workflows/release.yml'
const EXAMPLE = 'examples/github-actions/token.yml'
const FILES = [CI, RELEASE, EXAMPLE, 'action.yml']
const release = workflow(RELEASE)
const jobsOf = (path: string) => Object.entries(workflow(path).jobs).map(([name, job]) => ({ name, job }))
const OURS = [CI, RELEASE].flatMap(jobsOf)
const stepsOf = ({ steps = [] }: Job) => steps

describe.each(FILES)('%s', (path) => {
  const text = read(path)

  test('uses each action by the digest of a commit, with its version as a comment', () => {
    const pinned = /^(?:\.\/\S+|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/
    expect([...text.matchAll(/uses: (.+)/g)].flatMap(([, used = '']) => (pinned.test(used) ? [] : used))).toEqual([])
  })

  test('puts no expression into a script: what it stands for would be run', () => {
    const document = Bun.YAML.parse(text) as { readonly runs?: Job; readonly jobs?: Workflow['jobs'] }
    const steps = [document.runs ?? [], Object.values(document.jobs ?? {})].flat().flatMap(stepsOf)
    expect(steps.some(({ run }) => run !== undefined)).toBe(true)
    expect(steps.filter(({ run }) => run?.includes('${{') === true)).toEqual([])
  })

  test('leaves no credentials where it checks out', () => {
    expect(text.match(/persist-credentials: false/g)?.length).toBe(text.match(/actions\/checkout@/g)?.length as number)
  })
})

test('the outputs of the action are those of its step', () => {
  const { outputs, runs } = Bun.YAML.parse(read('action.yml')) as any
  const outputOf = (name: string) => [name, { value: `\${{ steps.${runs.steps[0].id}.outputs.${name} }}` }] as const
  expect(outputs).toMatchObject(Object.fromEntries(Object.keys(outputs).map(outputOf)))
})

test('one action has one digest', () => {
  const used = FILES.flatMap((path) => [...read(path).matchAll(/uses: ([\w-]+\/[\w-]+)@(\w+)/g)])
  const digests = new Map<string, Set<string>>()
  for (const [, action = '', digest = ''] of used) digests.set(action, (digests.get(action) ?? new Set()).add(digest))
  expect(digests.size).toBeGreaterThan(3)
  expect([...digests].filter(([, found]) => found.size > 1)).toEqual([])
})

describe('the permissions', () => {
  test.each([CI, RELEASE])('of %s are none, but for what a job names', (path) => {
    expect(workflow(path).permissions).toEqual({})
    expect(Object.keys(workflow(path).on)).not.toContain('pull_request_target')
    expect(jobsOf(path).filter(({ job }) => job.permissions === undefined)).toEqual([])
  })

  test('to write are of one job each', () => {
    const written = OURS.flatMap(({ name, job }) =>
      Object.entries(job.permissions ?? {}).flatMap(([what, access]) =>
        access === 'read' ? [] : [`${name}: ${what}`],
      ),
    )
    expect(written).toEqual(['npm: id-token', 'image: packages', 'release: contents'])
  })

  test('and secrets are never where packages are installed, built or checked out', () => {
    const trusted = [...OURS, ...jobsOf(EXAMPLE)].filter(
      ({ job }) =>
        Object.values(job.permissions ?? {}).includes('write') || /secrets\.|github\.token/.test(JSON.stringify(job)),
    )
    expect(trusted.map(({ name }) => name)).toEqual(['npm', 'image', 'release', 'check'])
    const installs = /npm (?:ci|install|i|run|exec)\b|npx (?!--no)|bunx?\b|pip\b|curl\b/
    const risky = trusted.flatMap(({ job }) =>
      stepsOf(job).filter(({ run = '', uses = '' }) => installs.test(run) || /checkout|setup-bun/.test(uses)),
    )
    expect(risky).toEqual([])
  })
})

test('each job has a time-out', () => {
  const own = OURS.filter(({ job }) => job.uses === undefined)
  expect(own.filter(({ job }) => !(Number(job['timeout-minutes']) <= 60))).toEqual([])
})

test('nothing is published before the versions agree, the tests pass and the binaries start', () => {
  const before = (name: string): readonly string[] =>
    [release.jobs[name]?.needs ?? []].flat().flatMap((each) => [each, ...before(each)])
  for (const name of ['npm', 'image', 'release'])
    expect(before(name)).toEqual(expect.arrayContaining(['version', 'test', 'build', 'start']))
})

test('Renovate raises no engine, waits with each version, and pins exactly', () => {
  const { packageRules, rangeStrategy, minimumReleaseAge } = JSON.parse(read('renovate.json'))
  expect(packageRules).toContainEqual(expect.objectContaining({ matchDepTypes: ['engines'], enabled: false }))
  expect([rangeStrategy, minimumReleaseAge]).toEqual(['pin', '7 days'])
})

/** Writes down how it was called, and what it read as a password. */
const IMITATION = `#!/bin/sh
echo "$(basename "$0") $*" >> .calls
case "$*" in *--password-stdin*) cat >> .calls;; *--digestfile*) printf %s sha256:1 > digest;; esac
`

/** Runs a step as GitHub does, among these files, with imitations of the programs that would publish. */
function runs(job: string, name: RegExp, files: Readonly<Record<string, string>>, env: Record<string, string>) {
  using folder = temporaryFolder()
  const programs = Object.fromEntries(['npm', 'skopeo', 'gh'].map((program) => [`.bin/${program}`, IMITATION]))
  const all = { ...programs, ...files, '.calls': '', '.summary': '', 'notes.md': files['notes.md'] ?? '' }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true })
    writeFileSync(join(folder.path, path), text, { mode: 0o755 })
  }
  const script = release.jobs[job]?.steps?.find((step) => name.test(step.name ?? ''))?.run ?? 'exit 9'
  const { status, stdout } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd: folder.path,
    env: { PATH: `${join(folder.path, '.bin')}:${process.env['PATH']}`, GITHUB_STEP_SUMMARY: '.summary', ...env },
    encoding: 'utf8',
  })
  const [calls, summary, notes] = ['.calls', '.summary', 'notes.md'].map((path) =>
    readFileSync(join(folder.path, path), 'utf8').trim(),
  )
  return { status, stdout, calls: calls?.split('\n') ?? [], summary, notes }
}

const manifests = (version: string, locked = version, label = version) => ({
  'package.json': JSON.stringify({ version }),
  'package-lock.json': JSON.stringify({ version: locked }),
  Dockerfile: `FROM a\nLABEL org.opencontainers.image.title="x" \\\n  org.opencontainers.image.version="${label}"\n`,
})

describe.skipIf(!has('bash') || !has('jq'))('the comparison of versions', () => {
  const compare = (tag: string, files: Readonly<Record<string, string>>) =>
    runs('version', /one version/, files, { GITHUB_REF_NAME: tag })

  test('agrees with the files of this project', () => {
    const files = Object.fromEntries(
      ['package.json', 'package-lock.json', 'Dockerfile'].map((path) => [path, read(path)]),
    )
    expect(compare(`v${JSON.parse(read('package.json')).version}`, files)).toMatchObject({ status: 0, stdout: '' })
  })

  test.each(['v1.2.3', 'v1.2.3-rc.1'])('agrees to %s', (tag) => {
    expect(compare(tag, manifests(tag.slice(1)))).toMatchObject({ status: 0, stdout: '' })
  })

  test.each([
    ['package.json', manifests('1.2.4', '1.2.3', '1.2.3')],
    ['package-lock.json', manifests('1.2.3', '1.2.4')],
    ['Dockerfile', manifests('1.2.3', '1.2.3', '1.2.30')],
    ['Dockerfile', manifests('1.2.3', '1.2.3', '')],
  ])('names %s', (path, files) => {
    const { status, stdout } = compare('v1.2.3', files)
    expect([status, stdout.match(/file=[^:]+/g)]).toEqual([1, [`file=${path}`]])
  })

  test.each(['v1.2', '1.2.3', 'v1.2.3;x', 'v01.2.3 ', 'vnext', 'v1.2.3\n::error::'])('refuses the tag %j', (tag) => {
    const { status, stdout } = compare(tag, manifests(tag.slice(1)))
    expect([status, stdout]).toEqual([1, '::error::The tag is not "v" and a version, such as v1.2.3 or v1.2.3-rc.1.\n'])
  })
})

describe.skipIf(!has('bash') || !has('awk'))('the notes', () => {
  const notesOf = (changelog: string, tag = 'v1.2.3') =>
    runs(
      'version',
      /notes/,
      { 'CHANGELOG.md': `# Changelog\n\n## Unreleased\n\n- later\n\n${changelog}` },
      { GITHUB_REF_NAME: tag },
    )

  test.each(['## 1.2.3', '## [1.2.3]', '## 1.2.3 (2026-12-01)', '## 1.2.3 – a name'])(
    'are the section below %j',
    (heading) => {
      const { status, notes } = notesOf(`${heading}\n\n### Added\n\n- this\n\n## 1.2.2\n\n- before\n`)
      expect([status, notes]).toEqual([0, '### Added\n\n- this'])
    },
  )

  test.each(['', '## 1.2.3\n\n \n## 1.2.2\n\n- before\n', '## 1.2.30\n\n- other\n', '## 1x2.3\n\n- other\n'])(
    'are missed in %j',
    (changelog) => {
      expect(notesOf(changelog)).toMatchObject({ status: 1, stdout: expect.stringContaining('no section "## 1.2.3"') })
    },
  )
})

describe.skipIf(!has('bash') || !has('sha256sum'))('what publishes', () => {
  test.each([
    ['v1.2.3', 'latest'],
    ['v1.2.3-rc.1', 'next'],
  ])('sends %s to npm as %s', (tag, name) => {
    const { status, calls } = runs('npm', /npm/, {}, { GITHUB_REF_NAME: tag })
    const file = `./whatsapp-token-guard-${tag.slice(1)}.tgz`
    expect([status, calls]).toEqual([0, [`npm publish ${file} --ignore-scripts --access public --tag ${name}`]])
  })

  test.each([
    ['v1.20.3', ['1.20.3', '1.20']],
    ['v1.2.3-rc.1', ['1.2.3-rc.1']],
  ])('pushes the image of %s, and shows its digest', (tag, tags) => {
    const env = { GITHUB_REPOSITORY: 'Acme/Bot', GITHUB_ACTOR: 'ann', GH_TOKEN: 'the-token' }
    const { status, calls, stdout, summary } = runs('image', /ghcr/, {}, { GITHUB_REF_NAME: tag, ...env })
    const copied = calls.slice(2).map((call) => call.split(' ').at(-1))
    expect([status, copied]).toEqual([0, tags.map((each) => `docker://ghcr.io/acme/bot:${each}`)])
    // By standard input: every process of the machine sees the arguments.
    expect(calls.slice(0, 2)).toEqual(['skopeo login ghcr.io --username ann --password-stdin', 'the-token'])
    expect([stdout.trim(), summary]).toEqual(Array(2).fill(`ghcr.io/acme/bot:${tag.slice(1)}@sha256:1`))
  })

  const sum = createHash('sha256').update('a').digest('hex')
  const releaseOf = (tag: string, binary: string) => {
    const files = { 'notes.md': 'n', 'binaries/a': binary, 'binaries/SHA256SUMS': `${sum}  a\n` }
    return runs('release', /release/, files, { GITHUB_REF_NAME: tag, GITHUB_REPOSITORY: 'Acme/Bot' })
  }

  test.each([
    ['v1.2.3', ''],
    ['v1.2.3-rc.1', ' --prerelease'],
  ])('makes the release of %s with the binaries and their sums', (tag, kind) => {
    const title = `--repo Acme/Bot --verify-tag --title ${tag.slice(1)} --notes-file notes.md${kind}`
    const call = `gh release create ${tag} ${title} binaries/SHA256SUMS binaries/a`
    expect(releaseOf(tag, 'a')).toMatchObject({ status: 0, calls: [call] })
  })

  test('makes no release of a binary that has another sum', () => {
    expect(releaseOf('v1.2.3', 'b')).toMatchObject({ status: 1, calls: [''] })
  })
})
