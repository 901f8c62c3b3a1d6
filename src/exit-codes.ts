/** The exit codes, as sysexits.h numbers them. */
export const EXIT = {
  ok: 0,
  unwell: 1,
  usage: 64,
  message: 65,
  software: 70,
  os: 71,
  temporary: 75,
  refused: 77,
  config: 78,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** What each means, whatever the command. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'All is well: the token is verified (warnings included), a message was accepted, or what was asked for is done.',
  unwell: 'Something is not well, but the token was not refused.',
  usage: 'The command line is wrong, or there is no terminal to ask on and --yes is not given.',
  message: 'The recipient or the message was rejected. The token is not the cause.',
  software: 'This program has a defect. The log line "defect" describes it.',
  os: 'The operating system refuses something: a port that is taken or not allowed, or a file that cannot be written.',
  temporary:
    'There is no verdict: Graph was not reached within the time, failed, throttled or answered nonsense. Trying again may help.',
  refused: 'Graph answered, and the token breaks the policy.',
  config:
    "The configuration is wrong (the token's own text included), or Graph refuses the one who asks. Trying again does not help.",
}
