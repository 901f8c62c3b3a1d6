/** sysexits.h, as the documentation promises them. */
export const EXIT = {
  ok: 0,
  /** `probe`: the guard is not well, or does not answer. `doctor`: the token is well, something else is not. */
  unwell: 1,
  /** The command line is wrong. */
  usage: 64,
  /** `send-test`: the recipient or the message was rejected. */
  message: 65,
  /** A defect of this program. */
  software: 70,
  /** The system refuses: a port that is taken. */
  os: 71,
  /** Not verified in time; trying again may help. */
  temporary: 75,
  /** Graph answered, and the token breaks the policy. */
  refused: 77,
  /** The configuration is wrong, or Graph refuses the asker; trying again does not help. */
  config: 78,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
