export type Colour = 'green' | 'red' | 'yellow' | 'bold' | 'dim'

/** Colours a text, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string

/** How a report is laid out. */
export type Style = { readonly paint: Paint; readonly width: number }

const WIDTH_MIN = 60
/** Wider text is hard to read. */
const WIDTH_MAX = 100

/** The style of a stream: its colours, and as wide as its terminal within reason. */
export function styleOf(stream: { readonly hasColours: boolean; readonly columns: number | null }): Style {
  const width = Math.max(WIDTH_MIN, Math.min(stream.columns ?? WIDTH_MAX, WIDTH_MAX))
  return { paint: painter(stream.hasColours), width }
}

export function painter(hasColours: boolean): Paint {
  return (colour, text) =>
    hasColours ? process.getBuiltinModule('node:util').styleText(colour, text, { validateStream: false }) : text
}

/** Breaks a text at blanks. Words longer than the width stay whole, so that they can be copied. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** As much of a text as fits into one line. */
export function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1).trimEnd()}…`
}

/** A label and a text next to it, wrapped under itself. */
export function labelled(label: string, text: string, indent: number, labelWidth: number, width: number): string {
  const margin = ' '.repeat(indent + labelWidth)
  const [first = '', ...rest] = wrap(text, width - margin.length)
  return [' '.repeat(indent) + label.padEnd(labelWidth) + first, ...rest.map((line) => margin + line)].join('\n')
}
