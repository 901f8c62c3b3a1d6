import { createRequire } from 'node:module'

/** Loads a package when it is needed, and at once: what a start most often does without. */
export const loadLate = createRequire(import.meta.url)
