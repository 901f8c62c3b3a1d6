/** What `--help` and docs/reference.md say of each command: in one line, and after it. */
export const COMMANDS = {
  serve: {
    summary: 'verify the token, then answer /health/token; refuse to start on a bad one',
    more: 'Boot asks Graph until it has a definite answer, for at most TOKEN_GUARD_BOOT_TIMEOUT. Nothing listens before the token has passed. Then the service answers its routes from memory, verifies the token at each TOKEN_GUARD_CHECK_INTERVAL, logs every change, and follows the files that hold the secrets. It logs to standard output.',
  },
  check: {
    summary: 'verify the token once, report, and exit with the verdict',
    more: 'It waits for an answer as patiently as boot does. A warning is exit 0. With --json it prints the document that docs/schemas/check.json describes: identifiers are in it, secrets never.',
  },
  run: {
    summary: 'verify the token, then start CMD; watch while it runs, and end with its code',
    more: "CMD starts only when the token has passed. Its arguments, its streams and its environment are its own, except for the guard's own secrets (TOKEN_GUARD_OPERATOR_TOKEN, TOKEN_GUARD_ALERT_URL, TOKEN_GUARD_ALERT_SECRET, TOKEN_GUARD_HEARTBEAT_URL and their _FILE forms), which are taken out. On Node CMD does not get what the guard reads from .env. On Bun it does: Bun itself loads .env into the environment before the guard begins.\n\nThe guard logs to standard error, and opens a port only where TOKEN_GUARD_PORT is set. It passes signals on to CMD. While CMD runs, a refused token is logged and CMD goes on, unless --on-refused=stop. After the token was changed, CMD still has the old one until it is restarted, unless it reads WHATSAPP_TOKEN_FILE by itself.\n\nCMD gets TOKEN_GUARD_REPORT_URL: an address on this machine. When it POSTs there what Graph answered to it (or a webhook body of Meta's), the token is verified soon.",
  },
  doctor: {
    summary: 'walk the setup guide, the production checklist and the way to Graph',
    more: "Each item is verified, failed (with its remedy), or left to a person. It also looks for tokens in the tree and in git's history, and shows where the token in use came from.",
  },
  probe: {
    summary: 'ask the guard that runs on this machine: for HEALTHCHECK and exec probes',
    more: 'It asks /health/live, or another route by an option, at the port that serve would listen at. It is for HEALTHCHECK and exec probes in images without curl. It needs no token, and opens no FIFO.',
  },
  'send-test': {
    summary: "send the guide's test message, and explain Graph's answer",
    more: 'It asks before it sends. Accepted is not delivered: some failures come later, by webhook only.',
  },
  'alert-test': {
    summary: 'send one test alert to each receiver, and show what it answers',
    more: 'The test goes the way of a real alert to each address of TOKEN_GUARD_ALERT_URL. PagerDuty gets an incident and its end. No part of an address shows but its host. Graph is not asked. Without a token, set TOKEN_GUARD_MODE=off for it.',
  },
  rotate: {
    summary: 'get a fresh token from Graph, verify it, and put it in place of the old one',
    more: 'The new token is verified as a start would verify it before it replaces the old one in its file. What refuses the old one too refuses no new one. The old token is never revoked. This was never tried on the real Graph.\n\nA timer runs `rotate --if-due` daily. Two runs at once make one token: the second waits, and looks again. A --hook gets the new token on its standard input and nowhere else. After 60 s it is ended with all that it has started. One that fails is owed: the next `rotate --if-due --hook` runs it first, and makes no other token. docs/rotation.md has the details.',
  },
  fleet: {
    summary: 'verify the tokens of many customers, with any number of workers, on PostgreSQL',
    more: 'The tokens stay in your own tables: two queries find them. docs/fleet.md has the details.',
  },
  'fleet serve': {
    summary: 'one worker and the routes of the fleet; run as many as you like, all are equal',
    more: 'It verifies each token of the list at each TOKEN_GUARD_FLEET_INTERVAL, and answers /health/fleet, /fleet and /metrics. A refused token never ends it. It needs the package pg, and the tables that `fleet migrate` makes.',
  },
  'fleet migrate': {
    summary: "make the fleet's tables, or bring them up to this version",
    more: 'They are in the schema token_guard of TOKEN_GUARD_FLEET_DATABASE. It may run again at any time, also while workers run. No token is in the tables.',
  },
  'fleet check': {
    summary: 'verify one token of the fleet now, and report',
    more: 'What Graph says is written into the tables, as a worker would write it.',
  },
  'fleet status': {
    summary: 'count the tokens by status and finding, and show how late the checks are',
    more: 'It reads the tables alone, and asks nothing of Graph.',
  },
  'fleet demo': {
    summary: 'the sandbox with 200 tokens, an embedded database, and the fleet over both, in one command',
    more: 'It needs no account, no network and no PostgreSQL, but the package @electric-sql/pglite. It prints what to open, and the curl lines that kill tokens and make Graph fail.',
  },
  sandbox: {
    summary: 'an imitation of Graph for trying all this without an account',
    more: 'On a terminal it prints its token and ids as variables, ready to paste; in a pipe, as one JSON line (sandbox.listening). PUT /__sandbox/scenario/NAME changes what it plays. docs/sandbox.md says what it imitates.',
  },
  demo: {
    summary: 'the sandbox and the service against it, in one command',
    more: 'It needs no account and no network, and checks every 2 seconds. It prints what to open, and the curl line that makes the token drift.',
  },
} as const

export type CommandName = keyof typeof COMMANDS
