// The guard in a Nest app on Node, with Nest's own Express or with Fastify.
import 'reflect-metadata'
import { Body, Controller, Get, HttpCode, Inject, Module, Post } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { createTokenGuard, type TokenGuard } from 'whatsapp-token-guard'

const { env } = process
const guard = createTokenGuard({
  token: env.WHATSAPP_TOKEN,
  businessAccountId: env.WHATSAPP_BUSINESS_ACCOUNT_ID,
  phoneNumberId: env.WHATSAPP_PHONE_NUMBER_ID,
  appId: env.META_APP_ID,
  appSecret: env.META_APP_SECRET,
  graphUrl: env.GRAPH_API_URL,
  graphVersion: env.GRAPH_API_VERSION,
})
guard.subscribe(({ level, type, msg }) => {
  if (level !== 'debug') console.error(`${type}: ${msg}`)
})
const TOKEN_GUARD = Symbol('the guard of the access token')

@Controller()
class Shop {
  constructor(@Inject(TOKEN_GUARD) private readonly tokenGuard: TokenGuard) {}

  @Get()
  home() {
    return 'the shop'
  }

  // Check Meta's signature first in a bot of your own. A webhook may say that the account was disabled.
  @Post('webhook')
  @HttpCode(200)
  receive(@Body() body: unknown) {
    this.tokenGuard.report(body)
    return 'ok'
  }
}

@Module({ controllers: [Shop], providers: [{ provide: TOKEN_GUARD, useValue: guard }] })
class Backend {
  // By app.enableShutdownHooks(): from here on /health/ready is 503, and its connections are closed.
  async beforeApplicationShutdown() {
    await guard.stop()
  }
}

async function start() {
  // Throws on a bad token, with every finding in the message: nothing listens then.
  await guard.boot()
  const app = await NestFactory.create(Backend)
  // /health, /health/token, /health/ready, /health/live. Every other request goes on to Nest.
  app.use(guard.node)
  app.enableShutdownHooks()
  await app.listen(Number(env.PORT ?? 8080), env.HOST ?? '0.0.0.0')
  console.error(`listening on port ${app.getHttpServer().address().port}`)
}

start().catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
