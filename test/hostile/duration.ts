/** `TEST_LONG=1` asks for the long forms. */
const isLong = process.env['TEST_LONG'] === '1'

/** What a test does in its short form, which belongs to every run, and in its long one. */
export function shortOrLong<T>(short: T, long: T): T {
  return isLong ? long : short
}

/** A figure for whoever reads the run. */
export function logFigure(figure: string): void {
  process.stderr.write(`  # ${figure}\n`)
}
