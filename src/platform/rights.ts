import { runProgram } from './program.ts'

/**
 * The rights of a file besides its mode. No runtime reads them: `ls` and `getfacl` are asked, which hold what the system
 * says. In an image without both nothing is known.
 */
export type Rights = {
  /** Whether it has an access control list. The group's bits of its mode are then the list's mask. */
  readonly acl: 'none' | 'some' | 'unknown'
  /** The label of SELinux or Smack; empty where there is none, or where it is not known. */
  readonly label: string
}

const UNKNOWN: Rights = { acl: 'unknown', label: '' }
const BOUNDS = { timeoutMs: 5_000, maxBytes: 64 * 1024 }

/** Never throws. `path` is absolute. */
export async function rightsOf(path: string, searchPath: string | undefined): Promise<Rights> {
  if (process.platform === 'win32') return { acl: 'none', label: '' }
  // Nothing else of the environment: it holds secrets.
  const run = { cwd: '/', env: { PATH: searchPath, LC_ALL: 'C' }, ...BOUNDS }
  const said = async (program: string, args: readonly string[]) => {
    const ended = await runProgram(program, [...args, path], run)
    return ended.kind === 'ended' && ended.code === 0 ? ended.stdout : null
  }
  if (process.platform !== 'linux') return readBsdList(await said('ls', ['-lden', '--']))
  // The long option is there to be refused: an `ls` that does not know it, as BusyBox's, does not know of lists either.
  const listed = readList(await said('ls', ['-ldnZ', '--time-style=long-iso', '--']))
  return listed ?? readGetfacl(await said('getfacl', ['-cpn', '--']))
}

/** PURE. `-rw-r-----+ 1 1000 1000 system_u:object_r:etc_t:s0 512 …`; `null` where it is not that. */
export function readList(text: string | null): Rights | null {
  const [, mark, label = ''] = /^[-a-z](?:[-rwxsStT]{9})([ .+?]) *\d+ +\d+ +\d+ +(\S+) /.exec(text ?? '') ?? []
  if (mark === undefined || mark === '?') return null
  return { acl: mark === '+' ? 'some' : 'none', label: label === '?' ? '' : label }
}

/** PURE. A list that says more than the mode has a mask. */
export function readGetfacl(text: string | null): Rights {
  if (text === null || !/^user::/m.test(text)) return UNKNOWN
  return { acl: /^mask::/m.test(text) ? 'some' : 'none', label: '' }
}

/** PURE. macOS marks other attributes before the list, and shows the list's entries in lines of their own (`-e`). */
export function readBsdList(text: string | null): Rights {
  const mark = /^[-a-z](?:[-rwxsStT]{9})([ +@])/.exec(text ?? '')?.[1]
  if (mark === undefined) return UNKNOWN
  return { acl: mark === '+' || /^ 0: /m.test(text ?? '') ? 'some' : 'none', label: '' }
}
