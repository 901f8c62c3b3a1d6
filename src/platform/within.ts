/** Waits for an end, forces it when the time is over, and does not wait for ever even then. */
export async function within(done: Promise<void>, graceMs: number, force: () => unknown): Promise<void> {
  const timer = setTimeout(force, graceMs)
  const cut = new Promise<void>((resolve) => setTimeout(resolve, graceMs + 100).unref())
  await Promise.race([done, cut])
  clearTimeout(timer)
}
