// After an installation: builds, so that what is started was built. Without the tools (--omit=dev) it leaves all as it is.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const tools = ['esbuild', 'typescript'].every((name) => existsSync(new URL(`../node_modules/${name}`, import.meta.url)))
if (tools && existsSync(new URL('../src', import.meta.url))) {
  const steps = [['.ci/build.mjs'], ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']]
  for (const args of steps) {
    const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
    if (status !== 0) process.exit(status ?? 1)
  }
}
