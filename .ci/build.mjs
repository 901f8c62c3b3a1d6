// Bundles src/ into dist/: a start reads a dozen files in place of six hundred. The declarations are tsc's.
import { build } from 'esbuild'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { EXTERNAL, PEERS } from './bundled.mjs'

/** What pino writes by itself and in threads: our lines go by platform/output.ts, and a start would read them in vain. */
const unused = {
  name: 'unused',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^(?:sonic-boom|thread-stream|worker_threads|\.\/(?:lib\/)?transport)$/ }, () => ({
      path: resolve('.ci/unused.cjs'),
    })),
}

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  outdir: 'dist',
  legalComments: 'none',
  logLevel: 'warning',
}

rmSync('dist', { recursive: true, force: true })
const { metafile } = await build({
  ...shared,
  entryPoints: { cli: 'src/cli.ts', boot: 'src/boot.ts', index: 'src/index.ts', fleet: 'src/library/fleet.ts' },
  format: 'esm',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  external: [...EXTERNAL, ...PEERS],
  plugins: [unused],
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  // CommonJS in an ES module asks for `require`.
  banner: {
    js: "// @bun\nimport { createRequire as $require } from 'node:module'\nconst require = $require(import.meta.url)",
  },
})
await build({ ...shared, entryPoints: ['src/boot-required.cts'], format: 'cjs', outExtension: { '.js': '.cjs' } })

const packages = [
  ...new Set(
    Object.keys(metafile.inputs).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []),
  ),
]
const notices = packages.sort().map((name) => {
  const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'))
  const file = ['LICENSE', 'license', 'LICENSE.md'].find((each) => existsSync(`node_modules/${name}/${each}`))
  if (file === undefined) throw new Error(`${name} has no licence file`)
  return `${name} ${version} (${license})\n\n${readFileSync(`node_modules/${name}/${file}`, 'utf8').trim()}\n`
})
writeFileSync('dist/THIRD-PARTY-LICENSES', notices.join(`\n${'-'.repeat(80)}\n\n`))
