import { isMountPoint } from '../platform/mounts.ts'
import { demandWritableFolder, isImmutable, keptOf, thisUser, type Replaceable } from '../platform/replace-file.ts'
import { rightsOf } from '../platform/rights.ts'
import type { Sight } from './obstacles.ts'

/** Looks at the file and its folder, and writes nothing. `searchPath`: where the programs of the machine are. */
export async function see(
  files: Replaceable,
  searchPath: string | undefined,
  attempt: <T>(work: () => T) => T,
): Promise<Sight> {
  const { path, folder } = files
  const isFixed = attempt(() => isImmutable(files))
  attempt(() => demandWritableFolder(files))
  const { mode, owner, names } = attempt(() => keptOf(path))
  return {
    path,
    folder,
    mode,
    owner,
    names,
    self: thisUser(),
    rights: await rightsOf(path, searchPath),
    isMounted: isMountPoint(path),
    isImmutable: isFixed,
  }
}
