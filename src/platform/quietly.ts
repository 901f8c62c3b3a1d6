/** For what may fail without harm. Whether it did not. */
export function quietly(work: () => void): boolean {
  try {
    work()
    return true
  } catch {
    return false
  }
}
