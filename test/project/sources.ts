import { readdirSync, readFileSync } from 'node:fs'

export const ROOT = new URL('../../', import.meta.url).pathname

/** One of our files, with its path from the top. */
export type Source = { readonly path: string; readonly text: string; readonly isTest: boolean }

export function sourcesUnder(folder: string): readonly Source[] {
  return readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
    .map((path) => `${folder}/${path}`)
    .toSorted()
    .map((path) => ({
      path,
      text: readFileSync(`${ROOT}${path}`, 'utf8'),
      isTest: folder === 'test' || /\.(test|fake)\.ts$/.test(path),
    }))
}
