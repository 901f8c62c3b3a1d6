import type { TextFile } from '../platform/files.ts'
import type { PipeToRead } from '../platform/pipes.ts'

/** A FIFO that is to be read, and who names it. */
export type NamedPipe = PipeToRead & {
  /** The variable's name, the option's, or the file's own (`.env`). */
  readonly name: string
  /** The path as it may be shown; `null` where the name is the file's own. */
  readonly named: string | null
}

/** What is expected of a file; of a FIFO that came too late, what is expected of its writer. */
export function expectedOf(file: TextFile, otherwise: string): string {
  if (file.ok || (file.pipe !== 'silent' && file.pipe !== 'unended')) return otherwise
  return 'its text within that time: start the program that writes it, and give the permission that it may ask for'
}
