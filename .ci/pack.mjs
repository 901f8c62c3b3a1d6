// Packs what is published: the bundle, with a manifest of its own, since what is bundled need not be installed once more.
// Usage: node .ci/pack.mjs [FOLDER], after a build. Prints the tarball's path.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { EXTERNAL, PEERS } from './bundled.mjs'

if (!existsSync('dist/types')) {
  console.error('There is nothing to pack: dist is not built. Run `npm run build` first, in the root of the project.')
  process.exit(1)
}
const destination = resolve(process.argv[2] ?? 'out')
const staged = join(destination, 'package')
const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const { dependencies, devDependencies } = manifest
const optionalPeers = ['hono', ...PEERS]
const published = {
  ...manifest,
  scripts: undefined,
  devDependencies: undefined,
  allowScripts: undefined,
  dependencies: Object.fromEntries(EXTERNAL.map((name) => [name, dependencies[name]])),
  // Who mounts the guard into an application of Hono has hono, for its types; who has a fleet has PostgreSQL's client.
  peerDependencies: Object.fromEntries(
    optionalPeers.map((name) => [name, `^${dependencies[name] ?? devDependencies[name]}`]),
  ),
  peerDependenciesMeta: Object.fromEntries(optionalPeers.map((name) => [name, { optional: true }])),
}
rmSync(staged, { recursive: true, force: true })
mkdirSync(staged, { recursive: true })
for (const path of ['README.md', 'LICENSE', ...manifest.files.filter((file) => !file.startsWith('!'))])
  cpSync(path, join(staged, path), { recursive: true })
writeFileSync(join(staged, 'package.json'), `${JSON.stringify(published, null, 2)}\n`)
const packed = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', destination], {
  cwd: staged,
  encoding: 'utf8',
})
console.log(join(destination, packed.trim()))
