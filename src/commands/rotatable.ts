import { bearerOf } from '../assembly/assemble.ts'
import { EXIT } from '../exit-codes.ts'
import { Target } from '../rotation/target.ts'
import { EndedEarly } from './succession.ts'
import type { Context, Setup } from './setup.ts'

/** The app that can ask for a successor. Throws EndedEarly. */
export function appOf({ config }: Setup) {
  const bearer = bearerOf(config)
  if (config.mode === 'off')
    throw new EndedEarly(EXIT.config, 'TOKEN_GUARD_MODE is off, under which Graph is asked nothing: set it to enforce.')
  if (config.expiry === 'temporary')
    throw new EndedEarly(
      EXIT.config,
      'TOKEN_GUARD_EXPIRY is temporary: such a token has no successor. Generate one for a system user (guide, step 4), and set never or rotate.',
    )
  if (config.appId === null || bearer.appSecret === null)
    throw new EndedEarly(
      EXIT.config,
      'A rotation needs META_APP_ID and META_APP_SECRET: set both (App settings → Basic).',
    )
  if (config.token === null) throw new EndedEarly(EXIT.config, 'There is no token to rotate: set WHATSAPP_TOKEN.')
  return { id: config.appId, bearer: { token: bearer.token, appSecret: bearer.appSecret } }
}

/** The file that the token is in. Throws EndedEarly where it is in none, and TargetError. */
export function targetOf({ origins }: Setup, before: string, { env }: Context): Target {
  const origin = origins.get('WHATSAPP_TOKEN')
  if (origin?.path === undefined && origin?.file === undefined)
    throw new EndedEarly(
      EXIT.config,
      'The token is in the environment, where nothing can be written. Put it into .env or into the file of WHATSAPP_TOKEN_FILE, or let --print show the new one.',
    )
  if (origin.isPipe === true)
    throw new EndedEarly(
      EXIT.config,
      'The token comes from a FIFO, into which another program writes it: put the new one where that program keeps it. --print shows it.',
    )
  return new Target(origin, before, env['PATH'])
}
