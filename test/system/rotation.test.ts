import { expect, test } from 'bun:test'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startGraph, without, type Graph } from '../process/graph.ts'
import { forEachRuntime, temporaryFolder } from '../process/harness.ts'
import { inEnvFile, isValid, madeBy, rotate } from '../process/rotation.ts'
import { asOtherUser, fill, isRoot, mounted, MOUNTS, NOBODY, REFUSED, sh, USERS } from './rotations.ts'

/** Files, folders and disks on which `rotate` must grant no further right, and lose no token. */

/** Owner, group, mode and ACL of a file. */
const rightsIn = (folder: string) =>
  sh(`ls -ldn --time-style=+ . .env && (getfacl -cpn . .env 2>/dev/null || true)`, folder)

forEachRuntime((runtime) => {
  for (const { what, isPossible, options, prepare, reason, as, undo } of REFUSED)
    test.skipIf(!isPossible)(
      `rotate does not begin with ${what}, asks Graph for nothing and changes nothing`,
      async () => {
        using folder = temporaryFolder()
        chmodSync(folder.path, 0o755)
        using _ = options === undefined ? null : mounted(folder.path, options)
        await using graph = startGraph()
        const file = inEnvFile(graph, folder.path)
        prepare(file.path, folder.path)
        const before = [rightsIn(folder.path), readdirSync(folder.path)]
        const ended = await rotate(as?.(runtime) ?? runtime, ['--yes'], file.env, folder.path)
        const after = [rightsIn(folder.path), readdirSync(folder.path)]
        if (undo !== undefined) sh(undo, folder.path)
        expect([ended.code, ended.stderr]).toEqual([71, expect.stringContaining(reason)])
        expect(ended.stderr).toContain('--print')
        expect([madeBy(graph), file.token(), file.isWhole(), after]).toEqual([0, file.old, true, before])
      },
    )

  test.skipIf(!MOUNTS)('rotate puts the token into its room on a disk that is full when Graph answers', async () => {
    using folder = temporaryFolder()
    using _ = mounted(folder.path, 'size=256k')
    await using graph: Graph = startGraph('permanent', {
      before: (path) => {
        if (path.endsWith('/access_tokens')) fill(folder.path)
        return undefined
      },
    })
    const file = inEnvFile(graph, folder.path)
    const ended = await rotate(runtime, ['--yes'], file.env, folder.path)
    expect([ended.code, madeBy(graph), file.isWhole(), file.token() === file.old]).toEqual([0, 1, true, false])
    expect(await isValid(graph, file.token())).toBe(true)
    expect(readdirSync(folder.path).toSorted()).toEqual(['.env', 'filler'])
  })

  test.skipIf(!MOUNTS)('rotate follows a link to another file system, and leaves the link', async () => {
    using folder = temporaryFolder()
    const other = join(folder.path, 'other')
    mkdirSync(other)
    using _ = mounted(other, 'size=64k')
    await using graph = startGraph()
    const file = inEnvFile(graph, other)
    symlinkSync(file.path, join(folder.path, '.env'))
    expect((await rotate(runtime, ['--yes'], file.env, folder.path)).code).toBe(0)
    expect([readlinkSync(join(folder.path, '.env')), file.isWhole()]).toEqual([file.path, true])
    expect([await isValid(graph, file.token()), file.token() === file.old]).toEqual([true, false])
    expect([readdirSync(other), readdirSync(folder.path).toSorted()]).toEqual([['.env'], ['.env', 'other']])
  })

  test('rotate does not begin with a link to nothing', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph()
    symlinkSync(join(folder.path, 'nothing'), join(folder.path, 'token'))
    const env = { ...without(graph.env, 'WHATSAPP_TOKEN'), WHATSAPP_TOKEN_FILE: 'token' }
    expect((await rotate(runtime, ['--yes'], env, folder.path)).code).toBe(78)
    expect([graph.asked, readdirSync(folder.path)]).toEqual([[], ['token']])
  })

  for (const mode of [0o640, 0o6640, 0o400])
    test.skipIf(!isRoot)(`rotate as root keeps the owner, the group and the mode ${mode.toString(8)}`, async () => {
      using folder = temporaryFolder()
      // New files would be of the folder's group.
      chmodSync(folder.path, 0o2755)
      await using graph = startGraph()
      const file = inEnvFile(graph, folder.path)
      chownSync(file.path, NOBODY, 4)
      chmodSync(file.path, mode)
      expect((await rotate(runtime, ['--yes'], file.env, folder.path)).code).toBe(0)
      const { uid, gid, mode: now } = statSync(file.path)
      expect([uid, gid, now & 0o7777, file.token() === file.old]).toEqual([NOBODY, 4, mode, false])
    })

  test.skipIf(!USERS)('rotate does not trust a token that another user has put next to the file', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph()
    const file = inEnvFile(graph, folder.path)
    chmodSync(folder.path, 0o1777)
    chownSync(file.path, NOBODY, NOBODY)
    writeFileSync(file.staged, readFileSync(file.path, 'utf8').replace(file.old, await graph.issue()))
    chownSync(file.staged, 12_345, 12_345)
    const made = madeBy(graph)
    const ended = await rotate(asOtherUser(runtime), ['--yes'], file.env, folder.path)
    expect([ended.code, ended.stderr]).toEqual([71, expect.stringContaining('of another user (uid 12345)')])
    expect([madeBy(graph), file.token(), readdirSync(folder.path).length]).toEqual([made, file.old, 2])
  })
})
