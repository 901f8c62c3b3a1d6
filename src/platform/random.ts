/** In [0, 1). Passed in everywhere, so that tests decide. */
export const random: () => number = Math.random
