/** In [0, 1). Passed in everywhere, so that tests decide. */
export const random: () => number = Math.random

/** So many bytes that no one guesses, in hex. */
export function randomHex(bytes: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex')
}
