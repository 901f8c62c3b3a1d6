import { createInterface } from 'node:readline/promises'

/** Asks on the terminal. Only `y` and `yes` are a yes; no answer, and Ctrl-C or Ctrl-D, are a no. */
export async function confirm(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const left = new Promise<string>((resolve) => lines.once('close', () => resolve('')))
  lines.once('SIGINT', () => lines.close())
  const answer = await Promise.race([lines.question(`${question} [y/N] `).catch(() => ''), left])
  lines.close()
  return /^y(es)?$/i.test(answer.trim())
}

/** Whether there is a person to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}
