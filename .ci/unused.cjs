module.exports = class {
  constructor() {
    throw new Error('left out of the bundle (.ci/build.mjs)')
  }
}
