/** What `--help` says of each command's exit codes. */

export const GUARD = `Exit codes:
  0   verified; or serve was stopped after it had begun to listen
  64  the command line is wrong
  70  a defect of this program
  71  the system refuses: a port that is taken
  75  not verified within the boot time: trying again may help
  77  refused: Graph answered, and the token breaks the policy
  78  the configuration is wrong, or Graph refuses the one who asks`

export const DOCTOR = GUARD.replace('\n  64', '\n  1   the token is well, another item failed\n  64')

export const SEND_TEST = `Exit codes:
  0   accepted, which is not delivered yet
  1   you said no
  64  the command line is wrong, or there is no terminal to ask on and no --yes
  65  the recipient or the message was rejected
  75  throttled, an outage, or no answer: trying again may help
  77  the token, a permission, the account or the number
  78  the configuration is wrong, or no sending number is known`

export const ROTATE = `Exit codes:
  0   done
  1   you said no
  64  the command line is wrong, or there is no terminal to ask on and no --yes
  71  the token's file cannot be written
  75  no answer from Graph: trying again may help
  77  the old token is dead, or the new one is refused
  78  no app secret, or the token stands in no file and --print is not given`

export const RUN = `${GUARD}

Once CMD is started: its own code.
  126    CMD cannot be executed
  127    CMD was not found
  128+n  CMD ended by signal n`

export const PROBE = `Exit codes:
  0   it answers 200
  1   anything else: for container engines there is nothing between`
