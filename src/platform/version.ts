import { readFileSync } from 'node:fs'
import * as z from 'zod'

/** From package.json, which lies one folder above `src` and above `dist`. */
export const VERSION: string = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))).version

export const NAME = 'whatsapp-token-guard'
