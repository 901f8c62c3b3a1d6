import { escapeControls } from '../config/quoting.ts'
import { placeText } from '../report/token-source.ts'
import { KNOWN_FILE, type Hit, type Keeping, type Search, type Storage } from './observations.ts'
import { item, type Head, type Item } from './item.ts'

/** PURE. Whether the token is kept as the guide demands: stored securely, not in git, and no other lies around. */

const head = (id: string, title: string): Head => ({ id, group: 'checklist', step: 5, title })

const REPLACE =
  'Whoever can read the repository has it. Generate a new token (guide, step 4), put it into service, and revoke the old one'
const SHOWN_MAX = 5

export function keepingItems(storage: Storage): readonly Item[] {
  return [
    ...storage.keepings.flatMap((keeping) => keepingRows(keeping, storage)),
    ...noFile(storage),
    treeItem(storage),
    historyItem(storage),
  ]
}

function noFile({ keepings, source }: Storage): readonly Item[] {
  if (keepings.length > 0) return []
  const where =
    source === null
      ? 'no token is set, and there is no .env'
      : `the token comes from ${placeText(source.from)}, from no file here`
  return [item(head('storage.file', 'token file'), 'skipped', where)]
}

/** What is asked of a file that holds the token: each row an item. */
type Row = {
  readonly id: string
  readonly title: string
  readonly judge: (
    keeping: Keeping,
    git: Exclude<Keeping['git'], null | 'unanswered'>,
  ) => readonly [Item['status'], string, string?]
}

const GIT_ROWS: readonly Row[] = [
  {
    id: 'storage.ignored',
    title: 'ignored by git',
    judge: ({ file }, { isIgnored }) =>
      isIgnored
        ? ['ok', `git ignores ${file}`]
        : ['failed', `git does not ignore ${file}`, `Add a line with ${file} to .gitignore.`],
  },
  {
    id: 'storage.untracked',
    title: 'untracked',
    judge: ({ file }, { isTracked }) =>
      isTracked
        ? ['failed', `git tracks ${file}`, `git rm --cached -- ${file}, and commit that. ${REPLACE}.`]
        : ['ok', `${file} is not in the index`],
  },
  {
    id: 'storage.unhistoric',
    title: 'not in history',
    judge: ({ file }, { commit }) =>
      commit === null
        ? ['ok', `no commit ever held ${file}`]
        : [
            'failed',
            `the commit ${commit} touches ${file}`,
            `${REPLACE}; then take the file out of the history (git filter-repo --invert-paths --path ${file}), since removing it in a new commit leaves it in the old ones.`,
          ],
  },
]

function keepingRows(keeping: Keeping, { noRepository }: Storage): readonly Item[] {
  const { file, git, permissions } = keeping
  const rows = GIT_ROWS.map(({ id, title, judge }) => {
    if (git === null) return item(head(id, title), 'skipped', noRepository ?? `${file} lies outside the repository`)
    if (git === 'unanswered')
      return item(
        head(id, title),
        'warned',
        `git gave no answer about ${file}`,
        'Run git status here, and see what it says.',
      )
    const [status, detail, remedy] = judge(keeping, git)
    return item(head(id, title), status, detail, remedy ?? null)
  })
  return [...rows, permissionsItem(file, permissions)]
}

const OTHERS = 0o077

function permissionsItem(file: string, permissions: number | null): Item {
  const place = head('storage.permissions', 'readable by')
  if (permissions === null) return item(place, 'skipped', `${file}: this system shows no permissions`)
  const shown = permissions.toString(8).padStart(3, '0')
  if ((permissions & OTHERS) === 0) return item(place, 'ok', `its owner alone (${shown})`)
  return item(place, 'failed', `${file} is open to others than its owner (${shown})`, `chmod 600 ${file}`)
}

function treeItem(storage: Storage): Item {
  const { tree } = storage
  const place = head('storage.tree', 'tokens in files')
  const searched = `${tree.files} files searched${tree.cut === null ? '' : ` (${tree.cut})`}${passedOver(tree)}`
  if (tree.hits.length === 0 && tree.cut !== null)
    return item(place, 'warned', `none: ${searched}`, 'Search the rest with a secret scanner, such as gitleaks.')
  if (tree.hits.length === 0) return item(place, 'ok', `none lies around: ${searched}`)
  const isInGit = tree.hits.some(({ where }) => where !== 'ignored')
  return item(
    place,
    isInGit ? 'failed' : 'warned',
    `${places(tree.hits, storage)}; ${searched}`,
    isInGit
      ? `Take it out of these files. ${REPLACE} where one was ever committed or shared.`
      : 'A second token that lies around is not watched: delete it, and revoke it where it still lives.',
  )
}

function historyItem(storage: Storage): Item {
  const { history, noRepository } = storage
  const place = head('storage.history', 'tokens in history')
  if (history === null) return item(place, 'skipped', noRepository ?? 'there is none')
  const searched = `searched ${amount(history)} of history${history.cut === null ? '' : `, ${history.cut}: what is older is not known`}${passedOver(history)}`
  if (history.hits.length > 0)
    return item(
      place,
      'failed',
      `${places(history.hits, storage)}; ${searched}`,
      `${REPLACE}; then take it out of the history (git filter-repo --replace-text) and let everybody clone again. Where it must stay and is dead: a line with its fingerprint in ${KNOWN_FILE}.`,
    )
  return item(
    place,
    history.cut === null ? 'ok' : 'warned',
    `none: ${searched}`,
    history.cut === null ? null : 'Search the rest with a secret scanner that has the time, such as gitleaks.',
  )
}

function passedOver({ known }: Search): string {
  return known === 0 ? '' : `; ${known} known passed over (${KNOWN_FILE})`
}

function amount({ bytes }: Search): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${Math.round(bytes / 1_000_000)} MB`
}

/** `a token (fingerprint 0123456789ab, the one in use) at file:line in commit abc1234`. */
function places(hits: readonly Hit[], { source }: Storage): string {
  const shown = hits.slice(0, SHOWN_MAX).map((hit) => {
    const article = hit.kind === 'token' ? 'a token' : "an app's token"
    const use = hit.fingerprint === source?.fingerprint ? ', the one in use' : ''
    const commit = hit.commit === null ? '' : ` in commit ${hit.commit}`
    const git = hit.where === 'ignored' ? ' (ignored by git)' : hit.where === 'untracked' ? ' (not committed yet)' : ''
    return `${article} (fingerprint ${hit.fingerprint}${use}) at ${escapeControls(hit.file)}:${hit.line}${commit}${git}`
  })
  const more = hits.length > SHOWN_MAX ? `, and ${hits.length - SHOWN_MAX} more` : ''
  return `${shown.join('; ')}${more}`
}
