import type { Drift } from '../verification/drift.ts'

/** PURE. What changed in Graph's answers since the last message: what is as it was before is left out. */
export function addDrifts(before: readonly Drift[], further: readonly Drift[]): readonly Drift[] {
  return further.reduce(addDrift, before)
}

function addDrift(drifts: readonly Drift[], drift: Drift): readonly Drift[] {
  const isSame = ({ field, phoneNumberId }: Drift) => field === drift.field && phoneNumberId === drift.phoneNumberId
  const earlier = drifts.find(isSame)
  const others = drifts.filter((each) => !isSame(each))
  const merged = { ...drift, before: (earlier ?? drift).before }
  return JSON.stringify(merged.before) === JSON.stringify(merged.after) ? others : [...others, merged]
}
