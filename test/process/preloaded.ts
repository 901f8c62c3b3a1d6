import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './harness.ts'

const ROOT = new URL('../..', import.meta.url).pathname.replace(/\/$/, '')

/** A project whose `app.mjs` is a backend, with the built package among its modules. */
export function projectOf(app: string): ReturnType<typeof temporaryFolder> {
  const folder = temporaryFolder()
  mkdirSync(join(folder.path, 'node_modules'))
  symlinkSync(ROOT, join(folder.path, 'node_modules/whatsapp-token-guard'))
  writeFileSync(join(folder.path, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder.path, 'app.mjs'), app)
  return folder
}
